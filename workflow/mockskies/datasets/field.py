"""A field: several bands of one sky on one pixel grid, in physical units, and its FITS file."""

import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from mockskies.atomic import replacing
from mockskies.errors import InputError


@dataclass(frozen=True)
class Field:
    """Bands of one sky, observed or generated.

    Attributes
    ----------
    flux
        Shape ``(band, y, x)``, float32, in e-/s; NaN where a pixel is masked.
    bands
        Filter names, such as ``("F606W", "F775W", "F814W")``.
    zero_points
        AB magnitude of 1 e-/s in each band.
    wcs
        Celestial coordinates of the grid.
    simulated
        Whether the pixels descend from the simulator and not from a telescope.
    cards
        Further FITS cards, keyword to (value, comment): how the field came to be.
    """

    flux: np.ndarray
    bands: tuple[str, ...]
    zero_points: tuple[float, ...]
    wcs: WCS
    simulated: bool
    cards: dict[str, tuple[object, str]] = field(default_factory=dict)


def write_field(path: str | Path, sky: Field) -> None:
    """Write one image extension a band, named by it, with BUNIT, ZEROPNT and WCS."""
    hdus = fits.HDUList([fits.PrimaryHDU(header=primary_header(sky.simulated, sky.cards))])
    for band, zero_point, image in zip(sky.bands, sky.zero_points, sky.flux, strict=True):
        header = band_header(band, zero_point, sky.wcs)
        hdus.append(fits.ImageHDU(image.astype(np.float32, copy=False), header, name=band))
    with replacing(path) as temporary:
        hdus.writeto(temporary)


def primary_header(simulated: bool, cards: dict[str, tuple[object, str]]) -> fits.Header:
    """What a field's file says of the whole, as `Field` has it."""
    header = fits.Header()
    header["SIMULATE"] = (simulated, "pixels descend from a simulated sky")
    for keyword, (value, comment) in cards.items():
        header[keyword] = (value, comment)
    return header


def band_header(band: str, zero_point: float, wcs: WCS) -> fits.Header:
    """What it says of one band."""
    header = wcs.to_header()
    header["BUNIT"] = "electron/s"
    header["FILTER"] = band
    header["ZEROPNT"] = (zero_point, "[mag] AB magnitude of 1 electron/s")
    return header


def read_field(path: str | Path) -> Field:
    """Read what `write_field` wrote.

    Raises
    ------
    InputError
        If the file is missing, not FITS, cut short, holds no band, or lacks a card of `write_field`'s.
    """
    try:
        # Astropy warns of a file that ends early, and fails on the band that does.
        with warnings.catch_warnings(action="ignore"), fits.open(path, memmap=False) as hdus:
            images = hdus[1:]
            if not images:
                raise InputError(f"{path}: expected an image extension for each band, found none")
            primary = hdus[0].header
            known = {"SIMPLE", "BITPIX", "NAXIS", "EXTEND", "SIMULATE"}
            return Field(
                flux=np.stack([hdu.data.astype(np.float32) for hdu in images]),
                bands=tuple(hdu.name for hdu in images),
                zero_points=tuple(hdu.header["ZEROPNT"] for hdu in images),
                wcs=WCS(images[0].header),
                simulated=primary["SIMULATE"],
                cards={c.keyword: (c.value, c.comment) for c in primary.cards if c.keyword not in known},
            )
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: expected a FITS field, but reading it failed: {error}") from error
