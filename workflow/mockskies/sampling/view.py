"""The wide view of the sky, written into a folder and read window by window."""

import json
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from mockskies.atomic import replacing_folder
from mockskies.errors import InputError
from mockskies.sampling.compose import compose
from mockskies.sampling.pyramid import read_window, write_pyramid
from mockskies.sampling.sky import sky_plate
from mockskies.sampling.tiles import SMALLEST, View, scatter

LEAST_TILE = 16  # px
OVERVIEW = 2048  # px


def write_view(
    folder: str | Path,
    view: View,
    pictures: np.ndarray,
    blanks: np.ndarray,
    rows: np.ndarray,
    seed: int,
    about: dict,
    threads: int,
) -> None:
    """Compose a view into a Deep Zoom pyramid, and write what it shows beside it.

    ``folder`` appears whole or not at all, with ``view.dzi``, ``view_files``, ``overview.png`` (2048 px at
    most), ``tiles.csv`` as `scatter` has it, and ``view.json``: ``about`` and rows, columns, tile, height,
    width, scale (least and most px of the view a px of a picture), pictures, seed, blank_tiles, and seconds
    and the process's peak_gb that composing took.

    Parameters
    ----------
    pictures
        Shape ``(n, band, y, x)``, uint8.
    blanks, rows
        Those of the pictures, ``(k, band, y, x)``, that serve as blanks, and their rows.
    about
        Of what the pictures are.
    """
    started = time.perf_counter()
    tiles = scatter(view, len(pictures), rows, pictures.shape[-1], seed)
    with ThreadPoolExecutor(threads) as pool, replacing_folder(folder) as temporary:
        bands = compose(view, tiles, pictures, sky_plate(blanks, seed), pool.map)
        bands = tqdm(bands, total=view.rows + 1, desc="wide view", unit=" rows", disable=None)
        overview = write_pyramid(temporary, "view", view.size, bands, OVERVIEW, pool.map)
        Image.fromarray(overview).save(temporary / "overview.png")
        tiles.to_csv(temporary / "tiles.csv", index=False, lineterminator="\n")
        record = about | asdict(view) | {"height": view.size[0], "width": view.size[1]}
        largest = view.tile / pictures.shape[-1]
        record |= {"scale": [SMALLEST * largest, largest], "pictures": len(pictures), "seed": seed}
        record |= {"blank_tiles": int(tiles["blank"].sum())}
        record |= {"seconds": time.perf_counter() - started}
        # Of a whole process, in which nothing else is done where a rule runs.
        record |= {"peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9}
        (temporary / "view.json").write_text(json.dumps(record, indent=2) + "\n")


def check_view(
    view: View, galaxies: str | Path, pictures: np.ndarray, blanks: str | Path, empty: np.ndarray
) -> None:
    """Check that a view can be made of ``pictures`` and ``empty`` ones, ``(n, band, y, x)``, of these files.

    Raises
    ------
    InputError
        If there are no pictures, those of the files are not of one size, or a tile is smaller than 16 px or
        larger than a picture.
    """
    for path, images in ((galaxies, pictures), (blanks, empty)):
        if not len(images):
            raise InputError(f"{path}: expected images, found none")
    size = pictures.shape[-1]
    if empty.shape[1:] != pictures.shape[1:]:
        raise InputError(
            f"{blanks}: expected images of {size} px as in {galaxies}, found those of {empty.shape[-1]} px"
        )
    if not LEAST_TILE <= view.tile <= size:
        raise InputError(
            f"coccomini2021.view.tile: expected {LEAST_TILE} to {size} px, the side of the galaxies, "
            f"got {view.tile}"
        )


def read_view(folder: str | Path, top: int, left: int, height: int, width: int) -> np.ndarray:
    """Pixels of a wide view as its tiles have them, ``(height, width, 3)``, uint8.

    Parameters
    ----------
    folder
        That `write_view` wrote.
    top, left
        First row and column, px.

    Raises
    ------
    InputError
        If the window is not inside the view, or the view's files cannot be read.
    """
    folder = Path(folder)
    try:
        record = json.loads((folder / "view.json").read_text())
        size = record["height"], record["width"]
    except (OSError, ValueError, KeyError) as error:
        message = f"{folder / 'view.json'}: expected the size of a view, but reading it failed: {error}"
        raise InputError(message) from error
    return read_window(folder, "view", size, (top, left), (height, width))
