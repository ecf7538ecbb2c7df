"""Photographs cut to centred squares of one size, on all cores, in an array that is mapped into memory."""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from PIL import Image

from mockskies.archives.photograph import read_photograph
from mockskies.datasets.galaxies import new_galaxies

logger = logging.getLogger("mockskies.datasets")


def centred_square(photograph: np.ndarray, size: int) -> np.ndarray:
    """The largest centred square of ``photograph``, ``(y, x, 3)``, uint8, at ``(size, size, 3)``.

    Cut before it is resampled, so that nothing is deformed (section 3): by Lanczos's kernel, as wide as the
    new pixels, where it shrinks, and bicubically where it grows.
    """
    height, width = photograph.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = Image.fromarray(photograph[top : top + side, left : left + side])
    kernel = Image.Resampling.LANCZOS if size <= side else Image.Resampling.BICUBIC
    return np.asarray(square.resize((size, size), kernel))


def square_photographs(
    files: list[Path],
    size: int,
    path: str | Path,
    about: dict,
    *,
    workers: int,
    progress: Callable[..., Iterable],
) -> None:
    """Write the photographs of ``files`` to ``path``, ``(n, 3, size, size)``, uint8, with a JSON beside it.

    Parameters
    ----------
    files
        In the order of the rows, of any format.
    size
        Side in px.
    about
        What else the JSON says.
    workers
        Processes, each of which holds one photograph and writes rows of its own to the mapped file.
    progress
        Wraps the photographs as they are done, such as `tqdm.tqdm`; takes their ``total``.

    Raises
    ------
    InputError
        If a photograph cannot be read.
    """
    about = about | {"resampling": "Lanczos where it shrinks, bicubic where it grows"}
    # Forked workers would inherit the locks of the parent's threads.
    with (
        new_galaxies(path, len(files), size, about) as array,
        get_context("spawn").Pool(min(workers, len(files)), _map, (array,)) as pool,
    ):
        sides = list(progress(pool.imap_unordered(partial(_fill, size), enumerate(files)), total=len(files)))
    grown = sum(side < size for side in sides)
    logger.info("%d photographs at %d px, %d of which were smaller", len(files), size, grown)


def _map(path: Path) -> None:
    """Map the array once a process."""
    global _rows
    _rows = open_memmap(path, "r+")


def _fill(size: int, task: tuple[int, Path]) -> int:
    """Fill a row; the side in px of the photograph's square."""
    row, file = task
    photograph = read_photograph(file)
    _rows[row] = centred_square(photograph, size).transpose(2, 0, 1)
    return min(photograph.shape[:2])
