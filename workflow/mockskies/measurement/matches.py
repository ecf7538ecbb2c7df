"""Table of closest matches: has a generator memorised what it was shown, or does it repeat itself?"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from mockskies.atomic import replacing
from mockskies.errors import InputError
from mockskies.measurement.closest import closest
from mockskies.randomness import random_generator

COLUMNS = ["row", "real_row", "distance", "real_distance", "sibling", "sibling_distance"]


def match(
    images: np.ndarray,
    rows: np.ndarray,
    real: np.ndarray,
    number: int,
    seed: int,
    is_real: bool,
    threads: int = 1,
    progress: Callable = iter,
) -> pd.DataFrame:
    """Match ``number`` images, drawn at random from ``rows`` of a set, with the real ones and one another.

    Parameters
    ----------
    images, real
        Shapes ``(n, band, y, x)`` and ``(m, band, y, x)``, uint8, equal but for the first.
    is_real
        Whether ``images`` are the real ones: no image is its own match then, nor that of its match.

    Returns
    -------
    DataFrame
        ``row`` of the image, ``real_row`` of the real one nearest to it and their ``distance``;
        ``real_distance`` from that real one to the real one nearest to it; ``sibling``, the nearest of the
        other ``rows`` of its own set, and ``sibling_distance``. Distances as `closest` has them. Real images
        have the same columns with the image itself left out of the real ones, so a set drawn from the same
        sky cannot be told from them.

    Raises
    ------
    InputError
        If the images differ in size, or there are too few of them.
    """
    if images.shape[1:] != real.shape[1:]:
        raise InputError(
            f"closest match: expected images {real.shape[1:]} as the real ones, got {images.shape[1:]}"
        )
    if len(real) < 3 or len(rows) < 2:
        came = f"{len(real)} and {len(rows)}"
        raise InputError(f"closest match: expected at least 3 real galaxies and 2 of the set, got {came}")
    if number > len(rows):
        raise InputError(f"galaxies.closest: {number} images are to be matched, but {len(rows)} are measured")
    positions = np.sort(random_generator(seed, "matched galaxies").permutation(len(rows))[:number])
    chosen = rows[positions]
    itself = chosen[:, None] if is_real else np.empty((number, 0), int)
    wanted = np.array(images[chosen])
    real_row, distance = closest(wanted, real, itself, threads, progress)
    _, real_distance = closest(np.array(real[real_row]), real, np.c_[real_row, itself], threads, progress)
    sibling, sibling_distance = closest(wanted, np.array(images[rows]), positions[:, None], threads)
    columns = chosen, real_row, distance, real_distance, rows[sibling], sibling_distance
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def write_matches(path: str | Path, frame: pd.DataFrame) -> None:
    """Write CSV, six significant digits."""
    with replacing(path) as temporary:
        frame.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def read_matches(path: str | Path) -> pd.DataFrame:
    """Read what `write_matches` wrote.

    Raises
    ------
    InputError
        If the file is no such table.
    """
    try:
        frame = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: expected a table of matches, but reading it failed: {error}") from error
    if list(frame.columns) != COLUMNS:
        raise InputError(f"{path}: expected the columns {', '.join(COLUMNS)}, got {', '.join(frame.columns)}")
    return frame
