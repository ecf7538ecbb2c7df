"""Where the galaxies of the wide view are: boxes that a detector's are held against."""

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import pandas as pd
from PIL import Image

from mockskies.datasets.boxes import BOX, tight_box
from mockskies.datasets.segments import segment
from mockskies.sampling.stamps import stamp

COLUMNS = ["row", "column", "image"]


def galaxy_box(picture: np.ndarray, galaxy: np.ndarray, limit: float, side: int, angle: float) -> np.ndarray:
    """Box of a galaxy in the stamp of its picture, ``(4,)`` in px: pixels above its sky, as scenes have them.

    Parameters
    ----------
    picture
        Shape ``(band, y, x)``, uint8.
    galaxy, limit
        As its `mockskies.datasets.segments.Segment` has them.
    side, angle
        Of the stamp, in px, and counter-clockwise in degrees.
    """
    light = stamp(picture, side, angle).mean(axis=-1)
    mask = Image.fromarray(np.where(galaxy, 255, 0).astype(np.uint8))
    mask = mask.resize((side, side), Image.Resampling.BICUBIC).rotate(angle, Image.Resampling.BICUBIC)
    return tight_box((np.asarray(mask) > 127) & (light > limit))


def view_galaxies(
    tiles: pd.DataFrame, pictures: np.ndarray, size: tuple[int, int], progress: Callable[..., Iterable] = iter
) -> pd.DataFrame:
    """Boxes of the galaxies of a view that stand above the sky.

    Parameters
    ----------
    tiles
        As `mockskies.sampling.tiles.scatter` has them.
    pictures
        Shape ``(n, band, y, x)``, uint8.
    size
        Height and width of the view in px.
    progress
        Wraps the tiles as they are done, such as `tqdm.tqdm`; takes their ``total``.

    Returns
    -------
    DataFrame
        Row and column of the tile, image (row of ``pictures``), top, left, bottom and right in px of the
        view. Of a galaxy that reaches beyond the view the part inside.
    """

    @cache
    def find(row: int) -> tuple[np.ndarray, float] | None:
        # Without its light, of which thousands would fill the memory.
        source = segment(pictures[row])
        return source and (source.galaxy, source.limit)

    found = []
    shown = tiles[tiles["blank"] == 0]
    for tile in progress(shown.itertuples(), total=len(shown)):
        if (source := find(tile.image)) is None:
            continue
        side = round(tile.scale * pictures.shape[-1])
        box = galaxy_box(pictures[tile.image], *source, side, tile.angle)
        corner = np.array([tile.y - side / 2, tile.x - side / 2]).astype(int)
        placed = np.clip(box + np.tile(corner, 2), 0, np.tile(size, 2))
        if (placed[2:] > placed[:2]).all():
            found.append([tile.row, tile.column, tile.image, *placed])
    return pd.DataFrame(found, columns=[*COLUMNS, *BOX])
