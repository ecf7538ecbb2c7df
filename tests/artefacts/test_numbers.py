"""numbers.py and the rows that it writes."""

import json
import runpy
from pathlib import Path

import pandas as pd
import pytest
import yaml

from mockskies.artefacts.numbers import comparison_numbers, latex_table, timing_numbers, with_verdicts

ROOT = Path(__file__).parents[2]
SETTINGS = {"epochs": 3, "batches_per_epoch": 30}


@pytest.fixture(scope="module")
def published():
    return yaml.safe_load((ROOT / "config/published.yaml").read_text())["published"]["smith2019"]


@pytest.fixture
def write(files, published, namespace):
    def run(folder):
        (folder / "key.csv").write_text("kind\nreal\nreal\ngenerated\n")
        names = ("statistics", "constants", "timing", "losses")
        inputs = {name: getattr(files, name) for name in names} | {"key": folder / "key.csv"}
        output = {kind: folder / f"numbers.{kind}" for kind in ("json", "csv", "tex")}
        output["timings"] = folder / "timings.json"
        params = {"published": published, "settings": dict(SETTINGS)}
        main = runpy.run_path(str(ROOT / "workflow/scripts/artefacts/smith2019/numbers.py"))["main"]
        main(namespace(input=inputs, output=output, params=params))
        return output

    return run


def test_numbers_are_those_of_the_statistics(write, files, tmp_path):
    content = json.loads(write(tmp_path)["json"].read_text())
    rows = {row["name"]: row for row in content["values"]}
    statistics = pd.read_csv(files.statistics)
    generated = statistics[statistics["kind"] == "generated"]
    for band in ("F606W", "F775W", "F814W"):
        of_band = generated[generated["property"] == f"MAG_AUTO_{band}"]
        everything, limited = of_band[of_band["limit"].isna()], of_band[of_band["limit"].notna()]
        assert rows[f"median_difference_{band}"]["value"] == everything["difference"].item()
        assert rows[f"median_difference_{band}"]["high"] == everything["high"].item()
        assert rows[f"ks_p_{band}"]["value"] == limited["p"].item()
        assert rows[f"ks_p_{band}"]["verdict"] == "not comparable"
        assert "epochs" in rows[f"ks_p_{band}"]["because"].split()
    assert rows["ks_p_F606W"]["published"] == 0.16
    assert "published" not in rows["ks_p_ELLIPTICITY"]
    assert {"median_difference_FLUX_RADIUS", "difference_DENSITY", "ks_p_COLOR_F606W_F775W"} <= set(rows)


def test_settings_are_read_from_what_was_made(write, tmp_path):
    settings = json.loads(write(tmp_path)["json"].read_text())["settings"]
    assert settings["sky"] == "simulator"
    assert settings["field_size"] == 260
    assert settings["thumbnails_real"] == 2
    assert settings["thumbnails_generated"] == 1
    assert settings["maximum_F814W"] == 0.3


def test_numbers_have_the_same_bytes_each_time(write, tmp_path):
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    first, second = (write(folder) for folder in folders)
    for kind in ("json", "csv", "tex"):
        assert first[kind].read_bytes() == second[kind].read_bytes()


def test_nulls_are_the_farther_half_and_the_simulated_pair():
    rows = [
        ("generated", None, 0.10, 0.9), ("halves", None, 0.05, 0.8), ("halves", None, -0.30, 0.2),
        ("simulated", None, 0.01, 0.7),
        ("generated", 28.0, 0.11, 0.6), ("halves", 28.0, 0.06, 0.5), ("halves", 28.0, -0.31, 0.1),
        ("simulated", 28.0, 0.02, 0.4),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["kind", "limit", "difference", "p"])
    table = table.assign(property="MAG_AUTO_F606W", low=-1.0, high=1.0)
    numbers = comparison_numbers(table).set_index("name")
    assert list(numbers.index) == [
        "median_difference_F606W",
        "median_difference_F606W_at_limit",
        "ks_p_F606W",
    ]
    assert numbers.loc["median_difference_F606W", ["value", "null_halves", "null_simulated"]].tolist() == [
        0.10,
        -0.30,
        0.01,
    ]
    assert numbers.loc["ks_p_F606W", ["value", "null_halves", "null_simulated"]].tolist() == [0.6, 0.1, 0.4]
    latex = latex_table(with_verdicts(numbers.reset_index(), {}, {}))
    assert "& $0.1$ & $-1$ to $1$ & $-0.3$ & -- \\\\" in latex


def test_times_are_scaled_to_the_papers_sizes():
    losses = pd.DataFrame({"steps_per_second": [5.0, 10.0, 10.0]})
    numbers = timing_numbers({"nanoseconds_per_pixel": 1000.0}, losses, batches_per_epoch=30)
    values = numbers.set_index("name")["value"]
    assert values["seconds_per_realisation"] == pytest.approx(10.445824)
    assert values["hours_per_3_gigapixel"] == pytest.approx(3000 / 3600)
    assert values["seconds_per_epoch"] == 3.0
    assert values["training_hours"] == pytest.approx(12 / 3600)
