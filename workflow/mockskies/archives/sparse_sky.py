"""What lies behind the galaxies of a sparse frame: noise from pixel to pixel, and clouds."""

import numpy as np
from scipy.special import ndtri

# Random numbers of 16 bits choose one of so many quantiles of a distribution.
QUANTILES = 1 << 16


def white_noise(shape: tuple[int, int], sigma: float, stream: np.random.Generator) -> np.ndarray:
    """Gaussian noise of ``sigma`` levels rounded to whole levels, int16."""
    quantiles = ndtri((np.arange(QUANTILES) + 0.5) / QUANTILES) * sigma
    table = np.round(quantiles).astype(np.int16)
    return table[stream.integers(0, QUANTILES, shape, np.uint16)]


def clouds(side: int, scale: float, stream: np.random.Generator) -> np.ndarray:
    """Smooth Gaussian field of unit variance, ``(side, side)``, float32, that varies over ``scale`` px."""
    knots = int(np.ceil(side / scale)) + 6
    # Each knot is spread by a Gaussian of its spacing: a product of matrices, since the Gaussian is one.
    place = (np.arange(side, dtype=np.float32) + stream.random(dtype=np.float32)) / np.float32(scale)
    spread = np.exp(-0.5 * (place[:, None] - (np.arange(knots, dtype=np.float32) - 3)[None, :]) ** 2)
    field = spread @ stream.standard_normal((knots, knots), np.float32) @ spread.T
    return field / np.sqrt(np.pi)  # the sum of the squares of the weights along each axis is sqrt(pi)
