"""From a field to the catalogue of its sources: smith2019 section 3."""

from itertools import combinations

import numpy as np
from astropy import units
from astropy.table import Table
from astropy.wcs.utils import proj_plane_pixel_area

from mockskies.datasets.field import Field
from mockskies.errors import InputError
from mockskies.measurement.detection import detect, subtract_background
from mockskies.measurement.photometry import auto_flux, half_light_radius, isophotal_flux, kron_apertures
from mockskies.measurement.settings import CatalogueSettings

FLUX = units.electron / units.s

# FITS keywords of the settings.
KEYWORDS = {
    "threshold": "THRESH",
    "minimum_area": "MINAREA",
    "deblend_levels": "DEBLEVEL",
    "deblend_contrast": "DEBCONT",
    "clean": "CLEAN",
    "background_mesh": "BACKMESH",
    "background_filter": "BACKFILT",
    "kron_factor": "KRONFACT",
    "minimum_radius": "MINRAD",
}


def catalogue(field: Field, settings: CatalogueSettings) -> Table:
    """Sources of ``field``, detected on the pixelwise mean of its bands and measured in each.

    Returns
    -------
    Table
        One row per source, SExtractor's names and units; magnitudes are AB, NaN where the flux is not
        positive. ``meta`` holds the observed area in square arcmin, that of the left and
        of the lower half, the field's size in pixels, and the settings.

    Raises
    ------
    InputError
        If no pixel is observed in every band.
    """
    mean = field.flux.mean(axis=0)
    observed = np.isfinite(mean)
    if not observed.any():
        raise InputError("field: expected pixels observed in every band, found none")
    image = subtract_background(mean, settings)
    detections = detect(image, settings)
    apertures = kron_apertures(image, detections, settings)
    total, _ = auto_flux(image, apertures)
    sources = detections.sources
    longitude, latitude = field.wcs.all_pix2world(apertures.x, apertures.y, 0)

    table = Table()
    table["NUMBER"] = np.arange(1, len(sources) + 1, dtype=np.int32)
    table["X_IMAGE"] = (apertures.x + 1) * units.pix
    table["Y_IMAGE"] = (apertures.y + 1) * units.pix
    table["ALPHA_J2000"] = longitude * units.deg
    table["DELTA_J2000"] = latitude * units.deg
    table["A_IMAGE"] = apertures.a.astype(np.float32) * units.pix
    table["B_IMAGE"] = apertures.b.astype(np.float32) * units.pix
    table["THETA_IMAGE"] = np.rad2deg(apertures.theta).astype(np.float32) * units.deg
    table["ELLIPTICITY"] = (1 - apertures.b / apertures.a).astype(np.float32)
    table["KRON_RADIUS"] = apertures.radius.astype(np.float32)
    radius = half_light_radius(image, detections, apertures, total)
    table["FLUX_RADIUS"] = radius.astype(np.float32) * units.pix
    table["ISOAREA_IMAGE"] = sources["tnpix"].astype(np.int32) * units.pix**2
    table["FLAGS"] = apertures.flags.astype(np.int16)
    for band, zero_point, flux in zip(field.bands, field.zero_points, field.flux, strict=True):
        sky = subtract_background(flux, settings)
        _add_photometry(table, f"AUTO_{band}", *auto_flux(sky, apertures), zero_point)
        _add_photometry(table, f"ISO_{band}", *isophotal_flux(sky, detections), zero_point)
    for blue, red in combinations(field.bands, 2):
        table[f"COLOR_{blue}_{red}"] = table[f"MAG_AUTO_{blue}"] - table[f"MAG_AUTO_{red}"]

    height, width = observed.shape
    square_arcmin = proj_plane_pixel_area(field.wcs) * units.deg**2
    for keyword, region in {
        "AREA": observed,
        "AREALEFT": observed[:, : width // 2],
        "AREALOW": observed[: height // 2],
    }.items():
        table.meta[keyword] = float(np.count_nonzero(region) * square_arcmin.to_value(units.arcmin**2))
    table.meta["XSIZE"], table.meta["YSIZE"] = width, height
    table.meta["SIMULATE"] = field.simulated
    table.meta |= {KEYWORDS[name]: value for name, value in vars(settings).items()}
    return table


def _add_photometry(table: Table, name: str, flux: np.ndarray, error: np.ndarray, zero_point: float) -> None:
    positive = np.where(flux > 0, flux, np.nan)
    table[f"FLUX_{name}"] = flux.astype(np.float32) * FLUX
    table[f"FLUXERR_{name}"] = error.astype(np.float32) * FLUX
    table[f"MAG_{name}"] = (zero_point - 2.5 * np.log10(positive)).astype(np.float32) * units.mag
    table[f"MAGERR_{name}"] = (2.5 / np.log(10) * error / positive).astype(np.float32) * units.mag
