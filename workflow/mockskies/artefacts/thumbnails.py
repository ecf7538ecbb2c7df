"""Thumbnails of single sources, chosen at random and shown without saying whose they are."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from astropy.table import Table


def eligible_sources(
    catalogues: Mapping[str, Table], band: str, magnitudes: tuple[float, float], margin: int, shapes: Mapping
) -> pd.DataFrame:
    """Sources within ``magnitudes`` whose thumbnail lies inside their field.

    Parameters
    ----------
    catalogues
        By the name of the field that they were measured in.
    margin
        Pixels from a source's central pixel to the edge of its thumbnail.
    shapes
        ``(y, x)`` of each field.

    Returns
    -------
    DataFrame
        Columns field, number (NUMBER in the catalogue), x, y (central pixel, 0-based) and magnitude.
    """
    frames = []
    for name, table in catalogues.items():
        x = np.rint(np.asarray(table["X_IMAGE"]) - 1).astype(int)
        y = np.rint(np.asarray(table["Y_IMAGE"]) - 1).astype(int)
        magnitude = np.asarray(table[f"MAG_AUTO_{band}"], dtype=float)
        height, width = shapes[name]
        chosen = (magnitude >= magnitudes[0]) & (magnitude < magnitudes[1])
        chosen &= (x >= margin) & (x < width - margin) & (y >= margin) & (y < height - margin)
        columns = {"field": name, "number": np.asarray(table["NUMBER"]), "x": x, "y": y, "magnitude": magnitude}
        frames.append(pd.DataFrame(columns)[chosen])
    return pd.concat(frames, ignore_index=True)


def draw_sources(sources: pd.DataFrame, wanted: int, random: np.random.Generator) -> pd.DataFrame:
    """``wanted`` of the ``sources``, each at most once: fewer where there are fewer."""
    return sources.iloc[random.permutation(len(sources))[:wanted]]


def cut_thumbnail(image: np.ndarray, x: int, y: int, margin: int) -> np.ndarray:
    """Square of ``2 margin`` pixels of ``image`` ``(y, x)`` around pixel ``(x, y)``."""
    return image[y - margin : y + margin, x - margin : x + margin]


def mosaic(thumbnails: Sequence[np.ndarray], columns: int, gap: int) -> np.ndarray:
    """Thumbnails row by row from the top left, ``gap`` pixels apart, in one image whose first row is the top.

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
