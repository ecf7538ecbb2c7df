"""How `field` is judged: each measure on sources and skies whose answer is known."""

import numpy as np
import pandas as pd
import pytest
import torch
from astropy.table import Table
from astropy.wcs import WCS
from scipy.ndimage import gaussian_filter
from scipy.stats import iqr

from mockskies.artefacts.judgement import judgement
from mockskies.comparison.asked import Asked, compare_asked, density_response, density_with_error
from mockskies.comparison.clustering import compare_clustering
from mockskies.comparison.held_out import (
    compare_held_out,
    count_magnitudes,
    quadrants,
    trained_and_held_out,
)
from mockskies.comparison.nearest import nearest, nearest_sources
from mockskies.comparison.planes import compare_planes, energy_test, planes
from mockskies.comparison.progress import progress, training_seconds
from mockskies.comparison.skies import compare_skies, power_spectra
from mockskies.comparison.source_classifier import classify_sources
from mockskies.comparison.statistics import ComparisonSettings
from mockskies.datasets.field import Field
from mockskies.errors import InputError
from mockskies.training.crops import random_crops

BANDS = ("F606W", "F775W", "F814W")
SIZE = 1000
SETTINGS = ComparisonSettings(limit=28.0, bootstraps=200, seed=1)


def sources(seed, number, shift=0.0, places=None, size=SIZE):
    """A catalogue of sources anywhere in a field, magnitudes normal about 26.5 + ``shift``."""
    random = np.random.default_rng(seed)
    table = Table()
    x, y = random.uniform(0.5, size + 0.5, (2, number)) if places is None else places
    table["X_IMAGE"], table["Y_IMAGE"] = x, y
    magnitude, colour = random.normal(26.5 + shift, 1, len(x)), random.normal(0.3, 0.2, len(x))
    for place, band in enumerate(BANDS):
        table[f"MAG_AUTO_{band}"] = magnitude - place * colour + random.normal(0, 0.05, len(x))
    for blue, red in ((0, 1), (0, 2), (1, 2)):
        first, second = BANDS[blue], BANDS[red]
        table[f"COLOR_{first}_{second}"] = table[f"MAG_AUTO_{first}"] - table[f"MAG_AUTO_{second}"]
    table["FLUX_RADIUS"], table["KRON_RADIUS"] = random.lognormal(1, 0.3, (2, len(x)))
    table["ELLIPTICITY"] = random.uniform(0, 0.7, len(x))
    table["ISOAREA_IMAGE"] = random.integers(5, 90, len(x))
    table.meta = {"AREA": 1.0, "AREALEFT": 0.5, "AREALOW": 0.5, "XSIZE": size, "YSIZE": size}
    return table


def sky(seed, size=512, sigma=(1e-3, 6e-4, 2e-3), stars=()):
    """White noise, and light at some places."""
    random = np.random.default_rng(seed)
    flux = random.standard_normal((3, size, size)).astype(np.float32)
    y, x = np.mgrid[:size, :size]
    for star_y, star_x, strength, axis in stars:
        distance = (y - star_y) ** 2 / axis + (x - star_x) ** 2
        flux += strength * np.exp(-distance / 8).astype(np.float32)
    flux *= np.float32(sigma)[:, None, None]
    return Field(flux, BANDS, (26.5, 25.7, 25.9), WCS(naxis=2), simulated=True)


def test_quadrants_are_those_of_the_crops():
    """Every source of the quadrant held out lies where no crop of a training has been."""
    rows, columns = np.mgrid[:61, :61].astype(np.float32)
    crops = random_crops(
        torch.from_numpy(np.stack([rows, columns])), 4000, 8, torch.Generator().manual_seed(0), hold_out=True
    )
    seen = np.zeros((61, 61), bool)
    seen[tuple(crops.reshape(4000, 2, -1).transpose(0, 1).reshape(2, -1).int().numpy())] = True
    table = Table({"X_IMAGE": columns.ravel() + 1.0, "Y_IMAGE": rows.ravel() + 1.0})
    table.meta = {"AREA": 61.0 * 61, "XSIZE": 61, "YSIZE": 61}
    trained, held_out = trained_and_held_out(table)
    place = [np.asarray(held_out[name]).astype(int) - 1 for name in ("Y_IMAGE", "X_IMAGE")]
    assert not seen[tuple(place)].any()
    assert seen.sum() == len(trained) == trained.meta["AREA"]
    assert {name: part.meta["AREA"] for name, part in quadrants(table).items()} == {
        "lower left": 900, "lower right": 930, "upper left": 930, "upper right": 961,
    }  # fmt: skip


