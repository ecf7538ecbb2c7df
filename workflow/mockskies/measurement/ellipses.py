"""Table of ellipses: a row per image, by isophotes and by moments."""

import math
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from mockskies.atomic import replacing
from mockskies.errors import InputError
from mockskies.measurement.isophotes import outermost_isophote
from mockskies.measurement.moments import Ellipse, grey, moments

PROPERTIES = ("ellipticity", "angle", "flux", "semi_major_axis")
COLUMNS = ["row", *PROPERTIES, "failure", *(f"moment_{name}" for name in PROPERTIES)]


def measure(image: np.ndarray) -> dict[str, float | str]:
    """The four properties of one image ``(band, y, x)``, uint8, twice, under the names of `COLUMNS`.

    Angles in deg, semi-major axes in the image's own px, fluxes in levels (0 to 255, mean of the bands)
    summed over those px.
    """
    levels = grey(image)
    outermost, outline = outermost_isophote(levels), moments(levels)
    found = {**_shape(outermost.ellipse), "flux": outermost.flux, "failure": outermost.failure}
    by_moments = {**_shape(outline and outline.ellipse), "flux": outline.flux if outline else math.nan}
    return {**found, **{f"moment_{name}": value for name, value in by_moments.items()}}


def _shape(ellipse: Ellipse | None) -> dict[str, float]:
    names = [name for name in PROPERTIES if name != "flux"]
    return {name: getattr(ellipse, name) if ellipse else math.nan for name in names}


def measure_all(
    images: np.ndarray, rows: np.ndarray, processes: int, progress: Callable = iter
) -> pd.DataFrame:
    """Measure ``rows`` of ``images`` ``(n, band, y, x)`` in so many processes; columns are `COLUMNS`.

    ``progress`` wraps the results as they come, such as `tqdm.tqdm`.
    """
    wanted = (np.array(images[row]) for row in rows)
    if processes == 1:
        found = list(progress(map(measure, wanted)))
    else:
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            found = list(progress(pool.map(measure, wanted, chunksize=8)))
    frame = pd.DataFrame(found, columns=COLUMNS[1:])
    frame.insert(0, "row", rows)
    return frame


def write_ellipses(path: str | Path, frame: pd.DataFrame) -> None:
    """Write CSV, six significant digits, empty where NaN or no failure."""
    with replacing(path) as temporary:
        frame.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def read_ellipses(path: str | Path) -> pd.DataFrame:
    """Read what `write_ellipses` wrote.

    Raises
    ------
    InputError
        If the file is no such table.
    """
    try:
        frame = pd.read_csv(
            path, keep_default_na=False, na_values={name: "" for name in COLUMNS if name != "failure"}
        )
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: expected a table of ellipses, but reading it failed: {error}") from error
    if list(frame.columns) != COLUMNS:
        raise InputError(f"{path}: expected the columns {', '.join(COLUMNS)}, got {', '.join(frame.columns)}")
    return frame
