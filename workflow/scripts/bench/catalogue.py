"""Time of a three-band catalogue against three dual-image runs of SExtractor on the same files.

    python workflow/scripts/bench/catalogue.py OUT_FOLDER

The field is synthetic: exponential discs on white noise, 3232 pixels a side. Each of the two reads
FITS files and writes FITS catalogues with the same columns; half-light radii are asked of SExtractor
in one of its three runs only, since ours are measured once.
"""

import json
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
from astropy.wcs import WCS

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mockskies.benchmark import Result, seconds, write_result
from mockskies.datasets.field import Field, read_field, write_field
from mockskies.measurement.catalogue import catalogue
from mockskies.measurement.settings import CatalogueSettings
from mockskies.measurement.source_extractor import installed, run_source_extractor, write_images
from mockskies.measurement.table import write_catalogue
from mockskies.randomness import random_generator

BANDS = ("F606W", "F775W", "F814W")
ZERO_POINTS = (26.51, 25.69, 25.94)
SETTINGS = CatalogueSettings()


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


def measure(folder: Path) -> int:
    """Our catalogue of ``folder``'s field, from file to file; returns its number of sources."""
    table = catalogue(read_field(folder / "field.fits"), SETTINGS)
    write_catalogue(folder / "ours.fits", table)
    return len(table)


def measure_with_source_extractor(folder: Path) -> None:
    """SExtractor's three catalogues of the same field."""
    for band, zero_point in zip(BANDS, ZERO_POINTS, strict=True):
        run_source_extractor(folder, band, zero_point, SETTINGS, half_light_radius=band == BANDS[0])


def main(out: Path, size: int = 3232, sources: int = 6000, repeats: int = 3) -> None:
    """Write ``out``/catalogue.json: seconds of both, alternating, medians."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        field = synthetic_field(size, sources, seed=1)
        write_images(folder, field)
        write_field(folder / "field.fits", field)
        found = measure(folder)
        for _ in range(repeats):
            ours.append(seconds(lambda: measure(folder)))
            if installed():
                theirs.append(seconds(lambda: measure_with_source_extractor(folder)))
    note = f"{found} sources on {size} x {size} px in three bands; medians of {repeats}, alternating"
    if not installed():
        note += "; source-extractor is not installed: no reference"
    own = statistics.median(ours)
    reference = statistics.median(theirs) if theirs else None
    ratio = own / reference if theirs else None
    result = Result("catalogue", own, reference, ratio, "s", "at most 1.5", note)
    write_result(out, result)
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