def test_statistics_are_against_both_areas_and_of_each_quadrant():
    frame = compare_held_out(sources(0, 2000), [sources(1, 2000, 0.3)], SETTINGS)
    own = frame[(frame["property"] == "MAG_AUTO_F775W") & frame["limit"].isna()].set_index("kind")
    assert own.loc["trained", "difference"] == pytest.approx(0.3, abs=0.15)
    assert own.loc["held out", "difference"] == pytest.approx(0.3, abs=0.2)
    assert own.loc["real", "difference"].abs().max() < 0.2
    assert len(own.loc["real"]) == 4
    densities = frame[(frame["property"] == "DENSITY") & frame["limit"].isna()].set_index("kind")
    assert densities.loc["trained", "median_reference"] == pytest.approx(2000, rel=0.06)


def test_counts_are_densities_of_bins_with_their_intervals():
    real, generated = sources(0, 4000), [sources(1, 6000), sources(2, 6000)]
    counts = count_magnitudes(real, generated)
    rows = counts[(counts["band"] == "F606W") & (counts["low"] == 26)].iloc[0]
    magnitude = np.concatenate([table["MAG_AUTO_F606W"] for table in generated])
    assert rows["generated_number"] == np.count_nonzero((magnitude >= 26) & (magnitude < 26.5))
    assert rows["generated_density"] == rows["generated_number"] / 2
    assert rows["excess"] == pytest.approx(rows["generated_density"] / rows["trained_density"] - 1)
    assert rows["excess"] == pytest.approx(0.5, abs=0.15)
    # Garwood's interval of 10 counts.
    few = counts[counts["trained_number"] == 0].iloc[0]
    assert (few["trained_least"], few["trained_most"]) == (0, pytest.approx(3.6889 / 0.75, rel=1e-3))


def test_energy_distance_is_that_of_its_definition_and_p_is_uniform():
    random = np.random.default_rng(0)
    first, second = random.normal(0, 1, (40, 2)), random.normal(1, 1, (50, 2))
    found, p = energy_test(first, second, random)
    unit = iqr(np.concatenate([first, second]), axis=0)

    def mean(a, b):
        return np.mean([np.linalg.norm(x - y) for x in a / unit for y in b / unit])

    assert found == pytest.approx(2 * mean(first, second) - mean(first, first) - mean(second, second))
    assert p < 0.05
    by_chance = [energy_test(*random.normal(0, 1, (2, 30, 2)), random)[1] for _ in range(60)]
    assert 0.3 < np.mean(by_chance) < 0.7
    assert np.isnan(energy_test(first[:1], second, random)).all()


def test_planes_tell_what_magnitudes_alone_do_not():
    """The same magnitudes in every band, paired otherwise: colours differ."""
    real, generated = sources(0, 1500), sources(1, 1500)
    random = np.random.default_rng(2)
    for band in BANDS:
        generated[f"MAG_AUTO_{band}"] = random.permutation(generated[f"MAG_AUTO_{band}"])
    alike = compare_planes(real, [sources(1, 1500)], 30.0, 1)
    table = compare_planes(real, [generated], 30.0, 1)
    assert dict(planes(real, 30.0)).keys() == set(table["plane"])
    colours = table[table["plane"].str.contains("F606W-F775W")].set_index("kind")["p"]
    assert colours["trained"] < 0.01
    assert alike["p"].min() > 0.002
    assert (table["kind"] == "real").sum() == 4 * table["plane"].nunique()


def test_a_classifier_tells_what_differs_in_an_area_that_it_has_not_seen():
    real = sources(0, 2400)
    alike = classify_sources(real, [sources(1, 2400)], 30.0, 1, 1).set_index("pair")
    assert alike.loc["generated", "low"] < 0.5 < alike.loc["generated", "high"]
    other = sources(1, 2400)
    other["ELLIPTICITY"] **= 2
    found = classify_sources(real, [other], 30.0, 1, 1).set_index("pair")
    assert found.loc["generated", "auc"] > 0.6
    assert found.loc[["left, right", "lower, upper"], "auc"].between(0.4, 0.6).all()
    few = classify_sources(real, [sources(1, 4)], 30.0, 1, 1).set_index("pair")
    assert np.isnan(few.loc["generated", "auc"])


