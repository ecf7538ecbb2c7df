"""A wide view from its pictures, a row of tiles at a time.

Light is added to one sky: nothing is cut at a tile's border, and a pixel is the same in whatever order tiles
are done.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pandas as pd

from mockskies.sampling.stamps import stamp
from mockskies.sampling.tiles import View


def compose(
    view: View,
    tiles: pd.DataFrame,
    pictures: np.ndarray,
    plate: np.ndarray,
    run: Callable[..., Iterable] = map,
) -> Iterator[np.ndarray]:
    """Compose a view from top to bottom; yields bands ``(y, width, 3)``, uint8.

    Two rows of tiles are in memory: light of a tile reaches half a tile beyond its border and no farther.

    Parameters
    ----------
    tiles
        As `scatter` has them.
    pictures
        Shape ``(n, band, y, x)``, uint8.
    plate
        The sky behind, which repeats itself, ``(y, x, band)``, levels.
    run
        Makes stamps, such as the ``map`` of a pool of threads.
    """
    width, size = view.size[1], pictures.shape[-1]
    reach = -(-view.tile // 2)

    def make(tile: tuple) -> np.ndarray:
        return stamp(pictures[tile.image], round(tile.scale * size), tile.angle)

    # Light from `reach` above a row of tiles to `reach` below it.
    light = np.zeros((view.tile + 2 * reach, width, 3), np.int16)
    for row, group in tiles.groupby("row"):
        first = row * view.tile - reach
        placed = list(group.itertuples())
        for tile, part in zip(placed, run(make, placed), strict=True):
            top, left = (int(centre - len(part) / 2) for centre in (tile.y - first, tile.x))
            place = light[top : top + len(part), max(left, 0) : left + len(part)]
            place += part[:, max(-left, 0) :][:, : place.shape[1]]
        above = max(-first, 0)
        yield _on_sky(light[above : view.tile], plate, first + above, run)
        light[: 2 * reach] = light[view.tile :].copy()
        light[2 * reach :] = 0
    yield _on_sky(light[:reach], plate, view.size[0] - reach, run)


def _on_sky(light: np.ndarray, plate: np.ndarray, top: int, run: Callable[..., Iterable]) -> np.ndarray:
    """Levels of rows from ``top`` on, whose light is ``(y, width, 3)``."""
    sky = plate[np.arange(top, top + len(light)) % len(plate)]
    levels = np.empty(light.shape, np.uint8)

    def add(left: int) -> None:
        part = light[:, left : left + sky.shape[1]]
        levels[:, left : left + sky.shape[1]] = (part + sky[:, : part.shape[1]]).clip(0, 255)

    list(run(add, range(0, light.shape[1], sky.shape[1])))
    return levels
