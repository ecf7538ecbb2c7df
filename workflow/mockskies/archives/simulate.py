"""A simulated sky in the files of the archive: what was there, and what Hubble would have published of it."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import QTable

from mockskies.archives.noise import draw_noise, pixel_noise
from mockskies.archives.population import Sky
from mockskies.archives.render import draw_objects
from mockskies.archives.xdf import FILTERS, Mosaic
from mockskies.atomic import replacing
from mockskies.errors import InputError


def draw_band(sky: Sky, truth: QTable, band: str, progress: Callable = iter) -> np.ndarray:
    """Science image, shape ``(y, x)``, float32, in electron/s; exactly zero outside the deep square."""
    flux = draw_objects(sky, truth, band, progress)
    flux += draw_noise(sky, band) * pixel_noise(flux, band) + np.float32(FILTERS[band].pedestal)
    return np.where(sky.mosaic.observed(), flux, np.float32(0))


def draw_weight(sky: Sky, band: str) -> np.ndarray:
    """Weight image ``(y, x)``, float32: inverse variance of the sky, in (electron/s)^-2; zero outside."""
    return np.where(sky.mosaic.observed(), np.float32(FILTERS[band].sky_noise ** -2), np.float32(0))


def write_image(path: str | Path, image: np.ndarray, sky: Sky, band: str, kind: str) -> None:
    """Write a science (``sci``) or weight (``wht``) image under the archive's header."""
    header = sky.mosaic.header(band, kind)
    header["SEED"] = (sky.seed, "of the configuration")
    header["ARCHIVE"] = (sky.archive, "name of the simulated sky")
    with replacing(path) as temporary:
        fits.PrimaryHDU(image, header).writeto(temporary)


def write_truth(path: str | Path, truth: QTable, sky: Sky) -> None:
    """Write the truth as a binary table with units; its header says which sky it is of."""
    hdu = fits.table_to_hdu(truth)
    hdu.name = "TRUTH"
    for keyword, (value, comment) in _cards(sky).items():
        hdu.header[keyword] = (value, comment)
    with replacing(path) as temporary:
        fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(temporary)


def read_truth(path: str | Path) -> tuple[Sky, QTable]:
    """Sky and table that `write_truth` wrote.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    try:
        # Astropy warns of damage in many lines, some of them when the file is closed.
        with warnings.catch_warnings(action="ignore"), fits.open(path, memmap=False) as hdus:
            header = hdus["TRUTH"].header
            _check_cards(header)
            mosaic = Mosaic(header["SHAPE"], header["SQUARE"], header["POSANGLE"], header["PIXSCALE"])
            sky = Sky(header["SEED"], header["ARCHIVE"], mosaic, header["FAINTEST"])
            return sky, QTable.read(hdus["TRUTH"], format="fits")
    # Damage raises what it happens to meet in the reader's code.
    except Exception as error:
        message = f"{path}: expected the truth of a simulated sky, but reading it failed: {error!r}"
        raise InputError(message) from error


def _check_cards(header: fits.Header) -> None:
    """Raise ``TypeError`` or ``ValueError`` for a card that does not hold what it must."""
    for keyword in ("SEED", "SHAPE", "SQUARE"):
        if type(header[keyword]) is not int or header[keyword] < 0:
            raise TypeError(f"{keyword} is {header[keyword]!r}, no whole number from 0 on")
    for keyword in ("POSANGLE", "PIXSCALE", "FAINTEST"):
        if type(header[keyword]) not in (int, float) or not np.isfinite(header[keyword]):
            raise TypeError(f"{keyword} is {header[keyword]!r}, no number")
    if type(header["ARCHIVE"]) is not str:
        raise TypeError(f"ARCHIVE is {header['ARCHIVE']!r}, no name")
    if header["PIXSCALE"] <= 0:
        raise ValueError(f"PIXSCALE is {header['PIXSCALE']}, expected more than 0")


def _cards(sky: Sky) -> dict[str, tuple[object, str]]:
    return {
        "SIMULATE": (True, "drawn by mockskies; no telescope saw this"),
        "SEED": (sky.seed, "of the configuration"),
        "ARCHIVE": (sky.archive, "name of the simulated sky"),
        "SHAPE": (sky.mosaic.shape, "[pix] side of the mosaic"),
        "SQUARE": (sky.mosaic.footprint, "[pix] side of the deep square"),
        "POSANGLE": (sky.mosaic.position_angle, "[deg] of the square, from north through east"),
        "PIXSCALE": (sky.mosaic.pixel_scale, "[arcsec] side of a pixel"),
        "FAINTEST": (sky.faintest, "[mag] faintest galaxies in F775W"),
    }
