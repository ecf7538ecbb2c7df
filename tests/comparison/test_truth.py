"""What the catalogue finds and measures on a simulated sky, of which the truth is known."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from mockskies.archives import render
from mockskies.archives.population import Sky, draw_truth
from mockskies.archives.simulate import draw_band
from mockskies.archives.xdf import FILTERS, Mosaic
from mockskies.comparison.completeness import completeness, match
from mockskies.datasets.field import Field
from mockskies.measurement.catalogue import catalogue
from mockskies.measurement.detection import Image, detect, subtract_background
from mockskies.measurement.photometry import auto_flux, kron_apertures
from mockskies.measurement.settings import CatalogueSettings

SETTINGS = CatalogueSettings()
LIMIT = 28.0  # mag, of the paper's comparison


@pytest.fixture(scope="module")
def simulated():
    """An upright deep square of 0.36 square arcmin from the simulator, its truth and its catalogue."""
    sky = Sky(seed=11, archive="truth", mosaic=Mosaic(600, 600, 0.0, 0.06), faintest=29.0)
    truth = draw_truth(sky)
    flux = np.stack([draw_band(sky, truth, band) for band in FILTERS]).astype(np.float32)
    zero_points = tuple(pass_band.zero_point for pass_band in FILTERS.values())
    field = Field(flux, tuple(FILTERS), zero_points, sky.mosaic.wcs(), simulated=True)
    table = catalogue(field, SETTINGS)
    row = match(table, truth, "F775W")
    return SimpleNamespace(sky=sky, field=field, truth=truth, catalogue=table, row=row)


def test_complete_where_the_truth_is_one_magnitude_above_the_limit(simulated):
    edges = np.array([18, LIMIT - 1, LIMIT, LIMIT + 1])
    frame = completeness(simulated.catalogue, simulated.truth, simulated.row, "F775W", edges)
    assert frame["true"][0] > 40
    assert frame["completeness"][0] > 0.9
    assert frame["completeness"].is_monotonic_decreasing


def test_photometry_is_unbiased_where_the_truth_is_one_magnitude_above_the_limit(simulated, monkeypatch):
    """AUTO against the light of the same source alone, without sky or noise, in the same aperture.

    Total magnitudes are another matter: a Kron aperture leaves out 0.1 mag of what Hubble's wings and a
    disc's outskirts hold, in real and generated fields alike.
    """
    # Each source is drawn by itself: the same response to a point every time.
    monkeypatch.setattr(render, "point_spread_function", cache(render.point_spread_function))
    image = subtract_background(simulated.field.flux.mean(axis=0), SETTINGS)
    apertures = kron_apertures(image, detect(image, SETTINGS), SETTINGS)
    bright = np.asarray(simulated.truth["mag_F775W"]) < LIMIT - 1
    for band in FILTERS:
        offsets = []
        for source in np.flatnonzero(bright & (simulated.row >= 0)):
            alone = render.draw_objects(simulated.sky, simulated.truth[source : source + 1], band)
            light, _ = auto_flux(Image(alone, image.masked, 0.0), apertures)
            row = simulated.row[source]
            offsets.append(-2.5 * np.log10(simulated.catalogue[f"FLUX_AUTO_{band}"][row] / light[row]))
        assert np.median(offsets) == pytest.approx(0, abs=0.03)


def test_colours_are_unbiased(simulated):
    bright = (simulated.row >= 0) & (np.asarray(simulated.truth["mag_F775W"]) < LIMIT - 1)
    found, true = simulated.catalogue[simulated.row[bright]], simulated.truth[bright]
    for blue, red in (("F606W", "F775W"), ("F775W", "F814W")):
        expected = np.asarray(true[f"mag_{blue}"] - true[f"mag_{red}"])
        assert np.median(found[f"COLOR_{blue}_{red}"] - expected) == pytest.approx(0, abs=0.03)


def test_noise_alone_is_not_detected(simulated):
    """The negative of the field has the same noise and no sources: what is found in it is spurious."""
    negative = catalogue(replace(simulated.field, flux=-simulated.field.flux), SETTINGS)
    assert len(simulated.catalogue) > 100
    assert len(negative) <= 0.01 * len(simulated.catalogue)
