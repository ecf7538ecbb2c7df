"""Power of a sparse frame by spatial frequency; de Fremond et al. 2020, section II C 6."""

from functools import cache

import numpy as np
from scipy import fft

# Rings that the moving average joins.
WINDOW = 5


def power_spectrum(frame: np.ndarray) -> np.ndarray:
    """Power summed over rings of equal frequency, with a moving average over five of them.

    Parameters
    ----------
    frame
        Shape ``(side, side)``, uint8, of an even side.

    Returns
    -------
    ndarray
        Shape ``(side / 2 - 4,)``, float64, in levels squared: of rings 2, 3, ... cycles a frame at the
        centre of the window. The transform is not normalised.
    """
    return np.convolve(ring_sums(frame), np.full(WINDOW, 1 / WINDOW), mode="valid")


def ring_sums(frame: np.ndarray) -> np.ndarray:
    """Sums of ``|F|^2`` over rings of 1 cycle a frame, from 0 to below half the side; ``(side / 2,)``.

    A frequency belongs to the ring of its radius without its fraction. A real frame's transform is
    symmetric, so half of it is computed, and what stands there for two frequencies counts twice.
    """
    side = len(frame)
    inside, ring, times = _rings(side)
    # float32 is twice as fast, and exact enough once the level that all pixels share is put back as what it
    # is: frequency 0, the first of the places.
    level = np.float32(frame.mean())
    transform = fft.rfft2(frame - level).ravel()[inside]
    transform[0] += level * frame.size
    power = transform.real**2 + transform.imag**2
    return np.bincount(ring, power * times, minlength=side // 2)


@cache
def _rings(side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places in the half plane ``(side, side / 2 + 1)`` of all rings, the ring and how often it counts."""
    columns = side // 2 + 1
    y, x = fft.fftfreq(side, 1 / side)[:, None], np.arange(columns)
    radius = np.hypot(y, x).astype(np.intp).ravel()
    inside = np.flatnonzero(radius < side // 2)
    times = np.where(inside % columns == 0, 1, 2).astype(np.float32)
    return inside, radius[inside], times
