"""Where galaxies lie, on a grid of cells of 32 px."""

from collections.abc import Sequence

import numpy as np

from mockskies.datasets.patches import CLASSES, class_of

# Cells along each axis, and their side in px (section II B 3): 1024 px, of which a frame is the first 1000.
CELLS, CELL = 32, 32


def position_grids(identifiers: Sequence[int], clusters: np.ndarray) -> np.ndarray:
    """Grids ``(n, 1, 32, 32)``, uint8, of the frames of ``identifiers``: 255 where a cluster's centre lies.

    ``clusters`` are as `real_frames.read_clusters` gives them; their frames are among ``identifiers``.
    """
    return _grids(identifiers, clusters, np.zeros(len(clusters), int), 1)


def class_grids(identifiers: Sequence[int], clusters: np.ndarray, bounds: Sequence[int]) -> np.ndarray:
    """As `position_grids`, ``(n, 3, 32, 32)``: a band for each class of size; they begin at ``bounds`` px."""
    return _grids(identifiers, clusters, class_of(clusters[:, 3], bounds), len(CLASSES))


def _grids(identifiers: Sequence[int], clusters: np.ndarray, band: np.ndarray, bands: int) -> np.ndarray:
    grids = np.zeros((len(identifiers), bands, CELLS, CELLS), np.uint8)
    row = np.searchsorted(identifiers, clusters[:, 0])
    grids[row, band, clusters[:, 1] // CELL, clusters[:, 2] // CELL] = 255
    return grids
