"""Statistics of catalogues that were drawn from known distributions."""

import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table
from scipy.stats import ks_2samp
from scripts.comparison.compare_catalogues import main

from mockskies.comparison.statistics import (
    ComparisonSettings,
    compare,
    halves,
    resampled_medians,
    statistics,
    write_statistics,
)
from mockskies.errors import InputError
from mockskies.measurement.table import write_catalogue

SETTINGS = ComparisonSettings(limit=28.0, bootstraps=500, seed=1)
BANDS = ("F606W", "F775W", "F814W")
COLOURS = ["COLOR_F606W_F775W", "COLOR_F606W_F814W", "COLOR_F775W_F814W"]
PROPERTIES = [*(f"MAG_AUTO_{band}" for band in BANDS), *COLOURS]
PROPERTIES += ["FLUX_RADIUS", "ELLIPTICITY", "DENSITY"]


def draw(seed, size, shift=0.0, bands=BANDS):
    """Catalogue of ``size`` sources on 1000 x 1000 pixels, magnitudes normal about 27.5 + ``shift``."""
    random = np.random.default_rng(seed)
    table = Table()
    table["X_IMAGE"], table["Y_IMAGE"] = random.uniform(0.5, 1000.5, (2, size))
    table["FLUX_RADIUS"] = random.lognormal(1, 0.3, size)
    table["ELLIPTICITY"] = random.uniform(0, 0.7, size)
    for band in bands:
        table[f"MAG_AUTO_{band}"] = random.normal(27.5 + shift, 1, size)
    for blue, red in combinations(bands, 2):
        table[f"COLOR_{blue}_{red}"] = table[f"MAG_AUTO_{blue}"] - table[f"MAG_AUTO_{red}"]
    table.meta = {"AREA": 2.0, "AREALEFT": 1.0, "AREALOW": 0.5, "XSIZE": 1000, "YSIZE": 1000}
    table.meta |= {"SIMULATE": True, "THRESH": 5.0, "MINAREA": 5}
    table.meta |= {"DEBLEVEL": 32, "DEBCONT": 0.005, "CLEAN": 1.0, "BACKMESH": 64, "BACKFILT": 3}
    table.meta |= {"KRONFACT": 2.5, "MINRAD": 3.5}
    return table


def row(frame, name, limit=None, kind="generated"):
    """The one row of a property."""
    limited = frame["limit"].isna() if limit is None else frame["limit"] == limit
    (found,) = frame[(frame["property"] == name) & limited & (frame["kind"] == kind)].to_dict("records")
    return found


def test_medians_and_kolmogorov_smirnov_of_pooled_fields():
    real, fields = draw(1, 800), [draw(2, 500, 0.2), draw(3, 700, 0.2)]
    frame = compare("generated", "real, ensemble", real, fields, SETTINGS)
    assert list(frame["property"]) == PROPERTIES * 2
    for name in PROPERTIES[:-1]:
        pooled = np.concatenate([field[name] for field in fields])
        found = row(frame, name)
        assert (found["number_reference"], found["number_sample"]) == (800, 1200)
        assert found["difference"] == pytest.approx(np.median(pooled) - np.median(real[name]), abs=1e-12)
        assert found["low"] < found["difference"] < found["high"]
        expected = ks_2samp(real[name], pooled, method="asymp")
        assert (found["ks"], found["p"]) == (expected.statistic, expected.pvalue)
    assert row(frame, "MAG_AUTO_F775W")["p"] < 0.01 < row(frame, "ELLIPTICITY")["p"]


def test_the_limit_applies_to_own_band_both_bands_of_a_colour_and_the_middle_band():
    real, field = draw(1, 800), draw(2, 900)
    frame = compare("generated", "", real, [field], SETTINGS)
    bright = {band: real[f"MAG_AUTO_{band}"] < 28 for band in BANDS}
    for name, chosen in {
        "MAG_AUTO_F606W": bright["F606W"],
        "COLOR_F606W_F775W": bright["F606W"] & bright["F775W"],
        "COLOR_F775W_F814W": bright["F775W"] & bright["F814W"],
        "FLUX_RADIUS": bright["F775W"],
        "ELLIPTICITY": bright["F775W"],
    }.items():
        found = row(frame, name, 28)
        assert found["number_reference"] == np.count_nonzero(chosen) < 800
        assert found["median_reference"] == np.median(real[name][chosen])
    found = row(frame, "DENSITY", 28)
    assert found["median_reference"] == np.count_nonzero(bright["F775W"]) / 2


def test_sources_without_a_magnitude_are_left_out():
    real, field = draw(1, 100), draw(2, 100)
    field["MAG_AUTO_F775W"][:30] = np.nan
    frame = compare("generated", "", real, [field], SETTINGS)
    assert row(frame, "MAG_AUTO_F775W")["number_sample"] == 70
    assert row(frame, "DENSITY")["number_sample"] == 100


def test_density_is_per_observed_area_and_spreads_from_field_to_field():
    real, fields = draw(1, 800), [draw(2, 500), draw(3, 700)]
    fields[1].meta["AREA"] = 1.0
    frame = compare("generated", "", real, fields, SETTINGS)
    found = row(frame, "DENSITY")
    assert (found["median_reference"], found["median_sample"]) == (400, 1200 / 3)
    assert found["spread"] == pytest.approx(np.std([250, 700], ddof=1))
    poisson = np.sqrt(800 / 2**2 + 1200 / 3**2)
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * poisson, rel=0.15)
    assert np.isnan(row(compare("generated", "", real, fields[:1], SETTINGS), "DENSITY")["spread"])


