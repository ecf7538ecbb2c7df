"""One row of a sparse frame's Fourier transform; de Fremond et al. 2020, section II C 5."""

from functools import cache

import numpy as np
from scipy import fft


def fourier_row(frame: np.ndarray) -> np.ndarray:
    """Magnitudes of the second half of the transform's row at a quarter of its height.

    Parameters
    ----------
    frame
        Shape ``(side, side)``, uint8; of 1000 px, the row is the text's 250th.

    Returns
    -------
    ndarray
        Shape ``(side / 2,)``, float32: of 0, 1, ... cycles a frame along x at -side / 4 along y, where the
        zero frequency is in the middle. Were it in the corner, the half would be the same backwards but for
        one number, since magnitudes at opposite frequencies are equal.
    """
    # Of the transform along y no more than this one row is needed.
    row = _waves(len(frame)) @ frame.astype(np.float32)
    return np.abs(fft.fft(row[0] + 1j * row[1])[: len(frame) // 2])


@cache
def _waves(side: int) -> np.ndarray:
    """Cosine and sine along y at a quarter of a cycle a pixel; shape ``(2, side)``, float32."""
    phase = np.pi / 2 * np.arange(side)
    return np.stack([np.cos(phase), np.sin(phase)]).astype(np.float32)
