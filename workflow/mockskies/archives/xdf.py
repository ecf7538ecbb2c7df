"""The Hubble XDF as its archive publishes it: names, headers, filters, and how deep and how sharp it is."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

# Centre of the mosaics (CRVAL of the published files).
RIGHT_ASCENSION, DECLINATION = 53.1625, -27.7914


@dataclass(frozen=True)
class Filter:
    """One of the mosaic's ACS filters.

    Attributes
    ----------
    zero_point
        AB magnitude of 1 electron/s (XDF page at MAST).
    shortest, longest
        Edges of the pass band in angstrom, approximate, as a box.
    exposure
        Total exposure time in s, approximate; it sets the shot noise of bright sources only.
    sky_noise
        Standard deviation of a sky pixel of 0.06 arcsec in electron/s: the median of weight^(-1/2) in
        the published weight images; the spread of blank pixels of the science images agrees to 1 per cent.
        Of F435W and F850LP it follows from the depths of Illingworth et al. (2013), table 1 (29.8 and
        29.4 mag), by the mean ratio to it in the other three.
    pedestal
        Level of the blank sky in electron/s: the medians of the published science images.
    """

    zero_point: float
    shortest: float
    longest: float
    exposure: float
    sky_noise: float
    pedestal: float


FILTERS = {
    "F435W": Filter(25.68, 3610, 4860, 152.4e3, 7.7e-4, 0.0),
    "F606W": Filter(26.51, 4720, 7170, 174.4e3, 9.59e-4, 0.0),
    "F775W": Filter(25.69, 6910, 8550, 377.8e3, 5.47e-4, 0.0),
    "F814W": Filter(25.94, 7030, 9580, 50.8e3, 1.84e-3, 9.3e-4),
    "F850LP": Filter(24.87, 8320, 10400, 421.6e3, 5.3e-4, 0.0),
}


def file_name(band: str, kind: str) -> str:
    """Name of the science (``sci``) or weight (``wht``) image of ``band``."""
    return f"hlsp_xdf_hst_acswfc-60mas_hudf_{band.lower()}_v1_{kind}.fits"


@dataclass(frozen=True)
class Mosaic:
    """Grid of a mosaic, north up and east left, and the square of it that is deep.

    Attributes
    ----------
    shape
        Pixels on a side of the mosaic.
    footprint
        Pixels on a side of the deep square at its centre.
    position_angle
        Direction of the square's upper side, in deg from north through east.
    pixel_scale
        Side of a pixel in arcsec.
    """

    shape: int
    footprint: int
    position_angle: float
    pixel_scale: float

    @property
    def centre(self) -> float:
        """Coordinate x = y of the mosaic's centre, in pixels from 1."""
        return (self.shape + 1) / 2

    @cached_property
    def area(self) -> float:
        """Area of the deep square in square arcmin."""
        return (self.footprint * self.pixel_scale / 60) ** 2

    def from_square(self, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pixel coordinates (from 1) of points given along the square's sides, in pixels from its centre."""
        cosine, sine = self._turn()
        return self.centre + cosine * u - sine * v, self.centre + sine * u + cosine * v

    def observed(self) -> np.ndarray:
        """Whether the centre of a pixel lies in the deep square; shape ``(y, x)``."""
        cosine, sine = self._turn()
        x = np.arange(1, self.shape + 1) - self.centre
        y = x[:, None]
        half = self.footprint / 2
        return (np.abs(cosine * x + sine * y) <= half) & (np.abs(cosine * y - sine * x) <= half)

    def _turn(self) -> tuple[float, float]:
        # With east to the left, from north through east is counterclockwise.
        angle = np.radians(self.position_angle)
        return np.cos(angle), np.sin(angle)

    def wcs(self) -> WCS:
        """Tangent-plane coordinates of the mosaic."""
        wcs = WCS(naxis=2)
        wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
        wcs.wcs.crval = [RIGHT_ASCENSION, DECLINATION]
        wcs.wcs.crpix = [self.centre, self.centre]
        wcs.wcs.cd = np.diag([-self.pixel_scale, self.pixel_scale]) / 3600
        return wcs

    def header(self, band: str, kind: str) -> fits.Header:
        """Header of the science or weight image of ``band``, marked as simulated."""
        header = fits.Header()
        header["BUNIT"] = "ELECTRONS/S" if kind == "sci" else "(ELECTRONS/S)**-2"
        header["TELESCOP"] = "HST"
        header["INSTRUME"] = "ACS"
        header["DETECTOR"] = "WFC"
        header["FILTER"] = band
        header["EXPTIME"] = (FILTERS[band].exposure, "[s]")
        header["PHOTZPT"] = (FILTERS[band].zero_point, "[mag] AB magnitude of 1 electron/s")
        header["SIMULATE"] = (True, "drawn by mockskies; no telescope saw this")
        header["CTYPE1"], header["CTYPE2"] = "RA---TAN", "DEC--TAN"
        header["CRVAL1"], header["CRVAL2"] = RIGHT_ASCENSION, DECLINATION
        header["CRPIX1"], header["CRPIX2"] = self.centre, self.centre
        header["CD1_1"], header["CD1_2"] = -self.pixel_scale / 3600, 0.0
        header["CD2_1"], header["CD2_2"] = 0.0, self.pixel_scale / 3600
        header["RADESYS"] = "ICRS"
        return header