@pytest.mark.parametrize("size", [1, 2, 15, 16, 101])
def test_resampled_medians_are_those_of_a_bootstrap(size):
    random = np.random.default_rng(size)
    values = random.normal(size=size)
    plain = np.median(values[random.integers(0, size, (20000, size))], axis=1)
    ours = resampled_medians(values, 20000, random)
    assert set(np.round(ours, 12)) <= {
        np.round((a + b) / 2, 12) for a in values for b in values if size % 2 == 0 or a == b
    }
    assert ks_2samp(plain, ours).statistic < 0.02


def test_the_interval_covers_the_truth_as_often_as_it_says():
    covered = 0
    for seed in range(400):
        random = np.random.default_rng(seed)
        first, second = random.normal(0, 1, 150), random.normal(0.5, 1, 201)
        medians = [resampled_medians(values, 500, random) for values in (first, second)]
        low, high = np.percentile(medians[1] - medians[0], (2.5, 97.5))
        covered += low < 0.5 < high
    assert 0.93 <= covered / 400 <= 0.98


def test_the_null_of_equal_skies_has_no_preferred_p():
    real, fields = draw(1, 2000), [draw(2, 2000)]
    frame = statistics(real, fields, draw(3, 2000), draw(4, 2000), SETTINGS)
    pairs = frame[["kind", "pair"]].drop_duplicates().to_records(index=False).tolist()
    assert pairs == [
        ("generated", "real, ensemble"),
        ("halves", "left, right"),
        ("halves", "bottom, top"),
        ("simulated", "null_a, null_b"),
    ]
    assert len(frame) == 4 * 2 * len(PROPERTIES)
    p = frame["p"].dropna()
    assert 0.2 < p.median() < 0.8
    covered = (frame["low"] < 0) & (frame["high"] > 0)
    assert covered.mean() > 0.85


def test_halves_share_sources_and_area():
    table = draw(1, 1000)
    for axis, area in (("X", 1.0), ("Y", 0.5)):
        first, second = halves(table, axis)
        assert len(first) + len(second) == 1000
        assert first[f"{axis}_IMAGE"].max() < 500.5 <= second[f"{axis}_IMAGE"].min()
        assert (first.meta["AREA"], second.meta["AREA"]) == (area, 2.0 - area)
    assert table.meta["AREA"] == 2.0


def test_a_field_without_sources_is_nan_with_a_warning():
    with pytest.warns(UserWarning, match=r"^generated \(real, ensemble\): a catalogue without sources"):
        frame = statistics(draw(1, 100), [draw(2, 0)], draw(3, 100), draw(4, 100), SETTINGS)
    for name in PROPERTIES[:-1]:
        found = row(frame, name)
        assert found["number_sample"] == 0
        assert np.isnan([found[key] for key in ("median_sample", "difference", "low", "p")]).all()
    assert row(frame, "DENSITY")["median_sample"] == 0


def test_a_few_empty_fields_of_an_ensemble_are_no_fault():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = compare("generated", "", draw(1, 100), [draw(2, 0), draw(3, 90)], SETTINGS)
    assert row(frame, "MAG_AUTO_F775W")["number_sample"] == 90


def test_other_bands_are_refused():
    with pytest.raises(
        InputError,
        match=r"^generated catalogue 1: expected the real catalogue's bands F606W, F775W, F814W, "
        r"got F606W, F814W$",
    ):
        statistics(draw(1, 9), [draw(2, 9), draw(3, 9, bands=("F606W", "F814W"))], draw(4, 9), draw(5, 9),
                   SETTINGS)  # fmt: skip


def test_an_ensemble_without_fields_is_refused():
    with pytest.raises(InputError, match=r"^generated catalogues: expected at least one, got none$"):
        statistics(draw(1, 9), [], draw(4, 9), draw(5, 9), SETTINGS)


def test_the_script_writes_the_same_bytes_each_time(namespace, tmp_path):
    for name, size in {"real": 300, "0": 200, "1": 250, "null_a": 310, "null_b": 290}.items():
        write_catalogue(tmp_path / f"{name}.fits", draw(size, size))
    for output in ("first.csv", "second.csv"):
        main(
            namespace(
                input={
                    "real": tmp_path / "real.fits",
                    "generated": [tmp_path / "0.fits", tmp_path / "1.fits"],
                    "null_a": tmp_path / "null_a.fits",
                    "null_b": tmp_path / "null_b.fits",
                },
                output={"statistics": tmp_path / output},
                params={"limit": 28.0, "bootstraps": 100, "seed": 5},
            )
        )
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()
    frame = pd.read_csv(tmp_path / "first.csv")
    assert row(frame, "MAG_AUTO_F606W", 28)["number_sample"] > 0
    assert row(frame, "DENSITY", kind="simulated")["number_reference"] == 310


def test_statistics_are_written_with_six_digits(tmp_path):
    write_statistics(tmp_path / "s.csv", pd.DataFrame({"p": [0.123456789, np.nan, 1e-300]}))
    assert (tmp_path / "s.csv").read_text() == 'p\n0.123457\n""\n1e-300\n'
