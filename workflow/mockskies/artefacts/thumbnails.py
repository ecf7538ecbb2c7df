"""Thumbnails of single sources, chosen at random and shown without saying whose they are."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from astropy.table import Table

from mockskies.datasets.field import read_field


def eligible_sources(
    catalogues: Sequence[Table], band: str, magnitudes: tuple[float, float], margin: int
) -> pd.DataFrame:
    """Sources within ``magnitudes`` whose thumbnails lie inside their fields.

    Parameters
    ----------
    margin
        Pixels from a source's central pixel to the edge of its thumbnail.

    Returns
    -------
    DataFrame
        Columns field (index into ``catalogues``), number (NUMBER there), x, y (central pixel, 0-based)
        and magnitude.
    """
    frames = []
    for index, table in enumerate(catalogues):
        x = np.rint(np.asarray(table["X_IMAGE"]) - 1).astype(int)
        y = np.rint(np.asarray(table["Y_IMAGE"]) - 1).astype(int)
        magnitude = np.asarray(table[f"MAG_AUTO_{band}"], dtype=float)
        inside = (x >= margin) & (x < table.meta["XSIZE"] - margin)
        inside &= (y >= margin) & (y < table.meta["YSIZE"] - margin)
        chosen = inside & (magnitude >= magnitudes[0]) & (magnitude < magnitudes[1])
        number = np.asarray(table["NUMBER"])
        columns = {"field": index, "number": number, "x": x, "y": y, "magnitude": magnitude}
        frames.append(pd.DataFrame(columns)[chosen])
    return pd.concat(frames, ignore_index=True)


def draw_sources(sources: pd.DataFrame, wanted: int, random: np.random.Generator) -> pd.DataFrame:
    """``wanted`` of the ``sources``, each at most once: fewer where there are fewer."""
    return sources.iloc[random.permutation(len(sources))[:wanted]]


def cut_thumbnails(
    sources: pd.DataFrame, fields: Sequence[str | Path], band: str, margin: int
) -> list[np.ndarray]:
    """Squares of ``2 margin`` pixels around ``sources``, in their order, each field read once."""
    thumbnails = {}
    for index, group in sources.groupby("field"):
        sky = read_field(fields[index])
        image = sky.flux[sky.bands.index(band)]
        for source in group.itertuples():
            y, x = source.y, source.x
            thumbnails[source.Index] = image[y - margin : y + margin, x - margin : x + margin]
    return [thumbnails[index] for index in sources.index]


def mosaic(thumbnails: Sequence[np.ndarray], columns: int, gap: int) -> np.ndarray:
    """Thumbnails row by row, ``gap`` pixels apart, in one image ``(y, x)`` whose first row is the topmost.

    Gaps and cells without a thumbnail are NaN.
    """
    side = thumbnails[0].shape[0]
    rows = -(-len(thumbnails) // columns)
    sheet = np.full((rows * (side + gap) - gap, columns * (side + gap) - gap), np.nan, np.float32)
    for position, thumbnail in enumerate(thumbnails):
        row, column = divmod(position, columns)
        top, left = row * (side + gap), column * (side + gap)
        # FITS rows run upwards, the sheet's downwards.
        sheet[top : top + side, left : left + side] = thumbnail[::-1]
    return sheet
