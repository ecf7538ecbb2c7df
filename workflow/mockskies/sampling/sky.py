"""The sky of single pictures, and the noise that stands behind a wide view of them.

A picture's sky is measured in its rim, the ring between three quarters of its inscribed circle's radius and
the whole, where a picture of one galaxy has little else.
"""

from functools import cache

import numpy as np
from astropy.stats import sigma_clipped_stats
from scipy.fft import irfft2, rfft2

from mockskies.randomness import random_generator

RIM = 0.75  # inner radius of a picture's rim, in radii of its inscribed circle
CLIP = 3.0  # sigma, beyond which a pixel is not the sky's
PLATE = 512  # px, the period of the noise


@cache
def radii(side: int) -> np.ndarray:
    """Distance of a square's pixels from its centre, ``(side, side)``, in radii of the inscribed circle."""
    axis = (np.arange(side, dtype=np.float32) - (side - 1) / 2) / (side / 2)
    return np.hypot(axis, axis[:, None])


@cache
def rim(side: int) -> np.ndarray:
    """Which pixels of a square are its rim's, ``(side, side)``."""
    return (radii(side) > RIM) & (radii(side) <= 1)


def sky_level(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of the sky among ``values`` ``(band, n)``, with what is brighter or darker clipped.

    It is a mean, not a median: levels end at 0, and where that cuts the noise the two differ.
    """
    mean, _, deviation = sigma_clipped_stats(
        values.astype(np.float32), sigma=CLIP, cenfunc="mean", axis=1, maxiters=5
    )
    return mean, deviation


def sky_plate(blanks: np.ndarray, seed: int) -> np.ndarray:
    """Noise like that in the corners of ``blanks``, to be laid side by side without a seam.

    White noise is convolved with each corner (Galerne, Gousseau & Morel 2011, IEEE Transactions on Image
    Processing 20, 257), so that the sum is Gaussian and has the corners' spectrum and correlation of bands.

    Parameters
    ----------
    blanks
        Shape ``(n, band, y, x)``, uint8.

    Returns
    -------
    ndarray
        Shape ``(512, 512, band)``, int16, levels; it goes on at its other side.
    """
    side = blanks.shape[-1] // 4
    ends = slice(side), slice(-side, None)
    corners = np.concatenate([blanks[..., rows, columns] for rows in ends for columns in ends])
    levels, spectrum = [], 0
    for index, corner in enumerate(corners.astype(np.float32)):
        mean, deviation = (part[:, None, None] for part in sky_level(corner.reshape(len(corner), -1)))
        levels.append(mean)
        difference = corner - mean
        difference[np.abs(difference) > CLIP * deviation] = 0
        random = random_generator(seed, "sky of the wide view", index)
        white = random.standard_normal((PLATE, PLATE), dtype=np.float32)
        spectrum = spectrum + rfft2(white) * rfft2(difference, (PLATE, PLATE))
    noise = irfft2(spectrum, (PLATE, PLATE)) / (side * np.sqrt(len(corners)))
    return np.moveaxis(noise + np.mean(levels, axis=0), 0, -1).round().astype(np.int16)
