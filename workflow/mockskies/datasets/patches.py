"""Galaxies cut out of real frames, and their classes of size."""

import csv
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from mockskies.archives.frames import read_frame
from mockskies.atomic import replacing
from mockskies.datasets.galaxies import write_galaxies
from mockskies.errors import InputError

# Side of a patch in px (section II B 3), and the names of the classes of size.
SIDE = 32
CLASSES = ("small", "medium", "large")
COLUMNS = ["Id", "y", "x", "size", "peak", "class"]


def class_of(sizes: np.ndarray, bounds: Sequence[int]) -> np.ndarray:
    """Class of clusters of ``sizes`` px: 0 small, 1 medium, 2 large, which begin at the two ``bounds``.

    Raises
    ------
    InputError
        If a class has no members.
    """
    classes = np.searchsorted(bounds, sizes, side="right")
    ranges = (f"below {bounds[0]} px", f"{bounds[0]} to {bounds[1] - 1} px", f"{bounds[1]} px or more")
    for number, (name, extent) in enumerate(zip(CLASSES, ranges, strict=True)):
        if not (classes == number).any():
            raise InputError(
                f"defremond2020.classes: expected galaxies of class {name} ({extent}), found none among "
                f"{len(sizes)} of {sizes.min()} to {sizes.max()} px"
            )
    return classes


def cut(frame: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Patches ``(n, 32, 32)`` of ``frame``, ``(y, x)``, uint8, 0 beyond its edge.

    The pixel at each of ``centres``, ``(n, 2)``, y and x, comes to lie at (16, 16).
    """
    half = SIDE // 2
    padded = np.pad(frame, half)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (SIDE, SIDE))
    return windows[centres[:, 0], centres[:, 1]]


def cut_patches(
    folders: dict[str, str | Path],
    parts: dict[int, str],
    clusters: np.ndarray,
    bounds: Sequence[int],
    path: str | Path,
    table: str | Path,
    about: dict,
) -> None:
    """Write the patches of all ``clusters``, ``(n, 1, 32, 32)``, uint8, with a JSON and a table beside them.

    Parameters
    ----------
    folders
        Of the frames, by part.
    parts
        Part by Id.
    clusters
        As `real_frames.read_clusters` gives them, row by row the patches'.
    bounds
        Sizes in px at which the classes medium and large begin.
    path, table
        To be written; the table has Id, y, x, size, peak and class.
    about
        What else the JSON says.

    Raises
    ------
    InputError
        If a class has no members or a frame cannot be read.
    """
    classes = class_of(clusters[:, 3], bounds)

    def blocks() -> Iterator[np.ndarray]:
        for identifier, rows in groupby(clusters, key=lambda row: int(row[0])):
            frame = read_frame(Path(folders[parts[identifier]]) / f"{identifier}.png")
            yield cut(frame, np.array(list(rows))[:, 1:3])[:, None]

    write_galaxies(path, len(clusters), SIDE, blocks(), about | {"classes": list(bounds)}, ["level"])
    with replacing(table) as temporary, open(temporary, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(np.column_stack([clusters[:, :5], classes]).tolist())