def clustered(seed, clusters=250, each=6, width=12):
    """Sources around centres that are anywhere."""
    random = np.random.default_rng(seed)
    centres = random.uniform(0, SIZE, (clusters, 2))
    places = (centres[:, None] + random.normal(0, width, (clusters, each, 2))).reshape(-1, 2)
    return places[((places > 1) & (places < SIZE)).all(axis=1)].T


def test_clustering_is_seen_and_its_lack_too():
    real = sources(0, 0, places=clustered(0))
    same, anywhere = sources(1, 0, places=clustered(1)), sources(1, 1500)
    alike = compare_clustering(real, [same], 40.0, 0.06, 1).set_index("set")
    other = compare_clustering(real, [anywhere], 40.0, 0.06, 1).set_index("set")
    first = {name: alike.loc[name].iloc[0] for name in ("trained", "held_out", "generated")}
    assert all(row["xi"] > 0.5 for row in first.values())
    assert first["generated"]["p"] > 0.001
    lonely = other.loc["generated"].iloc[0]
    assert abs(lonely["xi"]) < 4 * lonely["error"]
    assert lonely["p"] < 1e-6
    assert 0.7 < first["trained"]["separation"] / (0.06 * 15) < 1.3
    none = compare_clustering(real, [sources(1, 0)], 40.0, 0.06, 1).set_index("set")
    assert np.isnan(none.loc["generated", "xi"])


def test_power_of_white_noise_is_1_and_of_smooth_noise_falls():
    white = np.random.default_rng(0).standard_normal((1, 512, 512))
    frequency, powers = power_spectra([white.astype(np.float32)])
    assert powers.shape == (16, 1, len(frequency))
    np.testing.assert_allclose(powers.mean(axis=(0, 1)), 1, atol=0.12)
    assert frequency.max() == pytest.approx(0.5, abs=0.02)
    smooth = gaussian_filter(white, (0, 1, 1))
    _, power = power_spectra([smooth.astype(np.float32)])
    # The Gaussian's own transform.
    expected = np.exp(-4 * np.pi**2 * frequency**2)
    near = frequency < 0.3
    np.testing.assert_allclose(power.mean(axis=(0, 1))[near], expected[near], rtol=0.25)


def test_skies_that_differ_are_farther_than_quadrants():
    distances, pixels, spectra = compare_skies(sky(0), [sky(1, sigma=(1.1e-3, 6.6e-4, 2.2e-3))])
    worst = distances.groupby("kind")[["pixels", "spectrum"]].max()
    assert (worst.loc["trained"] > 1.4 * worst.loc["real"]).all()
    # A tenth more noise is a fifth more power.
    found = distances[distances["kind"] == "trained"]["spectrum"]
    assert found.to_numpy() == pytest.approx(np.log(1.21), abs=0.05)
    assert pixels.groupby("band")[["trained", "generated"]].sum().to_numpy() == pytest.approx(1, abs=1e-6)
    assert set(spectra["band"]) == set(BANDS)
    same, _, _ = compare_skies(sky(0), [sky(1)])
    same = same.groupby("kind")[["pixels", "spectrum"]].max()
    assert (same.loc["trained"] < 2 * same.loc["real"]).all()


def test_a_copy_is_found_however_it_is_turned():
    random = np.random.default_rng(0)
    among = random.normal(0, 1, (20, 3, 32, 32)).astype(np.float32)
    images = np.stack([np.rot90(among[7], 3, (1, 2))[..., ::-1], np.roll(among[4], 1, 2), -among[0]])
    row, distance = nearest(images.astype(np.float32), among)
    assert row[:2].tolist() == [7, 4]
    assert distance[:2].max() < 1e-3
    assert distance[2] > 1
    twice = np.concatenate([among[:5], np.rot90(among[:1], 1, (2, 3))])
    row, distance = nearest(twice, twice, same=True)
    assert (row[0], row[5]) == (5, 0)
    assert distance[[0, 5]].max() < 1e-3
    assert distance[1:5].min() > 1


def blotches(seed, patterns, size=512):
    """A sky with a pattern ``(n, 24, 24)`` every 60 px, and the catalogue of them."""
    field = sky(seed, size)
    places = [(y, x) for y in range(40, size, 60) for x in range(40, size, 60)]
    for (y, x), pattern in zip(places, patterns, strict=True):
        field.flux[:, y - 12 : y + 12, x - 12 : x + 12] += pattern * np.float32(1e-3)
    y, x = np.array(places).T + 1.0
    return places, field, sources(0, 0, shift=-3.0, places=(x, y), size=size)


