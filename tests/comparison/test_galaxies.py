"""Generators whose galaxies are known: a good one, one that memorises, one that repeats itself."""

import numpy as np
import pandas as pd
import pytest
from measurement.galaxy_images import sersic
from scipy.stats import ks_2samp
from scripts.comparison import compare_properties as compare_script
from scripts.comparison import find_duplicates as duplicates_script

from mockskies.comparison.duplicates import find_duplicates
from mockskies.comparison.properties import compare_properties
from mockskies.errors import InputError
from mockskies.measurement.ellipses import COLUMNS, PROPERTIES, write_ellipses
from mockskies.measurement.matches import match, write_matches

SEED = 1


def ellipses(seed, number, shift=0.0, failures=0):
    """Table of ellipses; the first ones have failed."""
    random = np.random.default_rng(seed)
    shapes = {
        "ellipticity": random.beta(2, 5, number) + shift,
        "angle": random.uniform(0, 180, number),
        "flux": random.lognormal(9, 0.5, number),
        "semi_major_axis": random.normal(12, 2, number),
    }
    frame = pd.DataFrame({"row": np.arange(number), **shapes, "failure": ""})
    for name in PROPERTIES:
        frame[f"moment_{name}"] = frame[name] + random.normal(0, 0.01, number)
    frame.loc[: failures - 1, list(PROPERTIES)] = np.nan
    frame.loc[: failures - 1, "failure"] = "no gradient"
    return frame[COLUMNS]


def test_properties_of_like_and_unlike_galaxies():
    real, generated = ellipses(1, 400, failures=20), ellipses(2, 300, shift=0.1, failures=30)
    frame = compare_properties(real, generated, 500, SEED).set_index(["kind", "property"])
    assert len(frame) == 2 * 2 * len(PROPERTIES)
    row = frame.loc["generated", "ellipticity"]
    assert (row["number_real"], row["number_generated"]) == (380, 270)
    expected = ks_2samp(real["ellipticity"].dropna(), generated["ellipticity"].dropna(), method="asymp")
    assert (row["ks"], row["p"]) == (expected.statistic, expected.pvalue)
    assert 0 < row["low"] < row["difference"] < row["high"]
    assert row["difference"] == pytest.approx(
        generated["ellipticity"].median() - real["ellipticity"].median()
    )
    assert row["failures_real"] == pytest.approx(0.05)
    assert row["failures_generated"] == pytest.approx(0.1)
    assert row["failures_generated_low"] < 0.1 < row["failures_generated_high"]
    assert row["p"] < 1e-6
    for name in ("angle", "flux", "semi_major_axis"):
        assert frame.loc["generated", name]["p"] > 0.001
    assert (frame.loc["null"]["p"] > 0.001).all()
    assert (frame.loc["null"]["number_real"] + frame.loc["null"]["number_generated"]).iloc[0] == 380
    assert frame.loc["generated", "moment_flux"]["failures_real"] == 0


def test_a_set_without_one_ellipse_has_no_statistics():
    frame = compare_properties(ellipses(1, 50), ellipses(2, 5, failures=5), 100, SEED)
    row = frame.set_index(["kind", "property"]).loc["generated", "flux"]
    assert row[["median_generated", "difference", "low", "high", "ks", "p"]].isna().all()
    assert row["failures_generated"] == 1


def test_no_galaxies_are_refused():
    with pytest.raises(InputError, match="expected at least 2 real and 1 generated galaxy, got 50 and 0"):
        compare_properties(ellipses(1, 50), ellipses(1, 0), 10, SEED)
    with pytest.raises(InputError, match="expected at least one real and one generated galaxy, got 0 and 0"):
        find_duplicates(pd.DataFrame(), pd.DataFrame())


@pytest.fixture(scope="module")
def sky():
    """A training set, and as many galaxies of the same sky that were not in it."""
    random = np.random.default_rng(5)
    galaxies = [
        sersic(
            64,
            random.uniform(3, 7),
            random.uniform(0.3, 1),
            random.uniform(0, 180),
            i,
            peak=random.uniform(90, 220),
        )
        for i in range(600)
    ]
    return np.stack(galaxies[:300]), np.stack(galaxies[300:])


def caught(real, generated):
    """Verdicts by kind."""
    rows = np.arange(len(real))
    tables = [
        match(real, rows, real, 200, SEED, True),
        match(generated, rows[: len(generated)], real, 200, SEED, False),
    ]
    return find_duplicates(*tables).set_index("kind")["caught"].to_dict()


def test_a_good_generator_is_not_caught(sky):
    assert caught(*sky) == {"memorised": False, "closest_match": False, "repeated": False}


@pytest.mark.parametrize("noise", [1, 4])
def test_a_memorising_generator_is_caught(sky, noise):
    training, _ = sky
    random = np.random.default_rng(6)
    shown = training + random.normal(0, noise, training.shape)
    memorised = np.clip(np.round(shown), 0, 255).astype(np.uint8)
    found = caught(training, memorised)
    assert found["memorised"]
    assert found["closest_match"]
    assert not found["repeated"]


def test_a_generator_that_repeats_itself_is_caught(sky):
    training, others = sky
    random = np.random.default_rng(7)
    few = others[random.integers(10, size=300)] + random.normal(0, 2, others.shape)
    found = caught(training, np.clip(np.round(few), 0, 255).astype(np.uint8))
    assert found["repeated"]
    assert not found["memorised"]


def test_scripts(tmp_path, namespace, sky):
    write_ellipses(tmp_path / "real.csv", ellipses(1, 40))
    write_ellipses(tmp_path / "generated.csv", ellipses(2, 30, failures=3))
    files = {"real": tmp_path / "real.csv", "generated": tmp_path / "generated.csv"}
    compare_script.main(
        namespace(
            input=files, output={"properties": tmp_path / "p.csv"}, params={"bootstraps": 50, "seed": 1}
        )
    )
    assert len(pd.read_csv(tmp_path / "p.csv")) == 16
    real = sky[0][:50]
    for path in files.values():
        write_matches(path, match(real, np.arange(50), real, 20, SEED, True))
    duplicates_script.main(
        namespace(
            input={name: [path] for name, path in files.items()},
            output={"duplicates": tmp_path / "d.csv"},
            params={"samples": ["one"]},
        )
    )
    table = pd.read_csv(tmp_path / "d.csv")
    assert table["sample"].tolist() == ["one"] * 3
    assert table["kind"].tolist() == ["memorised", "closest_match", "repeated"]
    assert not table["caught"].any()
