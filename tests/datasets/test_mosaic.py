"""Reading a band, its footprint, and what is wrong with files that cannot be used."""

import re

import numpy as np
import pytest
from astropy.io import fits

from mockskies.datasets.mosaic import read_mosaic
from mockskies.errors import InputError


def refused(path, message):
    with pytest.raises(InputError, match=f"^{re.escape(f'{path}: {message}')}$"):
        read_mosaic(path)


def test_missing_file(tmp_path):
    refused(tmp_path / "f606w.fits", "expected a FITS file, found none")


def test_truncated_data(write_mosaic, make_wcs, noise):
    path = write_mosaic(noise(300, 300), make_wcs())
    path.write_bytes(path.read_bytes()[:200_000])
    refused(path, "cut short: 200000 of the 362880 bytes that its header announces")


def test_truncated_in_its_last_block(write_mosaic, make_wcs, noise):
    path = write_mosaic(noise(300, 300), make_wcs())
    path.write_bytes(path.read_bytes()[:-1])
    refused(path, "cut short: 362879 of the 362880 bytes that its header announces")


def test_truncated_header(write_mosaic, make_wcs, noise):
    path = write_mosaic(noise(300, 300), make_wcs())
    path.write_bytes(path.read_bytes()[:1000])
    refused(path, "expected a FITS image, but reading it failed: Empty or corrupt FITS file")


@pytest.mark.parametrize("page", ["<!DOCTYPE html>\n<html>404</html>", "\n<html><body>Log in</body></html>"])
def test_web_page(tmp_path, page):
    path = tmp_path / "f606w.fits"
    path.write_text(page)
    refused(path, "expected a FITS file, found a web page that was saved under its name")


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n"])
def test_not_fits(tmp_path, content):
    path = tmp_path / "f606w.fits"
    path.write_bytes(content)
    refused(path, "expected a FITS file, but it does not begin with SIMPLE")


def test_not_two_dimensional(write_mosaic, make_wcs, noise):
    refused(write_mosaic(noise(2, 30, 30), make_wcs()), "expected an image of 2 axes, found 3")


def test_no_image(write_mosaic):
    refused(write_mosaic(None, None), "expected an image, found none in the file")


def test_no_wcs(write_mosaic, noise):
    refused(write_mosaic(noise(30, 30), None), "expected a celestial WCS, found axes ['', '']")


def test_singular_wcs(tmp_path, make_wcs, noise):
    header = make_wcs((30, 30)).to_header()
    header["PC1_1"] = header["PC2_2"] = 1.0
    header["PC1_2"] = header["PC2_1"] = 1.0
    path = tmp_path / "f606w.fits"
    fits.PrimaryHDU(noise(30, 30), header).writeto(path)
    refused(path, "its WCS is degenerate: its pixels would be 0 arcsec wide")


def test_wcs_without_scale(write_mosaic, noise):
    path = write_mosaic(noise(30, 30), None, CTYPE1="RA---TAN", CTYPE2="DEC--TAN")
    refused(path, "its WCS is degenerate: its pixels would be 3600 arcsec wide")


def test_all_zeros(write_mosaic, make_wcs):
    path = write_mosaic(np.zeros((30, 30), np.float32), make_wcs())
    refused(path, "expected an image, found zero in all of its finite pixels")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_no_finite_pixel(write_mosaic, make_wcs, value):
    path = write_mosaic(np.full((30, 30), value, np.float32), make_wcs())
    refused(path, "expected an image, found no finite pixel in it")


def test_reads_pixels_as_they_are(make_mosaic, make_wcs, noise):
    image = noise(40, 30)
    mosaic = make_mosaic(image, make_wcs((40, 30)))
    assert mosaic.image.dtype == np.float32
    assert np.array_equal(mosaic.image, image)
    assert not mosaic.unobserved.any()
    assert not mosaic.bad.any()
    assert not mosaic.simulated


def test_knows_a_simulated_sky(make_mosaic, make_wcs, noise):
    assert make_mosaic(noise(30, 30), make_wcs(), SIMULATE=True).simulated


def test_image_in_an_extension(tmp_path, make_wcs, noise):
    path, image = tmp_path / "f606w.fits", noise(30, 30)
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(image, make_wcs((30, 30)).to_header())]).writeto(path)
    assert np.array_equal(read_mosaic(path).image, image)


def test_isolated_zeros_are_data_and_large_ones_are_not(make_mosaic, make_wcs, noise):
    """Data in 8 bits: three per cent of the pixels inside the footprint are exactly zero."""
    image = np.round(noise(300, 300) * 12)
    image[image == 0] = 0  # no -0.0
    zeros = image == 0
    footprint = np.zeros(image.shape, bool)
    footprint[40:260, 50:250] = True
    image[~footprint] = 0
    image[100:120, 100:120] = 0  # a gap between detectors
    mosaic = make_mosaic(image, make_wcs())
    footprint[100:120, 100:120] = False
    assert 0.02 < zeros[footprint].mean() < 0.05
    assert mosaic.unobserved[~footprint].all()
    # Zeros on the very outline belong to the area outside; no other pixel of the footprint does.
    wrong = mosaic.unobserved & footprint
    assert (wrong & ~zeros).sum() == 0
    assert wrong[43:97, 53:247].sum() == 0
    assert wrong.sum() < 0.06 * (2 * 220 + 2 * 200 + 4 * 20)


def test_bad_pixels_are_counted_and_blank_borders_are_not_observed(make_mosaic, make_wcs, noise):
    image = noise(100, 100)
    image[20, 30], image[40, 50], image[60] = np.nan, np.inf, -np.inf
    mosaic = make_mosaic(image, make_wcs((100, 100)))
    assert mosaic.bad.sum() == 102
    assert not mosaic.unobserved.any()
    assert np.isfinite(mosaic.image).all()
    image[:, :10] = np.nan
    mosaic = make_mosaic(image, make_wcs((100, 100)))
    assert mosaic.unobserved[:, :10].all()
    assert mosaic.bad[20, 30]
    assert mosaic.bad[40, 50]
