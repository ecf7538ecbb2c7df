"""Skies with a known truth."""

import numpy as np
import pytest
from astropy.wcs import WCS

from mockskies.datasets.field import Field

BANDS = ("F606W", "F775W", "F814W")
ZERO_POINTS = (26.51, 25.69, 25.94)


@pytest.fixture
def make_field():
    """Field from an array ``(band, y, x)`` in e-/s, 0.06 arcsec a pixel, simulated."""

    def make(flux):
        wcs = WCS(naxis=2)
        wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
        wcs.wcs.crval = [53.16, -27.79]
        wcs.wcs.crpix = [(flux.shape[2] + 1) / 2, (flux.shape[1] + 1) / 2]
        wcs.wcs.cdelt = [-0.06 / 3600, 0.06 / 3600]
        return Field(flux, BANDS, ZERO_POINTS, wcs, simulated=True)

    return make


@pytest.fixture
def make_sky():
    """White noise of a given standard deviation, and elliptical Gaussians on it: ``(band, y, x)``.

    A source is x, y in pixels from 0, flux in each band, standard deviations along its axes in pixels, and
    the angle from x to the major axis in degrees.
    """

    def make(size, noise, *sources):
        random = np.random.default_rng(20190904)
        flux = random.normal(1e-3, noise, (3, size, size))
        y, x = np.mgrid[:size, :size]
        for x0, y0, electrons, major, minor, angle in sources:
            cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
            along = (x - x0) * cosine + (y - y0) * sine
            across = (y - y0) * cosine - (x - x0) * sine
            profile = np.exp(-((along / major) ** 2 + (across / minor) ** 2) / 2) / (
                2 * np.pi * major * minor
            )
            flux += np.reshape(electrons, (-1, 1, 1)) * profile
        return flux.astype(np.float32)

    return make
