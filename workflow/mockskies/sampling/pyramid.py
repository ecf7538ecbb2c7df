"""Pictures of any size as a Deep Zoom pyramid, written while they are made and read window by window.

The format is Microsoft's: level n is the whole picture, every level below is half as wide and high, rounded
up, down to one pixel, and all are cut into tiles ``<name>_files/<level>/<column>_<row>.jpg``.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from mockskies.errors import InputError

TILE = 256  # px
QUALITY = 90  # of JPEG
DESCRIPTION = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="0" TileSize="{tile}">'
    '<Size Height="{height}" Width="{width}"/></Image>\n'
)


def write_pyramid(
    folder: Path,
    name: str,
    size: tuple[int, int],
    bands: Iterable[np.ndarray],
    overview: int,
    run: Callable[..., Iterable] = map,
) -> np.ndarray:
    """Write ``<name>.dzi`` and ``<name>_files`` into ``folder``.

    A row of tiles of each level is in memory, no more. A pixel of a level is the mean of two by two of the
    level above (at an odd end, of one or two), rounded.

    Parameters
    ----------
    size
        Height and width of the picture, px.
    bands
        The picture from top to bottom, ``(y, width, 3)`` each, uint8, of any heights.
    overview
        Pixels along the longer side that the returned level may have.
    run
        Writes tiles, such as the ``map`` of a pool of threads.

    Returns
    -------
    ndarray
        The largest level that is small enough, ``(y, x, 3)``, uint8, before any compression.
    """
    levels = [_Level(folder / f"{name}_files/0", 1, 1)]
    for number in range(1, level_count(size)):
        height, width = (-(-length // 2 ** (level_count(size) - 1 - number)) for length in size)
        levels.append(_Level(folder / f"{name}_files/{number}", height, width, below=levels[-1]))
    kept = [level for level in levels if max(level.height, level.width) <= overview][-1]
    kept.picture = np.empty((kept.height, kept.width, 3), np.uint8)
    for band in bands:
        levels[-1].add(band, run)
    for level in reversed(levels):
        level.finish(run)
    (folder / f"{name}.dzi").write_text(DESCRIPTION.format(tile=TILE, height=size[0], width=size[1]))
    return kept.picture


def level_count(size: tuple[int, int]) -> int:
    """Levels of a picture of this height and width; the last is the picture itself."""
    return (max(size) - 1).bit_length() + 1


def read_window(
    folder: Path, name: str, size: tuple[int, int], corner: tuple[int, int], shape: tuple[int, int]
) -> np.ndarray:
    """Pixels of the whole picture from its tiles, ``(y, x, 3)``, uint8.

    Parameters
    ----------
    size
        Height and width of the picture, px.
    corner
        First row and column of the window.
    shape
        Height and width of the window, px.

    Raises
    ------
    InputError
        If the window is not inside the picture, or a tile cannot be read.
    """
    (top, left), (height, width) = corner, shape
    if min(top, left) < 0 or min(shape) < 1 or top + height > size[0] or left + width > size[1]:
        raise InputError(
            f"{folder / name}.dzi: expected a window inside {size[0]} x {size[1]} px, "
            f"got {height} x {width} at {top}, {left}"
        )
    window = np.empty((height, width, 3), np.uint8)
    files = folder / f"{name}_files" / str(level_count(size) - 1)
    for row in range(top // TILE, (top + height - 1) // TILE + 1):
        for column in range(left // TILE, (left + width - 1) // TILE + 1):
            tile = _read_tile(files / f"{column}_{row}.jpg")
            y, x = row * TILE - top, column * TILE - left
            place = window[max(y, 0) : y + TILE, max(x, 0) : x + TILE]
            place[:] = tile[max(-y, 0) :, max(-x, 0) :][: place.shape[0], : place.shape[1]]
    return window


def _read_tile(path: Path) -> np.ndarray:
    try:
        with Image.open(path) as image:
            return np.asarray(image)
    except OSError as error:
        raise InputError(f"{path}: expected a whole JPEG, but reading it failed: {error}") from error


class _Level:
    """Rows of one level that wait until they are a row of tiles."""

    def __init__(self, folder: Path, height: int, width: int, below: "_Level | None" = None) -> None:
        self.folder, self.height, self.width, self.below = folder, height, width, below
        self.picture: np.ndarray | None = None
        self.waiting = np.empty((TILE, width, 3), np.uint8)
        self.filled, self.row = 0, 0
        folder.mkdir(parents=True)

    def add(self, rows: np.ndarray, run: Callable[..., Iterable]) -> None:
        while len(rows):
            taken = rows[: TILE - self.filled]
            self.waiting[self.filled : self.filled + len(taken)] = taken
            self.filled += len(taken)
            rows = rows[len(taken) :]
            if self.filled == TILE:
                self.finish(run)

    def finish(self, run: Callable[..., Iterable]) -> None:
        """Write what waits, and pass its means on."""
        rows = self.waiting[: self.filled]
        if not len(rows):
            return
        if self.picture is not None:
            self.picture[self.row * TILE :][: len(rows)] = rows

        def write(column: int) -> None:
            tile = rows[:, column * TILE : (column + 1) * TILE]
            path = self.folder / f"{column}_{self.row}.jpg"
            Image.fromarray(np.ascontiguousarray(tile)).save(path, quality=QUALITY, subsampling=0)

        list(run(write, range(-(-self.width // TILE))))
        if self.below is not None:
            self.below.add(np.asarray(Image.fromarray(rows).reduce(2)), run)
        self.filled, self.row = 0, self.row + 1
