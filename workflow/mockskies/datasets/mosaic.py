"""A mosaic: one band's image as its archive publishes it, and which of its pixels were observed."""

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS, FITSFixedWarning, WcsError
from astropy.wcs.utils import proj_plane_pixel_area
from scipy import ndimage

from mockskies.errors import InputError

# Exact zeros are data where they lie alone (an image stored in 8 bits has three per cent of them inside
# its footprint, in groups of up to seven pixels) and say "not observed" where they cover an area.
UNOBSERVED_AREA = 100  # px
# Some mosaics are blank outside their footprint with NaN in place of zero: an area that reaches the
# edge and holds this share of the image. Any other NaN is a bad pixel of an observed sky.
BLANK_SHARE = 0.05
# Side of a pixel, in arcsec, outside which a WCS cannot be that of an image of the sky.
PIXEL_SCALES = (1e-3, 60.0)


@dataclass(frozen=True)
class Mosaic:
    """One band of an archive.

    Attributes
    ----------
    path
        The file.
    sha256
        Its checksum.
    image
        Shape ``(y, x)``, float32, in e-/s; 0 wherever ``bad`` or ``unobserved``.
    unobserved
        Shape ``(y, x)``: outside the footprint.
    bad
        Shape ``(y, x)``: NaN or infinite inside the footprint.
    wcs
        Celestial coordinates.
    simulated
        The header's SIMULATE card; False without one.
    """

    path: Path
    sha256: str
    image: np.ndarray
    unobserved: np.ndarray
    bad: np.ndarray
    wcs: WCS
    simulated: bool


def read_mosaic(path: str | Path) -> Mosaic:
    """Read the first image of a FITS file and find its footprint.

    Raises
    ------
    InputError
        If the file is missing, cut short or not FITS; if its image is not two-dimensional, has no
        finite pixel or none but zeros; if its WCS is missing or degenerate.
    """
    path = Path(path)
    image, header, sha256 = _read_image(path)
    wcs = _celestial_wcs(path, header)
    finite = np.isfinite(image)
    if not finite.any():
        raise InputError(f"{path}: expected an image, found no finite pixel in it")
    bad = ~finite
    image[bad] = 0
    if not image.any():
        raise InputError(f"{path}: expected an image, found zero in all of its finite pixels")
    unobserved = _large_regions((image == 0) & finite, UNOBSERVED_AREA)
    if bad.mean() > BLANK_SHARE:
        unobserved |= _large_regions(bad, BLANK_SHARE * bad.size, at_edge=True)
    simulated = bool(header.get("SIMULATE", False))
    return Mosaic(path, sha256, image, unobserved, bad & ~unobserved, wcs, simulated)


def _read_image(path: Path) -> tuple[np.ndarray, fits.Header, str]:
    """First image of ``path`` as native float32, its header, and the checksum of the file."""
    if not path.is_file():
        raise InputError(f"{path}: expected a FITS file, found none")
    with open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        start = file.read(512).lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise InputError(f"{path}: expected a FITS file, found a web page that was saved under its name")
    if not start.startswith(b"simple"):
        raise InputError(f"{path}: expected a FITS file, but it does not begin with SIMPLE")
    try:
        # Astropy only warns of a file that ends early; the check below says so in one line.
        with warnings.catch_warnings(action="ignore"), fits.open(path, memmap=False) as hdus:
            hdu = next((hdu for hdu in hdus if hdu.is_image and hdu.header["NAXIS"] > 0), None)
            if hdu is None:
                raise InputError(f"{path}: expected an image, found none in the file")
            if hdu.header["NAXIS"] != 2:
                raise InputError(f"{path}: expected an image of 2 axes, found {hdu.header['NAXIS']}")
            place, size = hdu.fileinfo(), path.stat().st_size
            announced = place["datLoc"] + place["datSpan"]
            if size < announced:
                raise InputError(
                    f"{path}: cut short: {size} of the {announced} bytes that its header announces"
                )
            return hdu.data.astype(np.float32), hdu.header, sha256
    except (OSError, TypeError, ValueError, KeyError, fits.VerifyError) as error:
        raise InputError(f"{path}: expected a FITS image, but reading it failed: {error}") from error


def _celestial_wcs(path: Path, header: fits.Header) -> WCS:
    """WCS of ``header``, checked: two celestial axes and a pixel of a size that an image may have."""
    try:
        with warnings.catch_warnings():
            # Cards that astropy brings up to date, such as dates: nothing that moves a pixel.
            warnings.simplefilter("ignore", FITSFixedWarning)
            wcs = WCS(header)
        if not wcs.has_celestial:
            raise InputError(f"{path}: expected a celestial WCS, found axes {list(wcs.wcs.ctype)}")
        centre = wcs.wcs_pix2world([[header["NAXIS1"] / 2, header["NAXIS2"] / 2]], 0)
        scale = 3600 * np.sqrt(proj_plane_pixel_area(wcs))
    except (WcsError, ValueError, np.linalg.LinAlgError) as error:
        raise InputError(f"{path}: its WCS is degenerate: {str(error).strip().splitlines()[-1]}") from error
    if not np.isfinite(centre).all() or not PIXEL_SCALES[0] < scale < PIXEL_SCALES[1]:
        raise InputError(f"{path}: its WCS is degenerate: its pixels would be {scale:g} arcsec wide")
    return wcs


def _large_regions(mask: np.ndarray, area: float, at_edge: bool = False) -> np.ndarray:
    """The connected regions of ``mask`` of at least ``area`` pixels; if asked, only those at the edge."""
    regions, count = ndimage.label(mask)
    chosen = np.bincount(regions.ravel(), minlength=count + 1) >= area
    if at_edge:
        edge = np.concatenate([regions[0], regions[-1], regions[:, 0], regions[:, -1]])
        chosen &= np.isin(np.arange(count + 1), edge)
    chosen[0] = False
    return chosen[regions]
