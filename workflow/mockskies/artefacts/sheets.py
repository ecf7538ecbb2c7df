"""Many small pictures in a few large JPEGs, so that a page with thousands of pictures stays quick."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

# Side of a sheet in px: a browser unpacks it to 4 MB.
SHEET = 1024

QUALITY = 90


def write_sheets(folder: Path, name: str, images: np.ndarray, rows: Sequence[int], side: int) -> dict:
    """Write ``rows`` of ``images`` as sheets ``<name>/000.jpg`` and so on in ``folder``.

    Parameters
    ----------
    images
        Shape ``(n, 3, y, x)``, uint8; may be memory-mapped.
    side
        Of a picture on the sheet, in px; larger images are averaged down.

    Returns
    -------
    dict
        What a page needs to find picture ``i``: folder, side, columns (of a sheet, which has as many rows)
        and count. Pictures run along the rows of the sheet.
    """
    columns = max(1, SHEET // side)
    (folder / name).mkdir(parents=True)
    starts = range(0, len(rows), columns**2)
    for number, start in enumerate(tqdm(starts, desc=name, unit=" sheets", disable=None)):
        sheet = _sheet(images, rows[start : start + columns**2], columns, side)
        # Colours are not thinned out: galaxies are small.
        sheet.save(folder / name / f"{number:03d}.jpg", quality=QUALITY, subsampling=0, optimize=True)
    return {"folder": name, "side": side, "columns": columns, "count": len(rows)}


def _sheet(images: np.ndarray, rows: Sequence[int], columns: int, side: int) -> Image.Image:
    """One sheet, as high as its pictures need."""
    sheet = Image.new("RGB", (columns * side, -(-len(rows) // columns) * side))
    for place, row in enumerate(rows):
        picture = Image.fromarray(np.ascontiguousarray(images[row].transpose(1, 2, 0)))
        picture = picture.resize((side, side), Image.Resampling.BOX)
        sheet.paste(picture, (place % columns * side, place // columns * side))
    return sheet
