"""The scripts of defremond2020's figures and tables on small sets of frames."""

import json
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image
from sparse_results import GENERATORS, RUNS, SCORED, make_files

from mockskies.artefacts.frame_features import groups_by_score
from mockskies.artefacts.schedule import StepsProvenance, read_training
from mockskies.artefacts.stretch import brightest, stretched_levels
from mockskies.artefacts.tables import read_columns
from mockskies.errors import InputError
from mockskies.publication.caption import render_caption

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow/scripts/artefacts/defremond2020"
PUBLISHED = yaml.safe_load((ROOT / "config/published.yaml").read_text())["published"]["defremond2020"]
FIGURES = ("fig2", "fig4", "fig5", "fig6", "experiments", "scorer", "generators")
ALL_RUNS = [run for runs in RUNS.values() for run in runs]
SETTINGS = {"frames": "simulator", "size": 1000, "resnet50_weights": "random"}
UNCONDITIONAL, CONDITIONAL = GENERATORS[3:]


@pytest.fixture(scope="session")
def sparse(tmp_path_factory):
    root = make_files(tmp_path_factory.mktemp("frames"))
    (root / "method.json").write_text(json.dumps({"settings": SETTINGS, "values": []}))
    return root


@pytest.fixture
def parts(sparse):
    """Inputs and params of every script."""
    archive, compared = sparse / "archives/sparse", sparse / "comparison"
    drawn = {name: sparse / "sampling" / name for name in GENERATORS}
    one, other = drawn[UNCONDITIONAL], drawn[CONDITIONAL]

    def losses(*runs):
        return [sparse / "training" / run / "losses.csv" for run in runs]

    shapes = [RUNS[UNCONDITIONAL][1], RUNS[CONDITIONAL][1]]
    everything = {"runs": ALL_RUNS}
    two_stage = [*RUNS[UNCONDITIONAL], *RUNS[CONDITIONAL]]
    return {
        "fig2": (
            {name: one / f"{name}.{kind}" for name, kind in (("galaxies", "csv"), ("patches", "npy"))}
            | {
                "images": one / "images",
                "about": one / "images.json",
                "losses": losses(*RUNS[UNCONDITIONAL]),
            },
            {"runs": RUNS[UNCONDITIONAL]},
        ),
        "fig4": (
            {"frames": archive / "scored", "scores": archive / "scored.csv"}
            | {name: sparse / f"measurement/sparse_scored/{name}.npy" for name in ("histogram", "power")},
            {},
        ),
        "fig5": (
            {"real": sparse / "datasets/sparse/patches.npy", "unconditional": one / "patches.npy"}
            | {"conditional": other / "patches.npy", "classes": other / "galaxies.csv"}
            | {"losses": losses(*shapes)},
            {"runs": shapes},
        ),
        "fig6": (
            {"real": sparse / "datasets/sparse/real.csv", "losses": losses(*ALL_RUNS)}
            | {part: archive / part for part in ("labeled", "scored")}
            | {"generated": [drawn[name] / "images" for name in GENERATORS[1:]]},
            everything | {"frames": GENERATORS[1:]},
        ),
        "table1": (
            {"scorers": compared / "scorers.csv"},
            {"settings": SETTINGS, "notes": {"resnet50": "random weights at first"}},
        ),
        "table2": (
            {"generators": compared / "generators.csv", "method": sparse / "method.json"}
            | {"drawn": [drawn[name] / "images.json" for name in GENERATORS], "losses": losses(*ALL_RUNS)},
            {"frames": GENERATORS, "runs": RUNS, "training": ALL_RUNS},
        ),
        "experiments": (
            {"summary": compared / "experiments.csv", "method": sparse / "method.json"}
            | {"scores": [sparse / "measurement" / name / "experiments.csv" for name in GENERATORS[3:]]}
            | {"losses": losses(*two_stage)},
            {"frames": GENERATORS[3:], "runs": two_stage},
        ),
        "scorer": ({name: compared / f"{name}.csv" for name in ("calibration", "importance")}, {}),
        "generators": (
            {name: compared / f"{name}.csv" for name in ("generators", "spectra", "pairs", "positions")}
            | {"losses": losses(*ALL_RUNS)},
            everything | {"frames": GENERATORS},
        ),
    }


@pytest.fixture
def draw(parts, namespace):
    """Run a script; returns its outputs."""

    def run(name, folder, **changed):
        inputs, params = parts[name]
        output = {kind: folder / f"{name}.{kind}" for kind in ("pdf", "png", "csv", "tex", "json")}
        common = {"seed": 1, "source": "simulate", "published": PUBLISHED}
        main = runpy.run_path(str(SCRIPTS / f"{name}.py"))["main"]
        main(namespace(input=inputs | changed, output=output, params=common | params))
        return output

    return run


def without(path, column, folder):
    """A copy of a table that lacks a column."""
    copy = folder / path.name
    pd.read_csv(path).drop(columns=column).to_csv(copy, index=False)
    return copy


