"""Stretches, windows, thumbnails and number counts."""

import numpy as np
import pytest
from astropy.table import Table

from mockskies.artefacts.histogram import ensemble_counts, magnitude_edges, number_counts
from mockskies.artefacts.notation import grouped, scientific
from mockskies.artefacts.stretch import colour_composite, percentile_stretch, sky_noise, sky_subtracted
from mockskies.artefacts.thumbnails import mosaic
from mockskies.artefacts.window import centred_window, pixel_scale, width_in_arcsec


def test_percentile_stretch_is_linear_between_its_percentiles():
    image = np.arange(101.0).reshape(1, -1)
    stretched = percentile_stretch(image, 10, 90)
    assert stretched[0, :11] == pytest.approx(0)
    assert stretched[0, 90:] == pytest.approx(1)
    assert stretched[0, 50] == pytest.approx(0.5)


def test_percentile_stretch_of_one_value_is_grey():
    assert (percentile_stretch(np.full((2, 2), 3.0), 0.5, 99.5) == 0.5).all()


def test_equal_magnitudes_are_equal_after_sky_subtraction(sky):
    flux = sky.flux.copy()
    flux[:, 100, 100] = [10 ** (-0.4 * (20 - zero_point)) for zero_point in sky.zero_points]
    bands = sky_subtracted(type(sky)(flux, sky.bands, sky.zero_points, sky.wcs, True))
    assert bands[:, 100, 100] == pytest.approx(bands[0, 100, 100], rel=1e-3)


def test_composite_maps_bands_to_colours_and_masked_pixels_to_black(sky):
    flux = sky.flux.copy()
    noise = sky_noise(sky)
    flux[2, 10:20, 10:20] = 100 * noise
    flux[:2, 10:20, 10:20] = -100 * noise
    flux[:, 30, 30] = np.nan
    image = colour_composite(type(sky)(flux, sky.bands, sky.zero_points, sky.wcs, True), noise)
    assert image.shape == (*flux.shape[1:], 3)
    assert image[15, 15].tolist() == [255, 0, 0]
    assert image[30, 30].tolist() == [0, 0, 0]


def test_windows_are_measured_on_the_sky(sky):
    assert pixel_scale(sky) == pytest.approx(0.06, rel=1e-6)
    assert width_in_arcsec(sky) == pytest.approx(15.6, rel=1e-6)
    assert centred_window(sky, 6.0) == (slice(80, 180), slice(80, 180))


def test_mosaic_leaves_gaps_and_missing_cells_empty():
    thumbnails = [np.full((2, 2), float(i)) for i in range(3)]
    thumbnails[0] = np.array([[1.0, 1.0], [9.0, 9.0]])
    sheet = mosaic(thumbnails, columns=2, gap=1)
    assert sheet.shape == (5, 5)
    assert sheet[0, :2].tolist() == [9.0, 9.0]  # the upper row of the sky is the upper row of the sheet
    assert (sheet[:2, 3:] == 1).all()
    assert (sheet[3:, :2] == 2).all()
    assert np.isnan(sheet[3:, 3:]).all()
    assert np.isnan(sheet[2]).all()


def catalogue_of(magnitudes, area):
    return Table({"MAG_AUTO_F775W": magnitudes}, meta={"AREA": area})


def test_number_counts_are_per_area_and_magnitude():
    edges = magnitude_edges(20, 22, 0.5)
    assert edges.tolist() == [20, 20.5, 21, 21.5, 22]
    table = catalogue_of([20.1, 20.2, 21.7, np.nan, 30.0], area=2.0)
    assert number_counts(table, "F775W", edges).tolist() == [2, 0, 0, 1]


def test_ensemble_counts_span_its_fields():
    edges = magnitude_edges(20, 21, 1)
    tables = [catalogue_of([20.5] * n, area=1.0) for n in (0, 10, 20)]
    mean, low, high = ensemble_counts(tables, "F775W", edges)
    assert mean.tolist() == [10]
    assert low == pytest.approx(3.2)
    assert high == pytest.approx(16.8)


def test_numbers_are_set_as_in_a_journal():
    assert grouped(1080000) == "1\u2009080\u2009000"
    assert scientific(0.163, 2) == "0.16"
    assert scientific(2.13e-9, 2) == r"2.1 \times 10^{-9}"
