"""Histogram of oriented gradients of a sparse frame; de Fremond et al. 2020, section II C 4."""

import numpy as np
from skimage.feature import hog

# Cells along a side: the text gives none. 250 px of 1000 hold a few galaxies each, so that the descriptor
# says how light is spread over the frame without saying where each galaxy stands.
CELLS = 4
BLOCK = 2
ORIENTATIONS = 9
LENGTH = (CELLS - BLOCK + 1) ** 2 * BLOCK**2 * ORIENTATIONS


def oriented_gradients(frame: np.ndarray) -> np.ndarray:
    """Nine orientations in 4 x 4 cells of ``frame``, ``(side, side)``, uint8, over blocks of 2 x 2 (L2-Hys).

    Shape ``(324,)``, float64, whatever the side.
    """
    cell = len(frame) // CELLS
    return hog(frame, ORIENTATIONS, (cell, cell), (BLOCK, BLOCK), block_norm="L2-Hys")
