"""Figures 1 to 3 of coccomini2021 on small sets of images and a small view."""

import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from PIL import Image
from scripts.artefacts.coccomini2021 import examples, fig3

from mockskies.artefacts.schedule import StepsProvenance
from mockskies.artefacts.style import HIGHLIGHT
from mockskies.datasets.galaxies import write_galaxies
from mockskies.errors import InputError
from mockskies.publication.caption import render_caption
from mockskies.sampling.tiles import View
from mockskies.sampling.view import read_view, write_view

REPORT = Path(__file__).parents[2] / "workflow/report"
BODIES = {"simulated": True, "run": "coccomini2021_bodies", "step": 1200}
GALAXIES = {"simulated": False, "run": "coccomini2021_galaxies", "step": 34}
COUNT = 14


def write_set(path, size, seed, about, count=COUNT):
    """Round galaxies of different sizes and colours."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] - size / 2
    radius = random.uniform(size / 20, size / 10, (count, 1, 1, 1))
    peak = random.uniform(100, 250, (count, 3, 1, 1))
    noise = random.uniform(0, 6, (count, 3, size, size))
    images = (peak * np.exp(-(x**2 + y**2) / 2 / radius**2) + noise).clip(0, 255).astype(np.uint8)
    write_galaxies(path, count, size, [images], about)
    return images


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder with all inputs: four sets of images, and a view of one of them."""
    root = tmp_path_factory.mktemp("coccomini2021")
    write_set(root / "photographs.npy", 64, 1, {"simulated": True})
    write_set(root / "real.npy", 128, 2, {"simulated": False})
    write_set(root / "bodies.npy", 64, 3, BODIES)
    galaxies = write_set(root / "galaxies.npy", 128, 4, GALAXIES)
    rows = np.array([2, 5])
    write_view(root / "view", View(5, 20, 64), galaxies, galaxies[rows], rows, 1, GALAXIES, 1)
    return root


SETS = {"fig1": ("photographs", "real"), "fig2": ("bodies", "galaxies"), "fig3": ()}
SUBJECTS = {"fig1": ["photographs", "galaxies"], "fig2": ["celestial bodies", "galaxies"], "fig3": []}


@pytest.fixture
def draw(root, namespace):
    """Draw a figure; returns its outputs."""

    def run(name, folder, sets=None):
        output = {kind: folder / f"{name}.{kind}" for kind in ("pdf", "png")}
        inputs = {"images": [root / f"{part}.npy" for part in sets or SETS[name]], "view": root / "view"}
        params = {"artefact": f"coccomini2021 {name}", "subjects": SUBJECTS[name], "seed": 1}
        script = fig3 if name == "fig3" else examples
        script.main(namespace(input=inputs, output=output, params=params))
        return output

    return run


@pytest.mark.parametrize(
    ("name", "simulated", "subject", "steps"),
    [
        ("fig1", True, "photographs", {}),
        ("fig2", True, "celestial bodies", {"coccomini2021_bodies": 1200, "coccomini2021_galaxies": 34}),
        ("fig3", False, "galaxies", {"coccomini2021_galaxies": 34}),
    ],
)
def test_figure_is_drawn_with_its_runs_steps_and_what_is_simulated(
    draw, tmp_path, name, simulated, subject, steps
):
    output = draw(name, tmp_path)
    pdf = output["pdf"].read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/Type3" not in pdf
    with Image.open(output["png"]) as picture:
        facts = json.loads(picture.text["Description"])
        assert np.ptp(np.asarray(picture.convert("L"))) > 200
    assert facts["artefact"] == f"coccomini2021 {name}"
    assert (facts["simulated"], facts["subject"], facts["steps"]) == (simulated, subject, steps)


@pytest.mark.parametrize("name", ["fig1", "fig3"])
def test_figure_has_the_same_bytes_each_time(draw, tmp_path, name):
    output, again = draw(name, tmp_path / "a"), draw(name, tmp_path / "b")
    for kind in ("pdf", "png"):
        assert output[kind].read_bytes() == again[kind].read_bytes()


def drawn_figure(monkeypatch, script, draw, name, folder):
    """The figure that a script would save, and its provenance."""
    found = []
    monkeypatch.setattr(
        script, "save", lambda figure, pdf, png, provenance: found.append((figure, provenance))
    )
    draw(name, folder)
    return found[0]


def test_panels_say_what_they_show(draw, tmp_path, monkeypatch):
    titles = {}
    for name in ("fig1", "fig2"):
        figure, provenance = drawn_figure(monkeypatch, examples, draw, name, tmp_path)
        titles[name] = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert titles["fig1"] == ["(a) 14 simulated photographs, 64 px", "(b) 14 galaxies, 128 px"]
    assert titles["fig2"] == ["(a) generated celestial bodies, 64 px", "(b) generated galaxies, 128 px"]
    assert provenance.label() == (
        "simulated celestial bodies; training steps (the paper states none): bodies 1\u2009200, galaxies 34"
    )


def test_examples_are_whole_images_of_the_set_and_all_different(draw, root, tmp_path, monkeypatch):
    figure, _ = drawn_figure(monkeypatch, examples, draw, "fig1", tmp_path)
    for axes, (name, times) in zip(figure.axes, (("photographs", 2), ("real", 1)), strict=True):
        picture = np.asarray(axes.images[0].get_array())
        assert picture.shape == (4 * 128 + 3 * 2, 3 * 128 + 2 * 2, 3)
        images = np.moveaxis(np.load(root / f"{name}.npy"), 1, -1)
        images = images.repeat(times, axis=1).repeat(times, axis=2)
        shown = []
        for y in range(0, picture.shape[0], 130):
            for x in range(0, picture.shape[1], 130):
                cut = picture[y : y + 128, x : x + 128]
                shown += [row for row, image in enumerate(images) if np.array_equal(image, cut)]
        assert len(shown) == len(set(shown)) == 12
        assert shown != sorted(shown)


