"""Which of the true sources were found."""

import numpy as np
import pytest
from astropy.table import Table

from mockskies.comparison.completeness import completeness, match

ARCSEC = 1 / 3600


def positions(*offsets):
    """Right ascensions and declinations of offsets in arcsec (east, north) from the field's centre."""
    east, north = np.array(offsets, dtype=float).reshape(-1, 2).T
    return 53.16 + east * ARCSEC / np.cos(np.deg2rad(-27.79)), -27.79 + north * ARCSEC


def detected(*offsets, magnitudes=()):
    """Catalogue of sources at ``offsets``."""
    longitude, latitude = positions(*offsets)
    table = Table({"ALPHA_J2000": longitude, "DELTA_J2000": latitude})
    table["MAG_AUTO_F775W"] = np.array(magnitudes, dtype=np.float32)
    return table


def true(*offsets, magnitudes):
    """Truth table of sources at ``offsets``."""
    longitude, latitude = positions(*offsets)
    return Table({"ra": longitude, "dec": latitude, "mag_F775W": magnitudes})


def test_each_detection_belongs_to_the_brightest_source_within_reach():
    truth = true((0, 0), (0.1, 0), (5, 5), (9, 9), magnitudes=[29.0, 25.0, 26.0, 24.0])
    catalogue = detected((5.05, 5), (0.04, 0), (20, 20), magnitudes=[26, 25, 27])
    assert match(catalogue, truth, "F775W").tolist() == [-1, 1, 0, -1]


def test_a_pair_that_was_resolved_is_matched_one_to_one():
    truth = true((0, 0), (0.2, 0), magnitudes=[26.0, 25.0])
    catalogue = detected((0.01, 0), (0.19, 0), magnitudes=[26, 25])
    assert match(catalogue, truth, "F775W").tolist() == [0, 1]


def test_nothing_is_matched_beyond_the_radius_or_without_detections():
    truth = true((0, 0), magnitudes=[25.0])
    assert match(detected((0.31, 0), magnitudes=[25]), truth, "F775W").tolist() == [-1]
    assert match(detected((0.31, 0), magnitudes=[25]), truth, "F775W", radius=0.4).tolist() == [0]
    assert match(detected(), truth, "F775W").tolist() == [-1]


def test_completeness_and_bias_in_bins():
    offsets = [(10 * i, 0) for i in range(5)]
    truth = true(*offsets, magnitudes=[24.5, 25.1, 25.2, 25.3, 27.0])
    catalogue = detected(*offsets[:3], offsets[4], magnitudes=[24.6, 25.1, 25.4, np.nan])
    frame = completeness(catalogue, truth, match(catalogue, truth, "F775W"), "F775W", np.arange(24.0, 29.0))
    assert frame["true"].tolist() == [1, 3, 0, 1]
    assert frame["found"].tolist() == [1, 2, 0, 1]
    np.testing.assert_allclose(frame["completeness"], [1, 2 / 3, np.nan, 1])
    np.testing.assert_allclose(frame["bias"], [0.1, 0.1, np.nan, np.nan], atol=1e-6)
    assert frame["bright"].tolist() == [24, 25, 26, 27]
    assert frame["faint"].tolist() == pytest.approx([25, 26, 27, 28])
