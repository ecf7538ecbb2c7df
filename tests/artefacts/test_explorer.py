"""The explorer's folder: sheets, data, wide view, and what it is not made of."""

import json
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from explorer_results import BODIES, GALAXIES, REAL, ROOT, SEARCHED, SIZE, colour, explore, make_inputs
from PIL import Image
from scripts.artefacts import install_viewer as viewer_script

from mockskies.artefacts.deep_zoom import read_deep_zoom
from mockskies.artefacts.sheets import SHEET
from mockskies.errors import InputError
from mockskies.publication.caption import render_caption
from mockskies.sampling.tiles import View
from mockskies.sampling.view import write_view

SOURCE = ROOT / "workflow/mockskies/artefacts/explorer"
SECTIONS = {"galaxies": GALAXIES, "bodies": BODIES}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return make_inputs(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def built(tmp_path_factory, inputs):
    """The explorer's folder, moved after it was made."""
    root = tmp_path_factory.mktemp("explorer")
    return explore(inputs, root / "made").rename(root / "moved")


@pytest.fixture
def changed(tmp_path):
    """All inputs anew, to be spoilt."""
    (tmp_path / "in").mkdir()
    return make_inputs(tmp_path / "in")


def variable(path, name):
    """The value that a script assigns."""
    text = path.read_text()
    assert text.startswith(f"window.{name} = ")
    assert text.endswith(";\n")
    return json.loads(text.removeprefix(f"window.{name} = ").removesuffix(";\n"))


@pytest.fixture(scope="module")
def data(built):
    return variable(built / "data.js", "EXPLORER")


def picture(folder, sheets, number):
    """Picture ``number`` as the page would cut it from its sheet."""
    sheet, place = divmod(number, sheets["columns"] ** 2)
    row, column = divmod(place, sheets["columns"])
    with Image.open(folder / sheets["folder"] / f"{sheet:03d}.jpg") as image:
        pixels = np.asarray(image).astype(int)
    assert max(pixels.shape) <= SHEET
    side = sheets["side"]
    cut = pixels[row * side : (row + 1) * side, column * side : (column + 1) * side]
    assert cut.shape == (side, side, 3)
    return cut


@pytest.mark.parametrize("kind", SECTIONS)
@pytest.mark.parametrize("level", ["large", "small"])
def test_every_generated_image_is_at_its_place_on_the_sheets(built, data, kind, level):
    sheets = data[kind][level]
    assert sheets["count"] == SECTIONS[kind]
    size = {"galaxies": SIZE, "bodies": 64}[kind]
    assert sheets["side"] == (size if level == "large" else min(size, 128))
    for number in range(SECTIONS[kind]):
        # Up to the border: nothing of the picture beside it shows.
        difference = picture(built, sheets, number) - colour(kind, number)
        assert np.abs(difference).max() <= 4, number


def test_there_is_no_sheet_without_pictures(built, data):
    for sheets in (data["real"], *(data[kind][level] for kind in SECTIONS for level in ("large", "small"))):
        number = -(-sheets["count"] // sheets["columns"] ** 2)
        assert len(list((built / sheets["folder"]).iterdir())) == number


def test_classes_are_the_most_frequent_answers_to_the_first_question(data, inputs):
    votes = np.load(inputs["votes"])[:, :3]
    assert [entry["paper"] for entry in data["classes"]] == ["elliptical", "spiral", "irregular"]
    assert data["measured"]["class"] == votes.argmax(axis=1).tolist()
    np.testing.assert_allclose(data["measured"]["votes"], votes, atol=0.0005)
    assert 2 not in data["measured"]["class"]


def test_neighbours_are_the_real_galaxies_that_were_found(built, data, inputs):
    nearest = pd.read_csv(inputs["nearest"])
    measured = data["measured"]
    for image, row in enumerate(nearest["real"]):
        place = measured["nearest"][image]
        assert data["real"]["identifiers"][place] == 1000 + 7 * row
        assert np.abs(picture(built, data["real"], place) - colour("real", row)).max() <= 4
    for name in ("distance", "share", "ssim"):
        np.testing.assert_allclose(measured[name], nearest[name], atol=0.0005)
    assert measured["similar"].keys() == {str(image) for image in SEARCHED}
    for found in measured["similar"].values():
        rows = [(data["real"]["identifiers"][place] - 1000) // 7 for place, _ in found]
        assert rows == [5, 8, 11]
        assert [ssim for _, ssim in found] == [0.9, 0.8, 0.7]


def test_real_galaxies_that_are_nobodys_neighbours_are_left_out(data, inputs):
    shown = {*pd.read_csv(inputs["nearest"])["real"], 5, 8, 11}
    assert data["real"]["identifiers"] == [1000 + 7 * row for row in sorted(shown)]
    assert len(shown) < REAL


def test_the_wide_view_is_there_as_a_whole_and_its_galaxies_can_be_found(built, data, inputs):
    source = inputs["view"] / "view_files"
    files = sorted(path.relative_to(source) for path in source.rglob("*.jpg"))
    assert len(files) > 10
    assert (
        sorted(path.relative_to(built / "view_files") for path in built.rglob("view_files/**/*.jpg")) == files
    )
    for file in files:
        # Linked: a second copy would double tens of thousands of files.
        assert (source / file).samefile(built / "view_files" / file)
    view = data["view"]
    assert (view["width"], view["height"], view["columns"], view["step"]) == (400, 300, 4, 100)
    tiles = pd.read_csv(inputs["view"] / "tiles.csv")
    places = np.array(variable(built / "tiles.js", "TILES")).reshape(-1, 4)
    assert len(places) == len(tiles) == 12
    for (image, x, y, side), tile in zip(places, tiles.itertuples(), strict=True):
        assert image == (-1 if tile.blank else tile.image)
        assert abs(x - tile.x) <= 0.5
        assert abs(y - tile.y) <= 0.5
        assert side == round(tile.scale * SIZE)


def test_tiles_are_copied_where_the_disk_has_no_links(inputs, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("mockskies.artefacts.deep_zoom.os.link", refuse)
    folder = explore(inputs, tmp_path / "explorer")
    copy, source = (path / "view_files/0/0_0.jpg" for path in (folder, inputs["view"]))
    assert copy.read_bytes() == source.read_bytes()
    assert not copy.samefile(source)


class References(HTMLParser):
    """Collects what a page asks for."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name in ("src", "href")]


def test_every_file_that_the_page_asks_for_is_there(built):
    references = References()
    references.feed((built / "index.html").read_text())
    assert len(references.found) > 8
    for target in references.found:
        assert target == "data:," or (built / target).is_file(), target
    scripts = re.findall(r'"([\w.]+\.js)"', (built / "view.js").read_text())
    assert {"tiles.js", "openseadragon.min.js"} <= set(scripts)
    assert all((built / name).is_file() for name in scripts)


def test_nothing_on_the_page_comes_from_the_network(built):
    own = [path for path in built.iterdir() if path.suffix in (".html", ".css", ".js")]
    assert len(own) > 8
    for path in own:
        assert not re.search(r"https?:|[\"'(=]//|@import", path.read_text()), path.name


def test_every_name_that_the_scripts_look_up_is_on_the_page(built):
    names = set(re.findall(r'\bid="([\w-]+)"', (built / "index.html").read_text()))
    for path in built.glob("*.js"):
        asked = set(re.findall(r'(?:find|getElementById)\("([\w-]+)"\)', path.read_text()))
        assert asked <= names, path.name


def test_the_title_says_that_galaxies_are_simulated_and_how_far_training_went(built, tmp_path):
    html = (built / "index.html").read_text()
    assert "<title>Simulated: 50 generated galaxies after 12\u2009000 steps of training</title>" in html
    assert '<strong class="tag">simulated</strong>' in html
    assert "after 900 steps of training on simulated photographs" in html
    real = make_inputs(tmp_path, simulated=False)
    html = (explore(real, tmp_path / "explorer") / "index.html").read_text()
    assert "<title>50 generated galaxies after 12\u2009000 steps of training</title>" in html
    assert "simulated" not in html.lower()


def test_the_same_input_gives_the_same_bytes(built, inputs, tmp_path):
    again = explore(inputs, tmp_path / "explorer")
    files = sorted(path.relative_to(built) for path in built.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for file in files:
        assert (built / file).read_bytes() == (again / file).read_bytes(), file


def fewer_votes(inputs):
    np.save(inputs["votes"], np.load(inputs["votes"])[1:])


def edit(name, change):
    def spoil(inputs):
        change(pd.read_csv(inputs[name])).to_csv(inputs[name], index=False)

    return spoil


def without_view(inputs):
    shutil.rmtree(inputs["view"])


def without_tile(inputs):
    (inputs["view"] / "view_files/9/1_0.jpg").unlink()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (fewer_votes, r"votes.npy: expected votes on 50 images, found 49$"),
        (
            edit("nearest", lambda table: table[:-1]),
            r"nearest.csv: expected images 0 to 49 in order, found 49$",
        ),
        (
            edit("nearest", lambda table: table.assign(real=30)),
            r"nearest.csv: real: expected rows 0 to 29, found 30$",
        ),
        (
            edit("similar", lambda table: table.assign(image=-1)),
            r"similar.csv: image: expected rows 0 to 49, found -1$",
        ),
        (
            edit("similar", lambda table: table.drop(columns="ssim")),
            r"similar.csv: expected the column ssim, found image, rank, real$",
        ),
        (
            edit("identifiers", lambda table: table[:-2]),
            r"real galaxies: expected 28 images, found 30$",
        ),
        (without_view, r"view: expected a wide view, but reading it failed: .*view.json"),
        (without_tile, r"view_files/9: expected 4 tiles, of which 1 are missing: 1_0.jpg and so on$"),
    ],
)
def test_input_that_does_not_belong_together_is_an_error(changed, tmp_path, spoil, message):
    spoil(changed)
    with pytest.raises(InputError, match=message):
        explore(changed, tmp_path / "out/explorer")
    # Nothing is left half made.
    assert not list(tmp_path.glob("out/*"))


@pytest.mark.parametrize(("rows", "columns", "tile"), [(1, 1, 16), (1, 9, 64), (5, 3, 100)])
def test_tiles_are_counted_on_every_level(tmp_path, rows, columns, tile):
    pictures = np.full((3, 3, 128, 128), 50, np.uint8)
    write_view(tmp_path / "view", View(rows, columns, tile), pictures, pictures[:1], np.array([0]), 1, {}, 1)
    record, tiles = read_deep_zoom(tmp_path / "view")
    assert (record["width"], len(tiles)) == (columns * tile, rows * columns)
    for path in sorted((tmp_path / "view/view_files").glob("*/*.jpg")):
        kept = path.read_bytes()
        path.unlink()
        with pytest.raises(InputError, match=f"{path.parent.name}: expected .* missing: {path.name} "):
            read_deep_zoom(tmp_path / "view")
        path.write_bytes(kept)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "simulate",
            "<strong>The galaxies that the network learnt from are simulated</strong>, not observed",
        ),
        ("retrieve", "The network learnt from Galaxy Zoo as an archive serves it."),
        ("galaxies/", "The network learnt from galaxies in a folder of the user\u2019s."),
    ],
)
def test_the_caption_says_where_galaxies_come_from_and_how_long_networks_learnt(source, words):
    params = {"source": source, "epochs": {"a_run": 3, "another": 40}}
    html = " ".join(render_caption(ROOT / "workflow/report/coccomini2021_explorer.rst", params).split())
    assert words in html
    assert "a_run</span> 3, " in html
    assert "another</span> 40." in html


def npm(folder, script):
    """An npm that does what ``script`` says."""
    folder.mkdir()
    path = folder / "npm"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def install(namespace, tmp_path):
    out = {"library": tmp_path / "out/openseadragon.min.js", "licence": tmp_path / "out/LICENSE.txt"}
    files = {"package": SOURCE / "package.json", "lock": SOURCE / "package-lock.json"}
    viewer_script.main(namespace(input=files, output=out))
    return out


def test_the_viewer_is_what_npm_installs_from_the_lock(namespace, tmp_path, monkeypatch):
    package = "node_modules/openseadragon"
    npm(
        tmp_path / "bin",
        f'test "$*" = "ci --ignore-scripts --no-audit --no-fund" || exit 1\n'
        f"mkdir -p {package}/build/openseadragon\n"
        f"cat package-lock.json > {package}/build/openseadragon/openseadragon.min.js\n"
        f"echo a licence > {package}/LICENSE.txt",
    )
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    out = install(namespace, tmp_path)
    assert out["library"].read_bytes() == (SOURCE / "package-lock.json").read_bytes()
    assert out["licence"].read_text() == "a licence\n"


def test_without_npm_one_line_says_what_to_install(namespace, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    message = (
        r"^npm: expected it on the PATH, since it installs the explorer's viewer, found none: "
        r"install Node.js 18 or newer with npm \(Debian: apt-get install npm\)$"
    )
    with pytest.raises(InputError, match=message):
        install(namespace, tmp_path)
    assert not (tmp_path / "out").exists()


def test_what_npm_complains_of_is_one_line(namespace, tmp_path, monkeypatch):
    npm(
        tmp_path / "bin",
        'echo "npm error code ENOTFOUND\nnpm error network no such host\nnpm error\n'
        'npm error A complete log of this run can be found in: /x.log" >&2; exit 1',
    )
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    message = "^npm: expected the explorer's viewer, got: code ENOTFOUND network no such host$"
    with pytest.raises(InputError, match=message):
        install(namespace, tmp_path)


def test_an_npm_that_hangs_is_given_up(namespace, tmp_path, monkeypatch):
    npm(tmp_path / "bin", "exec sleep 60")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    monkeypatch.setattr("mockskies.artefacts.viewer.PATIENCE", 0.2)
    with pytest.raises(
        InputError, match=r"^npm: expected the explorer's viewer within 0\.2 s, but it has not come$"
    ):
        install(namespace, tmp_path)


def test_the_lock_holds_sums_and_no_addresses():
    package, lock = (
        json.loads((SOURCE / name).read_text()) for name in ("package.json", "package-lock.json")
    )
    installed = {name: entry for name, entry in lock["packages"].items() if name}
    assert {f"node_modules/{name}": version for name, version in package["dependencies"].items()} == {
        name: entry["version"] for name, entry in installed.items()
    }
    for entry in installed.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry
