"""Table 1, the numbers and figure 5 of coccomini2021 on small tables and images."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image
from scripts.artefacts.coccomini2021 import fig5, numbers, table1

from mockskies.artefacts.published import read_published
from mockskies.artefacts.style import GENERATED, PAGE, REAL
from mockskies.comparison.classes import class_fractions, compare_classes
from mockskies.comparison.extrapolation import FEW, fid_rows
from mockskies.comparison.similarity import compare_similarities
from mockskies.datasets.galaxies import write_galaxies
from mockskies.errors import InputError
from mockskies.measurement.columns import write_table
from mockskies.measurement.similar import search_similar
from mockskies.publication.caption import render_caption

ROOT = Path(__file__).parents[2]
PUBLISHED = yaml.safe_load((ROOT / "config/published.yaml").read_text())["published"]["coccomini2021"]
SETTINGS = {
    "galaxies": "simulator",
    "galaxy_size": 256,
    "classifier": "own",
    "similar": 12,
    "similar_shown": 10,
    "neighbours": 5,
}
SETS = {
    "volunteers": [60, 38, 2],
    "real": [55, 45, 0],
    "drawn": [10, 30, 0],
    "paper_training": [25775, 35738, 65],
    "paper_generated": [920, 2064, 16],
}


def galaxies(number, size, seed):
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] - size / 2
    radius = random.uniform(size / 20, size / 8, (number, 1, 1, 1))
    peak = random.uniform(100, 250, (number, 3, 1, 1))
    noise = random.uniform(0, 6, (number, 3, size, size))
    return (peak * np.exp(-(x**2 + y**2) / 2 / radius**2) + noise).clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder with all inputs; of the generated galaxies, the first is a copy of a real one."""
    root = tmp_path_factory.mktemp("coccomini2021")
    write_table(root / "classes.csv", class_fractions(SETS))
    pairs = [("real", "drawn"), ("paper_training", "paper_generated")]
    write_table(root / "tests.csv", compare_classes(SETS, pairs, 1))
    random = np.random.default_rng(1)
    real, drawn = random.normal(size=(90, 15)), random.normal(0.4, 1, (40, 15))
    write_table(root / "fid.csv", fid_rows(real, drawn, [12, 20, 40], 20, 1))
    images, others = galaxies(12, 32, 1), galaxies(30, 32, 2)
    images[0] = others[17]
    about = {"simulated": True, "run": "coccomini2021_galaxies", "step": 1234}
    write_galaxies(root / "images.npy", 12, 32, [images], about)
    write_galaxies(root / "real.npy", 30, 32, [others], {"simulated": True})
    tables = search_similar(images, others, 12, 5, 1)
    for name, table in zip(("similar", "similar_real"), tables, strict=True):
        write_table(root / f"{name}.csv", table)
    write_table(root / "similarity.csv", compare_similarities(*tables, 20, 1))
    error = {"answer": ["Class1.1", "all"], "rmse_classifier": [0.2, 0.1], "rmse_mean_vote": [0.3, 0.25]}
    write_table(root / "error.csv", pd.DataFrame(error))
    (root / "photographs.json").write_text('{"count": 7}')
    (root / "bodies.json").write_text('{"step": 900}')
    (root / "losses.csv").write_text("epoch,step,steps_per_second\n1,36000,10\n2,72000,10\n")
    return root


@pytest.fixture
def made(root, namespace, tmp_path):
    """Make table and numbers; returns their rows by name, and the table."""
    files = {name: root / f"{name}.csv" for name in ("fid", "similarity", "error", "tests")}
    inputs = files | {"fractions": root / "classes.csv", "method": tmp_path / "table1.json"}
    inputs["losses"] = [root / "losses.csv"] * 2
    inputs |= {"photographs": root / "photographs.json", "bodies": root / "bodies.json"}
    inputs["galaxies"] = root / "images.json"
    values = {}
    for name, script in (("table1", table1), ("numbers", numbers)):
        output = {kind: tmp_path / f"{name}.{kind}" for kind in ("csv", "tex", "json")}
        params = {"published": PUBLISHED, "settings": SETTINGS}
        script.main(namespace(input=inputs, output=output, params=params))
        content = json.loads(output["json"].read_text())
        values |= {row["name"]: row for row in content["values"]}
    return values, pd.read_csv(tmp_path / "table1.csv"), tmp_path


def test_the_table_has_both_sets_under_both_names(made):
    _, table, folder = made
    assert table["set"].tolist() == [
        "training, by volunteers",
        "training, by the classifier",
        "generated, by the classifier",
        "training, paper",
        "generated, paper",
    ]
    assert table["features or disc (paper: Spiral)"].tolist() == [60, 55, 10, 25775, 920]
    assert table["smooth (paper: Elliptical)"].tolist() == [38, 45, 30, 35738, 2064]
    assert table["star or artefact (paper: Irregular)"].tolist() == [2, 0, 0, 65, 16]
    assert table["Spiral, per cent"].iloc[4] == "30.67 [29.02, 32.35]"
    # A test stands in the row of the generated set.
    assert table["chi2"].notna().tolist() == [False, False, True, False, True]
    assert table["p"].iloc[4] < 1e-40
    assert (folder / "table1.tex").read_text().count(r"\\") == 6


def test_numbers_of_the_table_bear_the_published_names(made):
    values, _, folder = made
    assert (values["training_spiral"]["value"], values["training_spiral"]["published"]) == (60, 25775)
    share = values["generated_spiral_share"]
    assert (share["value"], share["published"]) == (25, 30.6)
    assert share["null_halves"] == pytest.approx(55)
    assert share["low"] < 25 < share["high"]
    assert values["classes_chi2_paper"]["value"] == pytest.approx(185, abs=0.1)
    assert values["classes_p"]["value"] < 0.01
    # 25 775 of the paper's Spirals are nearer to 38 per cent smooth galaxies than to 60 with features.
    assert values["names_features"]["value"] == pytest.approx(100 * (0.6 + 0.02 - 25840 / 61578), abs=0.01)
    assert values["names_smooth"]["value"] < 5
    settings = json.loads((folder / "table1.json").read_text())["settings"]
    found = {"images": 100, "fid_images": 40, "photographs": 7, "steps_bodies": 900, "steps_galaxies": 1234}
    assert settings == SETTINGS | found


def test_numbers_have_every_distance_with_its_null_and_warning(made):
    values, _, folder = made
    fid = values["fid"]
    assert fid["published"] == 0.007
    assert fid["verdict"] == "not comparable"
    assert {"galaxies", "classifier", "fid_images"} <= set(fid["because"].split())
    assert "40 generated against all 90 training galaxies" in fid["meaning"]
    assert FEW in values["fid_12"]["meaning"]
    assert FEW not in values["fid_20"]["meaning"]
    assert values["fid_infinite"]["low"] < values["fid_infinite"]["value"] < values["fid_infinite"]["high"]
    assert values["fid_infinite"]["null_halves"] < values["fid_40"]["null_halves"]
    assert values["kid"]["value"] > values["kid"]["null_halves"]
    assert (values["copies"]["value"], values["copies"]["null_halves"]) == (1, 0)
    assert values["error_classifier"]["value"] == 0.1
    assert values["error_mean_vote"]["value"] == 0.25
    assert values["training_bodies"]["value"] == values["training_galaxies"]["value"] == 2
    assert len(pd.read_csv(folder / "numbers.csv")) == len(
        json.loads((folder / "numbers.json").read_text())["values"]
    )
    assert "KID" in (folder / "numbers.tex").read_text()


def test_every_published_value_is_rebuilt_or_a_setting(made):
    """But for those that other artefacts show."""
    values, _, folder = made
    settings = json.loads((folder / "table1.json").read_text())["settings"]
    mine = {n for n, v in read_published(PUBLISHED).items() if v.artefact in ("table1", "numbers", "fig5")}
    assert mine <= values.keys() | settings.keys()


def draw(root, namespace, folder, **params):
    output = {kind: folder / f"fig5.{kind}" for kind in ("pdf", "png")}
    names = {name: root / f"{name}.csv" for name in ("similar", "similar_real", "similarity")}
    inputs = names | {name: root / f"{name}.npy" for name in ("images", "real")}
    fig5.main(namespace(input=inputs, output=output, params={"shown": 10, "seed": 1} | params))
    return output


def test_figure_5_has_the_same_bytes_each_time_and_says_what_is_simulated(root, namespace, tmp_path):
    first, again = (draw(root, namespace, tmp_path / name) for name in "ab")
    for kind in ("pdf", "png"):
        assert first[kind].read_bytes() == again[kind].read_bytes()
    assert b"/Type3" not in first["pdf"].read_bytes()
    with Image.open(first["png"]) as picture:
        facts = json.loads(picture.text["Description"])
        assert picture.width <= 300 * PAGE
    assert facts["artefact"] == "coccomini2021 fig5"
    assert (facts["simulated"], facts["steps"]) == (True, {"coccomini2021_galaxies": 1234})


def test_figure_5_shows_each_galaxy_above_its_most_similar_ones(root, namespace, tmp_path, monkeypatch):
    drawn = {}
    monkeypatch.setattr(fig5, "save", lambda figure, *rest: drawn.update(figure=figure))
    draw(root, namespace, tmp_path, shown=12)
    sheet, panel = drawn["figure"].axes
    written = [text.get_text() for text in sheet.texts]
    assert len(written) == 12 * 5 + 2
    assert written.count("1.000") == 1
    assert "generated" in written
    assert "most similar simulated ones, by SSIM" in written
    # Under the copy stands its own picture.
    picture = sheet.images[0].get_array()
    column = written.index("1.000") // 5
    tiles = [picture[row : row + 192, 198 * column : 198 * column + 192] for row in (0, 226)]
    assert np.array_equal(*tiles)
    assert [line.get_color() for line in panel.lines[:2]] == [GENERATED, REAL]


def test_larger_images_are_averaged_down(root, namespace, tmp_path):
    for name, number, seed in (("images", 12, 1), ("real", 30, 2)):
        images = galaxies(number, 32, seed).repeat(8, axis=2).repeat(8, axis=3)
        write_galaxies(
            tmp_path / f"{name}.npy", number, 256, [images], {"simulated": False, "run": "r", "step": 1}
        )
    for name in ("similar", "similar_real", "similarity"):
        (tmp_path / f"{name}.csv").write_bytes((root / f"{name}.csv").read_bytes())
    output = draw(tmp_path, namespace, tmp_path / "out")
    with Image.open(output["png"]) as picture:
        assert picture.width <= 300 * PAGE


@pytest.mark.parametrize("name", ["fig5", "table1", "numbers"])
@pytest.mark.parametrize("source", ["simulate", "retrieve", "./folder"])
def test_captions_say_what_the_galaxies_are(name, source):
    params = {"source": source, "epochs": {"coccomini2021_galaxies": 3}, "similar": 12}
    html = render_caption(ROOT / f"workflow/report/coccomini2021_{name}.rst", params)
    assert ("simulated" in html) == (source == "simulate") or name == "numbers"
    assert "3." in html


def test_missing_columns_are_named(root, namespace, tmp_path):
    table = pd.read_csv(root / "classes.csv").drop(columns="images")
    table.to_csv(tmp_path / "classes.csv", index=False)
    inputs = {"fractions": tmp_path / "classes.csv", "tests": root / "tests.csv"}
    params = {"published": PUBLISHED, "settings": SETTINGS}
    with pytest.raises(InputError) as found:
        table1.main(namespace(input=inputs, output={}, params=params))
    assert str(found.value) == (
        f"{tmp_path}/classes.csv: expected the column images, found set, class, count, fraction, low, high"
    )
