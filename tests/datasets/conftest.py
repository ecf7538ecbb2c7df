"""Small mosaics with known stars."""

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from scipy.special import erf

from mockskies.datasets.mosaic import read_mosaic

CENTRE = SkyCoord(53.1625, -27.7914, unit="deg")
SKY = 1e-3  # e-/s per square arcsec: no pixel of the footprint is exactly zero


@pytest.fixture
def make_wcs():
    """Tangent-plane WCS: arcsec a pixel, deg from north through east, parity, offset of CRPIX in px."""

    def make(shape=(300, 300), pixel_scale=0.06, position_angle=0.0, parity=1, offset=(0.0, 0.0)):
        wcs = WCS(naxis=2)
        wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
        wcs.wcs.crval = [CENTRE.ra.deg, CENTRE.dec.deg]
        wcs.wcs.crpix = [(shape[1] + 1) / 2 + offset[0], (shape[0] + 1) / 2 + offset[1]]
        scale, angle = pixel_scale / 3600, np.deg2rad(position_angle)
        east = -parity * scale
        wcs.wcs.cd = [
            [east * np.cos(angle), scale * np.sin(angle)],
            [-east * np.sin(angle), scale * np.cos(angle)],
        ]
        wcs.wcs.set()
        return wcs

    return make


@pytest.fixture
def draw_stars():
    """Image in e-/s of Gaussian stars, integrated over each pixel, on a faint sky."""

    def draw(wcs, shape, stars, fluxes, full_width=0.2):
        pixel_area = wcs.proj_plane_pixel_area().to_value("arcsec2")
        sigma = full_width / 2.3548 / np.sqrt(pixel_area)
        image = np.full(shape, SKY * pixel_area)
        for star, flux in zip(stars, fluxes, strict=True):
            x, y = wcs.world_to_pixel(star)
            edges = (np.arange(n + 1) - 0.5 for n in shape)
            rows, columns = (
                np.diff(erf((e - c) / sigma / np.sqrt(2))) / 2 for e, c in zip(edges, (y, x), strict=True)
            )
            image += flux * np.outer(rows, columns)
        return image.astype(np.float32)

    return draw


@pytest.fixture
def write_mosaic(tmp_path):
    """Write an image and its WCS as an archive would; the path."""

    def write(image, wcs, name="f606w.fits", **cards):
        header = fits.Header() if wcs is None else wcs.to_header()
        header.update(cards)
        path = tmp_path / name
        fits.PrimaryHDU(image, header).writeto(path, overwrite=True)
        return path

    return write


@pytest.fixture
def make_mosaic(write_mosaic):
    """An image and its WCS, written and read back as a mosaic."""

    def make(image, wcs, name="f606w.fits", **cards):
        return read_mosaic(write_mosaic(image, wcs, name, **cards))

    return make


@pytest.fixture
def noise():
    """Unit noise of a shape, as float32: no two calls alike, every test alike."""
    generator = np.random.default_rng(20190904)
    return lambda *shape: generator.normal(size=shape).astype(np.float32)