@pytest.mark.parametrize("name", FIGURES)
def test_figure_says_what_it_shows(draw, parts, tmp_path, name):
    output = draw(name, tmp_path)
    pdf = output["pdf"].read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/Type3" not in pdf
    with Image.open(output["png"]) as picture:
        facts = json.loads(picture.text["Description"])
        assert np.ptp(np.asarray(picture.convert("L"))) > 200
    assert facts["artefact"] == f"defremond2020 {name}"
    assert facts["simulated"] is True
    assert facts["steps"] == {run: 300 * (ALL_RUNS.index(run) + 1) for run in parts[name][1].get("runs", [])}


def test_foot_names_steps_and_the_simulator():
    steps = {"defremond2020_class_positions": 12000}
    label = StepsProvenance("defremond2020 fig6", True, steps).label()
    assert label == ("simulated frames; training steps (the paper states none): class positions 12\u2009000")
    assert StepsProvenance("defremond2020 fig4", False, {}).label() == ""


@pytest.mark.parametrize("name", ["fig2", "fig6"])
def test_figure_has_the_same_bytes_each_time(draw, tmp_path, name):
    output, again = draw(name, tmp_path / "a"), draw(name, tmp_path / "b")
    for kind in ("pdf", "png"):
        assert output[kind].read_bytes() == again[kind].read_bytes()


def test_training_time_is_that_of_all_steps(sparse):
    training = read_training(sparse / "training/defremond2020_end_to_end/losses.csv")
    assert (training.steps, training.seconds) == (300, pytest.approx(30.0))


def test_errors_are_those_of_the_comparison_beside_the_published(draw, tmp_path):
    output = draw("table1", tmp_path)
    table = pd.read_csv(output["csv"]).set_index("model")
    assert list(table.index) == ["XGBoost", "ResNet-50", "Random forest", "XGBoost"]
    assert table["MAE"].tolist() == pytest.approx([0.5, 0.4, 0.3, 0.2])
    assert table["published"].tolist() == [0.5436, 0.31, 0.28677, 0.09396]
    assert table.loc["ResNet-50", ["features", "note"]].tolist() == ["frame", "random weights at first"]
    assert table.loc["Random forest", "features"] == "histogram + HOG + LBP"
    assert r"ResNet-50 & frame & $30$ & $0.4$ & $0.02$ & $0.31$" in output["tex"].read_text()
    content = json.loads(output["json"].read_text())
    assert content["settings"]["scored"] == SCORED
    rows = {row["name"]: row for row in content["values"]}
    assert rows["mae_resnet50"]["high"] == pytest.approx(0.4 + 1.96 * 0.01)
    assert {"frames", "resnet50_weights"} <= set(rows["mae_resnet50"]["because"].split())
    assert "resnet50_weights" not in rows["mae_xgboost_basic"]["because"].split()


def test_generators_have_scores_and_times_beside_the_published(draw, tmp_path):
    output = draw("table2", tmp_path)
    table = pd.read_csv(output["csv"]).set_index("model")
    assert list(table.index)[:3] == ["Real frames", "Real frames, dark sky", "Baseline 1"]
    assert table.loc["Conditional GAN", "mean score"] == pytest.approx(1.5)
    assert table.loc["Conditional GAN", "score published"] == 1.9
    # Two runs of 1200 and 1500 steps at ten a second.
    assert table.loc["Conditional GAN", "training (s)"] == pytest.approx(270)
    assert table.loc["Baseline 1", ["drawing 1000 (s)", "drawing published (s)"]].tolist() == [10, 6]
    assert np.isnan(table.loc["Baseline 1", "training (s)"])
    assert np.isnan(table.loc["Real frames", "drawing 1000 (s)"])
    content = json.loads(output["json"].read_text())
    rows = {row["name"]: row for row in content["values"]}
    assert content["settings"] == {"drawn": 100}
    assert rows["score_real"]["value"] == 2.0
    assert rows["training_end_to_end"]["value"] == pytest.approx(30)
    assert "training_baseline1" not in rows
    assert set(rows) - {"score_real_dark"} <= PUBLISHED.keys()


def test_experiments_compare_the_conditional_model_with_the_paper(draw, tmp_path):
    content = json.loads(draw("experiments", tmp_path)["json"].read_text())
    rows = {row["name"]: row for row in content["values"]}
    assert content["settings"] == {"experiment_images": 40, "experiment_sets": 6}
    assert rows["shuffled_deviation"]["value"] == pytest.approx(0.3)
    assert rows["shuffled_deviation"]["published"] == 0.09
    assert rows["shuffled_deviation"]["verdict"] == "not comparable"
    assert rows["shuffled_deviation"]["meaning"].endswith("Conditional GAN")
    assert rows["deviation_new_galaxies_unconditional"]["value"] == pytest.approx(0.2)
    assert rows["change_random_positions_unconditional"]["value"] == pytest.approx(-0.1)


def test_likeness_has_the_null_first_and_places_of_those_that_have_any(draw, tmp_path):
    output = draw("generators", tmp_path)
    table = pd.read_csv(output["csv"]).set_index("frames")
    assert table.index[0] == "Real halves"
    assert table.loc["Baseline 1", ["AUC", "AUC low", "AUC high"]].tolist() == pytest.approx(
        [0.58, 0.55, 0.61]
    )
    assert np.isnan(table.loc["Real halves", "chi2 of places"])
    assert table.loc["Conditional GAN", "chi2 of places"] == 15


