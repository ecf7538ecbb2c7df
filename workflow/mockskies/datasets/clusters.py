"""Clusters of a sparse frame: connected pixels above a level, which the paper takes for galaxies."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

# Pixels that touch at a side or a corner belong together.
NEIGHBOURS = np.ones((3, 3), bool)


@dataclass(frozen=True)
class Clusters:
    """The clusters of one frame, in the order of their first pixels, row by row.

    Attributes
    ----------
    size
        Pixels, ``(n,)``.
    peak
        Highest level, ``(n,)``.
    levels
        Distinct levels, ``(n,)``.
    flux
        Sum of the levels, ``(n,)``.
    centre
        Row and column of the brightest pixel, the first of several, ``(n, 2)``.
    edge
        Whether a pixel lies on the border of the frame, ``(n,)``.
    """

    size: np.ndarray
    peak: np.ndarray
    levels: np.ndarray
    flux: np.ndarray
    centre: np.ndarray
    edge: np.ndarray

    def __len__(self) -> int:
        return len(self.size)


def find_clusters(frame: np.ndarray, threshold: int) -> Clusters:
    """Clusters of 8-connected pixels of ``frame``, ``(y, x)``, uint8, whose level is above ``threshold``."""
    labels, count = ndimage.label(frame > threshold, NEIGHBOURS)
    pixel = np.flatnonzero(labels)
    cluster, level = labels.ravel()[pixel] - 1, frame.ravel()[pixel].astype(np.int64)
    # The greatest of these numbers is the brightest pixel, and of several the first.
    rank = level * frame.size + (frame.size - 1 - pixel)
    best = np.zeros(count, np.int64)
    np.maximum.at(best, cluster, rank)
    present = np.zeros((count, 256), bool)
    present[cluster, level] = True
    row, column = np.divmod(pixel, frame.shape[1])
    border = (row == 0) | (column == 0) | (row == frame.shape[0] - 1) | (column == frame.shape[1] - 1)
    edge = np.zeros(count, bool)
    edge[cluster[border]] = True
    return Clusters(
        size=np.bincount(cluster, minlength=count),
        peak=best // frame.size,
        levels=present.sum(axis=1),
        flux=np.bincount(cluster, level, minlength=count).astype(np.int64),
        centre=np.stack(np.divmod(frame.size - 1 - best % frame.size, frame.shape[1]), axis=1),
        edge=edge,
    )
