"""Sparse frames reduced to one size, on all cores, in an array that is mapped into memory."""

from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from PIL import Image

from mockskies.archives.frames import read_frame
from mockskies.datasets.galaxies import new_galaxies

# Frames that a process takes at a time.
CHUNK = 16


def reduce_frames(
    files: list[Path],
    size: int,
    path: str | Path,
    about: dict,
    *,
    workers: int,
    progress: Callable[..., Iterable],
) -> None:
    """Write the frames of ``files`` to ``path``, ``(n, 1, size, size)``, uint8, with a JSON beside it.

    A new pixel is the mean of those that it covers, so faint small galaxies vanish, as section IV says.

    Parameters
    ----------
    files
        In the order of the rows.
    size
        Side in px.
    about
        What else the JSON says.
    workers
        Processes, each of which writes rows of its own to the mapped file.
    progress
        Wraps the frames as they are done, such as `tqdm.tqdm`; takes their ``total``.

    Raises
    ------
    InputError
        If a frame cannot be read.
    """
    about = about | {"resampling": "mean of the area"}
    # Forked workers would inherit the locks of the parent's threads.
    with (
        new_galaxies(path, len(files), size, about, ["level"]) as array,
        get_context("spawn").Pool(workers, _map, (array,)) as pool,
    ):
        rows = pool.imap_unordered(partial(_fill, size), enumerate(files), CHUNK)
        for _ in progress(rows, total=len(files)):
            pass


def _map(path: Path) -> None:
    """Map the array once a process."""
    global _rows
    _rows = open_memmap(path, "r+")


def _fill(size: int, task: tuple[int, Path]) -> None:
    row, file = task
    # As whole numbers, Pillow would round after each axis, and upwards.
    frame = Image.fromarray(read_frame(file).astype(np.float32))
    _rows[row, 0] = np.rint(frame.resize((size, size), Image.Resampling.BOX))
