"""Pictures of galaxies brought to one size, on all cores, in an array that is mapped into memory."""

import csv
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from PIL import Image

from mockskies.datasets.galaxies import new_galaxies
from mockskies.errors import InputError

# Pictures that a process takes at a time.
CHUNK = 64


def read_identifiers(votes: str | Path) -> list[int]:
    """GalaxyIDs of a table of votes, in its order, which is that of every array's rows."""
    with open(votes, newline="") as file:
        return [int(line["GalaxyID"]) for line in csv.DictReader(file)]


def downscale(
    folder: str | Path,
    galaxies: list[int],
    size: int,
    path: str | Path,
    about: dict,
    *,
    workers: int,
    progress: Callable[..., Iterable],
) -> None:
    """Write the pictures of ``galaxies`` to ``path``, ``(n, band, y, x)``, uint8, with a JSON beside it.

    Nearest neighbour, as in section 3.1 of Fussell & Moews (2019): the pixel at the centre of each new one.

    Parameters
    ----------
    folder
        Holds ``<GalaxyID>.jpg``, RGB and square.
    galaxies
        In the order of the rows.
    size
        Side in px.
    about
        What else the JSON says.
    workers
        Processes, each of which writes rows of its own to the mapped file.
    progress
        Wraps the pictures as they are done, such as `tqdm.tqdm`; takes their ``total``.

    Raises
    ------
    InputError
        If a picture cannot be read.
    """
    with new_galaxies(path, len(galaxies), size, about | {"resampling": "nearest neighbour"}) as array:
        fill = partial(_fill, Path(folder), size)
        # Forked workers would inherit the locks of the parent's threads.
        with get_context("spawn").Pool(workers, _map, (array,)) as pool:
            for _ in progress(pool.imap_unordered(fill, enumerate(galaxies), CHUNK), total=len(galaxies)):
                pass


def _map(path: Path) -> None:
    """Map the array once a process."""
    global _rows
    _rows = open_memmap(path, "r+")


def _fill(folder: Path, size: int, task: tuple[int, int]) -> int:
    row, galaxy = task
    file = folder / f"{galaxy}.jpg"
    try:
        with Image.open(file) as image:
            small = image.convert("RGB").resize((size, size), Image.Resampling.NEAREST)
    except (OSError, SyntaxError) as error:
        raise InputError(f"{file}: expected a whole JPEG, but reading it failed: {error}") from error
    _rows[row] = np.asarray(small).transpose(2, 0, 1)
    return row
