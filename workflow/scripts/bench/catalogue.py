"""Time of a three-band catalogue against three dual-image runs of SExtractor on the same files.

    python workflow/scripts/bench/catalogue.py OUT_FOLDER

The field is synthetic: exponential discs on white noise, 3232 pixels a side. Each of the two reads
FITS files and writes FITS catalogues with the same columns; half-light radii are asked of SExtractor
in one of its three runs only, since ours are measured once.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mockskies.benchmark import Result, seconds, write_result
from mockskies.datasets.field import Field, read_field, write_field
from mockskies.measurement.catalogue import catalogue
from mockskies.measurement.detection import FILTER
from mockskies.measurement.settings import CatalogueSettings
from mockskies.measurement.table import write_catalogue
from mockskies.randomness import random_generator

BANDS = ("F606W", "F775W", "F814W")
ZERO_POINTS = (26.51, 25.69, 25.94)
SETTINGS = CatalogueSettings()
COLUMNS = ["NUMBER", "X_IMAGE", "Y_IMAGE", "ALPHA_J2000", "DELTA_J2000", "A_IMAGE", "B_IMAGE", "THETA_IMAGE"]
COLUMNS += ["ELLIPTICITY", "KRON_RADIUS", "ISOAREA_IMAGE", "FLAGS"]
COLUMNS += [f"{name}_{kind}" for kind in ("AUTO", "ISO") for name in ("FLUX", "FLUXERR", "MAG", "MAGERR")]


def synthetic_field(size: int, sources: int, seed: int) -> Field:
    """Field of ``size`` pixels a side with exponential discs of 18 to 29 mag on white noise."""
    random = random_generator(seed, "synthetic field")
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [53.16, -27.79]
    wcs.wcs.crpix = [(size + 1) / 2, (size + 1) / 2]
    wcs.wcs.cdelt = [-0.06 / 3600, 0.06 / 3600]
    flux = random.normal(1e-4, 2e-4, (3, size, size)).astype(np.float32)
    magnitude = np.maximum(28.5 - random.exponential(1.3, sources), 18)
    colour = random.normal(0, 0.3, (3, sources))
    scale = np.exp(random.normal(0.8, 0.35, sources)) * 10 ** (-0.06 * (magnitude - 28))
    ratio, angle = random.uniform(0.3, 1, sources), random.uniform(0, np.pi, sources)
    centre = random.uniform(0, size, (2, sources))
    electrons = 10 ** (-0.4 * (magnitude + colour - np.array(ZERO_POINTS)[:, None]))
    for i in range(sources):
        half = int(8 * scale[i]) + 3
        (x0, x1), (y0, y1) = ((max(0, int(c) - half), min(size, int(c) + half + 1)) for c in centre[:, i])
        dx, dy = np.arange(x0, x1) - centre[0, i], np.arange(y0, y1)[:, None] - centre[1, i]
        major = (dx * np.cos(angle[i]) + dy * np.sin(angle[i])) / scale[i]
        minor = (dy * np.cos(angle[i]) - dx * np.sin(angle[i])) / scale[i] / ratio[i]
        # The softened centre keeps the profile well sampled.
        profile = np.exp(-np.sqrt(major**2 + minor**2 + 0.2)) / (2 * np.pi * scale[i] ** 2 * ratio[i])
        flux[:, y0:y1, x0:x1] += electrons[:, i, None, None] * profile
    return Field(flux, BANDS, ZERO_POINTS, wcs, simulated=True)


def write_images(folder: Path, field: Field) -> None:
    """Write what SExtractor reads: one file per band, the detection image, and its configuration."""
    for name, image in zip((*field.bands, "mean"), (*field.flux, field.flux.mean(axis=0)), strict=True):
        fits.writeto(folder / f"{name}.fits", image, field.wcs.to_header())
    rows = "\n".join(" ".join(f"{weight:g}" for weight in row) for row in FILTER)
    (folder / "filter.conv").write_text(f"CONV NORM\n{rows}\n")
    (folder / "columns").write_text("\n".join(COLUMNS))
    (folder / "columns_radius").write_text("\n".join([*COLUMNS, "FLUX_RADIUS"]))


def run_source_extractor(folder: Path, band: str, zero_point: float, columns: str) -> None:
    """Detect on the mean, measure in ``band``, at our settings; write ``band``.cat as FITS."""
    options = {
        "CATALOG_NAME": f"{band}.cat",
        "CATALOG_TYPE": "FITS_1.0",
        "PARAMETERS_NAME": columns,
        "FILTER_NAME": "filter.conv",
        "DETECT_THRESH": SETTINGS.threshold,
        "ANALYSIS_THRESH": SETTINGS.threshold,
        "DETECT_MINAREA": SETTINGS.minimum_area,
        "DEBLEND_NTHRESH": SETTINGS.deblend_levels,
        "DEBLEND_MINCONT": SETTINGS.deblend_contrast,
        "CLEAN_PARAM": SETTINGS.clean,
        "BACK_SIZE": SETTINGS.background_mesh,
        "BACK_FILTERSIZE": SETTINGS.background_filter,
        "PHOT_AUTOPARAMS": f"{SETTINGS.kron_factor},{SETTINGS.minimum_radius}",
        "MAG_ZEROPOINT": zero_point,
        # The whole field at once: strips cut the apertures of sources at their edges.
        "MEMORY_OBJSTACK": 10000,
        "MEMORY_PIXSTACK": 10000000,
        "MEMORY_BUFSIZE": 4096,
        "VERBOSE_TYPE": "QUIET",
    }
    arguments = [text for key, value in options.items() for text in (f"-{key}", str(value))]
    defaults = subprocess.run(["source-extractor", "-d"], check=True, capture_output=True).stdout
    (folder / "default.sex").write_bytes(defaults)
    command = ["source-extractor", f"mean.fits,{band}.fits", "-c", "default.sex", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def measure(folder: Path) -> int:
    """Our catalogue of ``folder``'s field, from file to file; returns its number of sources."""
    table = catalogue(read_field(folder / "field.fits"), SETTINGS)
    write_catalogue(folder / "ours.fits", table)
    return len(table)


def measure_with_source_extractor(folder: Path) -> None:
    """SExtractor's three catalogues of the same field."""
    for band, zero_point in zip(BANDS, ZERO_POINTS, strict=True):
        columns = "columns_radius" if band == BANDS[0] else "columns"
        run_source_extractor(folder, band, zero_point, columns)


def main(out: Path, size: int = 3232, sources: int = 6000, repeats: int = 3) -> None:
    """Write ``out``/catalogue.json: seconds of both, alternating, medians."""
    installed = shutil.which("source-extractor") is not None
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        field = synthetic_field(size, sources, seed=1)
        write_images(folder, field)
        write_field(folder / "field.fits", field)
        found = measure(folder)
        for _ in range(repeats):
            ours.append(seconds(lambda: measure(folder)))
            if installed:
                theirs.append(seconds(lambda: measure_with_source_extractor(folder)))
    note = f"{found} sources on {size} x {size} px in three bands; medians of {repeats}, alternating"
    if not installed:
        note += "; source-extractor is not installed: no reference"
    own = statistics.median(ours)
    reference = statistics.median(theirs) if installed else None
    ratio = own / reference if installed else None
    result = Result("catalogue", own, reference, ratio, "s", "at most 1.5", note)
    write_result(out, result)
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