def test_copied_sources_are_nearer_than_those_held_out():
    patterns = 60 * gaussian_filter(np.random.default_rng(1).standard_normal((64, 24, 24)), (0, 3, 3))
    places, real, catalogue = blotches(0, patterns)
    trained = [i for i, (y, x) in enumerate(places) if y < 200 or x < 200]
    _, copied, _ = blotches(1, patterns[np.resize(trained, 64)])
    table, pictures = nearest_sources((real, catalogue), (copied, catalogue), 30.0, 30)
    median = table.groupby("set")["distance"].median()
    assert median["generated"] < 0.5 * median["held out"]
    assert pictures["generated"].shape == pictures["nearest"].shape == (30, 3, 48, 48)
    own = table[table["set"] == "held out"]
    assert (own[["x", "y"]] > 256).all(axis=None)
    assert ((own["nearest_x"] <= 256) | (own["nearest_y"] <= 256)).all()
    none, pictures = nearest_sources((real, catalogue), (sky(1), sources(0, 0, size=512)), 30.0, 30)
    assert "generated" not in set(none["set"])
    assert len(pictures["nearest"]) == 0


def test_progress_is_by_the_clock():
    losses = pd.DataFrame({"epoch": [1, 2, 3], "step": [30, 60, 90], "steps_per_second": [3.0, 2.0, 1.0]})
    assert training_seconds(losses, [1, 3]).tolist() == [10, 55]
    with pytest.raises(InputError, match="losses: expected epoch 4, found 3 others"):
        training_seconds(losses, [4])
    real = sources(0, 800)
    table = progress(real, {3: sources(1, 400, 0.5), 1: sources(2, 0)}, losses, 28.0)
    assert table["epoch"].tolist() == [1, 3]
    assert table["density"].tolist() == [0, 400]
    assert np.isnan(table["p_F775W"][0])
    assert table["difference_F775W"][1] == pytest.approx(0.5, abs=0.2)
    assert table["p_F775W"][1] < 1e-3


def test_asked_is_measured_with_the_scatter_of_blocks():
    density, error = density_with_error(sources(0, 3200))
    assert density == pytest.approx(3200)
    assert error == pytest.approx(3200**0.5, rel=0.6)
    _, more = density_with_error(sources(0, 0, places=clustered(0, each=12, clusters=266)))
    assert more > 2 * error
    sigma = np.array([1e-3, 6e-4, 2e-3])
    mocks = {"double": Asked(2.0, -1.0, sources(1, 6400), sigma * 10**0.4)}
    (row,) = compare_asked(sources(0, 3200), sigma, mocks).to_dict("records")
    assert row["relative_density"] == pytest.approx(2, abs=3 * row["relative_error"])
    assert row["depth"] == pytest.approx(-1)


def test_a_response_has_a_row_for_each_density_that_was_told():
    table = density_response(sources(0, 3200), {-1.0: sources(1, 1600), 0.0: sources(2, 3200)})
    assert table["told"].tolist() == [-1, 0]
    assert table["sources"].tolist() == [1600, 3200]
    np.testing.assert_allclose(table["relative_density"], [0.5, 1])
    assert (table["relative_error"] > 0).all()


def test_the_table_has_every_measure_with_its_null():
    real, generated = sources(0, 2400), [sources(1, 2400)]
    stars = [(y, x, 40, 1) for y in range(40, 512, 60) for x in range(40, 512, 60)]
    places = np.array([(x + 1.0, y + 1.0) for y, x, *_ in stars]).T
    catalogue = sources(0, 0, shift=-3.0, places=places, size=512)
    near, _ = nearest_sources((sky(0, stars=stars), catalogue), (sky(1, stars=stars), catalogue), 30.0, 30)
    rows = pd.DataFrame(
        judgement(
            compare_held_out(real, generated, SETTINGS),
            count_magnitudes(real, generated),
            compare_planes(real, generated, 28.0, 1),
            classify_sources(real, generated, 28.0, 1, 1),
            compare_clustering(real, generated, 28.0, 0.06, 1),
            compare_skies(sky(0), [sky(1)])[0],
            near,
            28.0,
        )
    ).set_index("measure")
    counts = rows.loc["F775W counts: farthest of 9 bins with over 30 sources"]
    assert abs(counts["trained"]) < 0.5
    assert rows.loc["F775W magnitude: KS p to 28 mag", "real"] <= 1
    assert rows["real"].notna().all()
    assert len(rows) == 9 * 2 - 1 + 3 + 2 + 1 + 1 + 6 + 1