def test_too_few_images_for_a_panel_are_refused(draw, root, tmp_path):
    write_set(root / "few.npy", 64, 1, {"simulated": True}, count=11)
    with pytest.raises(InputError, match=r"few.npy: expected at least 12 images to show, got 11$"):
        draw("fig1", tmp_path, sets=("few", "real"))


def test_panels_of_the_view_are_its_middle_and_boxes_mark_them(draw, root, tmp_path, monkeypatch):
    figure, _ = drawn_figure(monkeypatch, fig3, draw, "fig3", tmp_path)
    height, width = 5 * 64, 20 * 64
    whole, middle, last = figure.axes
    with Image.open(root / "view/overview.png") as overview:
        expected = fig3.brightened(np.asarray(overview))
    np.testing.assert_array_equal(whole.images[0].get_array(), expected[::-1])
    expected = read_view(root / "view", (height - 40) // 2, (width - 160) // 2, 40, 160)
    np.testing.assert_array_equal(last.images[0].get_array(), expected[::-1])
    # As much from the first to the second as from the second to the last.
    assert middle.images[0].get_extent()[1] == pytest.approx((width * 160) ** 0.5, abs=1)
    for axes, inner in ((whole, middle), (middle, last)):
        (box,) = (patch for patch in axes.patches if isinstance(patch, Rectangle))
        assert box.get_width() == inner.images[0].get_extent()[1]
        assert box.get_height() == inner.images[0].get_extent()[3]
        assert box.get_x() + box.get_width() / 2 == axes.images[0].get_extent()[1] / 2
        assert box.get_edgecolor()[:3] == pytest.approx(
            [int(HIGHLIGHT[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        )
    assert not last.patches
    bars = [axes.texts[0].get_text() for axes in figure.axes]
    assert bars == ["200 px", "50 px", "20 px"]
    assert whole.get_title(loc="left") == "(a) 5 by 20 tiles, 320 by 1\u2009280 pixels"


@pytest.mark.parametrize(
    ("length", "bar"),
    [(8533.3, 5000), (0.3, 1), (1.0, 1), (199.9, 100), (200.0, 200), (1999, 1000), (50, 50)],
)
def test_bars_are_round(length, bar):
    assert fig3.round_length(length) == bar


def test_larger_pictures_are_averaged_to_the_panels_dots():
    picture = np.random.default_rng(0).integers(0, 256, (60, 2050, 3), np.uint8)
    assert fig3.reduced(picture).shape == (20, 684, 3)
    np.testing.assert_array_equal(fig3.reduced(picture)[0, 0], picture[:3, :3].mean(axis=(0, 1)).round())
    np.testing.assert_array_equal(fig3.reduced(picture[:, :1024]), picture[:, :1024])


def test_faint_light_is_brightened_four_times_bright_light_less_and_no_hue_changes():
    picture = np.full((5, 6, 3), (4, 5, 6), np.uint8)
    picture[0, 0] += np.array([4, 8, 12], np.uint8)
    picture[1, 1] += np.array([32, 64, 96], np.uint8)
    picture[2, 2] = 255
    picture[3, 3] = 0
    bright = fig3.brightened(picture)
    assert bright[0, 0].tolist() == [16, 32, 48]
    np.testing.assert_allclose(bright[1, 1], np.array([32, 64, 96]) * np.sqrt(255 / 64), atol=0.5)
    assert bright[2, 2].min() >= 250
    assert not bright[3, 3].any()
    assert not bright[4].any()


def test_steps_are_named_by_their_run_without_the_paper():
    steps = {"coccomini2021_bodies": 7, "other": 2000}
    label = StepsProvenance("coccomini2021 fig2", False, steps, "galaxies").label()
    assert label == "training steps (the paper states none): bodies 7, other 2\u2009000"


PARAMS = {"view": {"rows": 125, "columns": 200, "tile": 256}, "drawn": 3000, "blanks": 10}
PARAMS |= {"epochs": {"coccomini2021_bodies": 40, "coccomini2021_galaxies": 3}}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("simulate", "are simulated</strong>, not observed."),
        ("retrieve", "Galaxy Zoo as an archive serves"),
        ("folder", "galaxies in a folder of the user"),
    ],
)
def test_captions_say_where_galaxies_come_from(name, source, words):
    if (name, source) == ("fig1", "folder"):
        words = "galaxies were read from a folder of the user"
    params = PARAMS | {"source": source, "sources": ["simulate", source]}
    text = " ".join(render_caption(REPORT / f"coccomini2021_{name}.rst", params).split())
    assert words in text
    if name != "fig3":
        assert (
            "hotographs that the first learnt from are simulated" in text
            or "photographs are simulated" in text
        )
        params = params | {"sources": ["folder", source]}
        text = " ".join(render_caption(REPORT / f"coccomini2021_{name}.rst", params).split())
        assert "photographs in a folder of the user" in text or "photographs were read from a folder" in text
    if name != "fig1":
        assert "coccomini2021_galaxies" in text
