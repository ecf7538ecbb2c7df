"""Local binary patterns of a sparse frame; de Fremond et al. 2020, section II C 4."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from skimage.feature import local_binary_pattern

# Neighbours of a pixel, and their distance in px.
NEIGHBOURS, RADIUS = 8, 1
# Uniform patterns by their number of brighter neighbours, and one for all others.
LENGTH = NEIGHBOURS + 2
# A pixel whose neighbours are as bright as it is has this pattern: none of them is darker.
FLAT = NEIGHBOURS

TILE = 25


def binary_patterns(frame: np.ndarray) -> np.ndarray:
    """Pixels of each rotation-invariant uniform pattern of 8 neighbours at 1 px; shape ``(10,)``.

    ``frame`` is ``(y, x)``, uint8, its sides multiples of 25 px. Beyond its border all is 0. Most of a
    sparse frame is of one level and known without a look: patterns are sought in tiles that are not. Where a
    pixel and its neighbours are of one level above 0, scikit-image's interpolation rounds up or down by its
    place in the picture, so a few counts differ from those of the whole frame at once.
    """
    padded = np.pad(frame, RADIUS)
    tiles = sliding_window_view(padded, (TILE + 2 * RADIUS, TILE + 2 * RADIUS))[::TILE, ::TILE]
    tiles = tiles.reshape(-1, *tiles.shape[-2:])
    busy = tiles[tiles.max(axis=(1, 2)) > tiles.min(axis=(1, 2))]
    counts = np.zeros(LENGTH, np.int64)
    counts[FLAT] = (len(tiles) - len(busy)) * TILE**2
    if not len(busy):
        return counts
    # One tall picture: a call costs more than a tile does.
    patterns = local_binary_pattern(busy.reshape(-1, busy.shape[-1]), NEIGHBOURS, RADIUS, "uniform")
    inner = patterns.reshape(busy.shape)[:, RADIUS:-RADIUS, RADIUS:-RADIUS]
    return counts + np.bincount(inner.astype(np.int64).ravel(), minlength=LENGTH)
