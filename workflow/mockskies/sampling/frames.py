"""Sparse frames from their galaxies, and sets of frames as the archive has them."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from mockskies.archives.frames import write_frame
from mockskies.atomic import replacing, replacing_folder
from mockskies.errors import InputError

BLOCK = 64  # frames drawn at a time; each block has its own stream


@dataclass(frozen=True)
class Galaxies:
    """What a frame holds.

    Attributes
    ----------
    corners
        First pixel of each patch, y and x, ``(k, 2)``; a patch may lie partly outside the frame.
    patches
        Levels, ``(k, side, side)``, uint8.
    classes
        Class of size of each, ``(k,)``; 0 where there are none.
    """

    corners: np.ndarray
    patches: np.ndarray
    classes: np.ndarray


@dataclass(frozen=True)
class Drawn:
    """One frame, ``(y, x)``, uint8, and its galaxies where it was put together from them."""

    frame: np.ndarray
    galaxies: Galaxies | None = None


def compose(frame: int, corners: np.ndarray, patches: np.ndarray) -> np.ndarray:
    """Put galaxies on a black frame; where patches overlap the brighter pixel stays.

    Parameters
    ----------
    frame
        Side, in px.
    corners
        First pixel of each patch, y and x, ``(k, 2)``, whole numbers.
    patches
        Shape ``(k, side, side)``, uint8.

    Returns
    -------
    ndarray
        Shape ``(frame, frame)``, uint8; what lies outside is cut off.
    """
    image = np.zeros((frame, frame), np.uint8)
    for (top, left), patch in zip(corners.tolist(), patches, strict=True):
        y, x = max(top, 0), max(left, 0)
        place = image[y : max(top + len(patch), 0), x : max(left + patch.shape[1], 0)]
        inside = patch[y - top :, x - left :][: place.shape[0], : place.shape[1]]
        np.maximum(place, inside, out=place)
    return image


def write_set(drawn: Iterable[Drawn], folder: str | Path, about: str | Path, record: dict) -> None:
    """Write frames as PNGs, numbered from 1, their galaxies beside the record, and what they are.

    Parameters
    ----------
    drawn
        Frames as they are drawn.
    folder
        Of the PNGs, to be made.
    about
        JSON to be written: ``record`` with the number of frames, their side, and the seconds that drawing and
        writing took. Beside it go ``galaxies.csv`` (Id, y, x, class, patch) and ``patches.npy``.

    Raises
    ------
    InputError
        If no frame holds a galaxy.
    """
    about = Path(about)
    seconds_writing, count, side, galaxies = 0.0, 0, 0, []
    started = time.perf_counter()
    with replacing_folder(folder) as temporary:
        for count, one in enumerate(tqdm(drawn, desc=record["generator"], unit=" frames", disable=None), 1):
            writing = time.perf_counter()
            side = len(one.frame)
            write_frame(temporary / f"{count}.png", one.frame)
            if one.galaxies is not None:
                galaxies.append((count, one.galaxies))
            seconds_writing += time.perf_counter() - writing
        seconds_drawing = time.perf_counter() - started - seconds_writing
        if galaxies:
            _write_galaxies(galaxies, about.parent, record["generator"])
    record = record | {"count": count, "frame": side}
    record |= {"seconds_drawing": seconds_drawing, "seconds_writing": seconds_writing}
    with replacing(about) as temporary:
        temporary.write_text(json.dumps(record, indent=2) + "\n")


def _write_galaxies(galaxies: list[tuple[int, Galaxies]], folder: Path, generator: str) -> None:
    numbers = np.repeat([number for number, _ in galaxies], [len(g.patches) for _, g in galaxies])
    if not len(numbers):
        raise InputError(f"{generator}: expected galaxies, but all of {len(galaxies)} frames are empty")
    corners = np.concatenate([g.corners for _, g in galaxies])
    table = pd.DataFrame({"Id": numbers, "y": corners[:, 0], "x": corners[:, 1]})
    table["class"] = np.concatenate([g.classes for _, g in galaxies])
    table["patch"] = np.arange(len(table))
    with replacing(folder / "galaxies.csv") as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")
    with replacing(folder / "patches.npy") as temporary, open(temporary, "wb") as file:
        np.save(file, np.concatenate([g.patches for _, g in galaxies]))
