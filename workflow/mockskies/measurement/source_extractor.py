"""SExtractor itself, where it is installed: the reference for our catalogues and for their speed."""

import shutil
import subprocess
from pathlib import Path

from astropy.io import fits

from mockskies.datasets.field import Field
from mockskies.measurement.detection import FILTER
from mockskies.measurement.settings import CatalogueSettings

PROGRAM = "source-extractor"
COLUMNS = ["NUMBER", "X_IMAGE", "Y_IMAGE", "ALPHA_J2000", "DELTA_J2000", "A_IMAGE", "B_IMAGE", "THETA_IMAGE"]
COLUMNS += ["ELLIPTICITY", "KRON_RADIUS", "ISOAREA_IMAGE", "FLAGS"]
COLUMNS += [f"{name}_{kind}" for kind in ("AUTO", "ISO") for name in ("FLUX", "FLUXERR", "MAG", "MAGERR")]


def installed() -> bool:
    """Whether the program is found."""
    return shutil.which(PROGRAM) is not None


def write_images(folder: Path, field: Field) -> None:
    """Write what SExtractor reads: one file per band, the detection image, and its configuration."""
    for name, image in zip((*field.bands, "mean"), (*field.flux, field.flux.mean(axis=0)), strict=True):
        fits.writeto(folder / f"{name}.fits", image, field.wcs.to_header())
    rows = "\n".join(" ".join(f"{weight:g}" for weight in row) for row in FILTER)
    (folder / "filter.conv").write_text(f"CONV NORM\n{rows}\n")


def run_source_extractor(
    folder: Path, band: str, zero_point: float, settings: CatalogueSettings, half_light_radius: bool = True
) -> None:
    """Detect on the mean, measure in ``band``; write ``band``.cat as FITS into ``folder``."""
    (folder / "columns").write_text("\n".join([*COLUMNS, "FLUX_RADIUS"] if half_light_radius else COLUMNS))
    options = {
        "CATALOG_NAME": f"{band}.cat",
        "CATALOG_TYPE": "FITS_1.0",
        "PARAMETERS_NAME": "columns",
        "FILTER_NAME": "filter.conv",
        "DETECT_THRESH": settings.threshold,
        "ANALYSIS_THRESH": settings.threshold,
        "DETECT_MINAREA": settings.minimum_area,
        "DEBLEND_NTHRESH": settings.deblend_levels,
        "DEBLEND_MINCONT": settings.deblend_contrast,
        "CLEAN_PARAM": settings.clean,
        "BACK_SIZE": settings.background_mesh,
        "BACK_FILTERSIZE": settings.background_filter,
        "PHOT_AUTOPARAMS": f"{settings.kron_factor},{settings.minimum_radius}",
        "MAG_ZEROPOINT": zero_point,
        # The whole field at once: strips cut the apertures of sources at their edges.
        "MEMORY_OBJSTACK": 10000,
        "MEMORY_PIXSTACK": 10000000,
        "MEMORY_BUFSIZE": 4096,
        "VERBOSE_TYPE": "QUIET",
    }
    arguments = [text for key, value in options.items() for text in (f"-{key}", str(value))]
    defaults = subprocess.run([PROGRAM, "-d"], check=True, capture_output=True).stdout
    (folder / "default.sex").write_bytes(defaults)
    command = [PROGRAM, f"mean.fits,{band}.fits", "-c", "default.sex", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