@pytest.mark.parametrize(
    ("name", "file", "column"),
    [
        ("table1", "scorers", "mae_std"),
        ("table2", "generators", "score_error"),
        ("experiments", "summary", "std_within"),
        ("scorer", "calibration", "coverage_95"),
        ("generators", "pairs", "xi"),
        ("fig2", "galaxies", "patch"),
        ("fig4", "scores", "Actual"),
        ("fig5", "classes", "class"),
        ("fig6", "real", "part"),
    ],
)
def test_a_table_without_a_column_is_refused(draw, parts, tmp_path, name, file, column):
    path = without(parts[name][0][file], column, tmp_path)
    with pytest.raises(InputError, match=f"{path.name}: expected the column {column}, found "):
        draw(name, tmp_path, **{file: path})


def test_a_generator_without_a_row_is_refused(draw, parts, tmp_path):
    path = parts["table2"][0]["generators"]
    table = pd.read_csv(path)
    table[table["frames"] != CONDITIONAL].to_csv(tmp_path / "some.csv", index=False)
    with pytest.raises(InputError, match=f"some.csv: expected a row of frames {CONDITIONAL}, found real, "):
        draw("table2", tmp_path, generators=tmp_path / "some.csv")


def test_features_of_other_frames_are_refused(draw, tmp_path):
    np.save(tmp_path / "power.npy", np.ones((7, 496), np.float32))
    with pytest.raises(InputError, match=f"expected a row for each of {SCORED} scored frames, found 7"):
        draw("fig4", tmp_path, power=tmp_path / "power.npy")


def test_galaxies_of_other_frames_are_refused(draw, parts, tmp_path):
    pd.DataFrame({"Id": [99], "y": [0], "x": [0], "patch": [0]}).to_csv(tmp_path / "other.csv", index=False)
    with pytest.raises(InputError, match=r"other.csv: expected galaxies of frames in .*, found 99"):
        draw("fig2", tmp_path, galaxies=tmp_path / "other.csv")


def test_networks_that_draw_nothing_are_shown_as_such(draw, parts, tmp_path):
    """A position network that has hardly learnt may set no cell."""
    table = pd.read_csv(parts["fig5"][0]["classes"])
    table.iloc[:0].to_csv(tmp_path / "none.csv", index=False)
    with Image.open(draw("fig5", tmp_path, classes=tmp_path / "none.csv")["png"]) as picture:
        pixels = np.asarray(picture.convert("L"))
    assert pixels[: len(pixels) // 3, 200:].min() == 0
    assert pixels[len(pixels) // 2 : -80, 200:].min() == 255
    with Image.open(draw("fig2", tmp_path, galaxies=tmp_path / "none.csv")["png"]) as picture:
        assert picture.size[0] > 2000


def test_empty_and_missing_tables_are_refused(tmp_path):
    (tmp_path / "empty.csv").write_text("a,b\n")
    with pytest.raises(InputError, match=r"empty.csv: expected at least 1 row, found 0"):
        read_columns(tmp_path / "empty.csv", ["a"])
    with pytest.raises(InputError, match=r"none.csv: expected a table, but reading it failed: "):
        read_columns(tmp_path / "none.csv", ["a"])


def test_groups_are_frames_of_neighbouring_scores():
    scores = np.random.default_rng(1).permutation(201).astype(float)
    low, middling, high = groups_by_score(scores, "scored.csv")
    assert [scores[group.frame] for group in (low, middling, high)] == [10, 100, 190]
    assert sorted(scores[middling.rows]) == list(range(90, 111))
    with pytest.raises(InputError, match=r"scored.csv: expected at least 3 scored frames, got 2"):
        groups_by_score(scores[:2], "scored.csv")


def test_faint_pixels_are_stretched_and_survive_reduction():
    frame = np.zeros((5, 6), np.uint8)
    frame[1, 2] = 5
    small = brightest(frame, 2)
    assert small.tolist() == [[0, 5, 0], [0, 0, 0]]
    assert stretched_levels(small)[0].tolist() == [0, 76, 0]
    assert np.diff(stretched_levels(np.arange(256, dtype=np.uint8)).astype(int)).min() >= 0
    assert stretched_levels(np.array([255], np.uint8)) == 255


@pytest.mark.parametrize("source", ["simulate", "folder"])
@pytest.mark.parametrize("name", [*FIGURES, "table1", "table2"])
def test_caption_says_where_the_frames_come_from(name, source):
    params = {"source": source, "epochs": {"one": 30}, "classes": [16, 48], "folds": 5, "best": "forest"}
    params |= {"notes": {"resnet50": "random weights"}, "experiments": {"images": 1000, "sets": 50}}
    text = render_caption(ROOT / f"workflow/report/defremond2020_{name}.rst", params)
    assert ("simulated</strong>" in text) == (source == "simulate")
