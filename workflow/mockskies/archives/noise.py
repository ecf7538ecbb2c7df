"""Sky noise as deep and as correlated as the XDF's."""

import numpy as np
from scipy.ndimage import convolve1d

from mockskies.archives.population import Sky
from mockskies.archives.xdf import FILTERS

# Weight of a neighbour when the noise is drawn: chosen so that blank pixels side by side, undetected galaxies
# included, correlate as measured in the XDF in F606W (0.04) and F814W (0.03). In F775W the XDF has 0.07, and
# more at larger distances than is simulated here.
NEIGHBOUR = 0.0125


def draw_noise(sky: Sky, band: str) -> np.ndarray:
    """Noise of unit variance, shape ``(y, x)``, float32; neighbours correlate by ``correlation()``."""
    side = sky.mosaic.shape
    noise = sky.stream(f"noise/{band}").standard_normal((side, side), dtype=np.float32)
    kernel = np.array([NEIGHBOUR, 1, NEIGHBOUR]) / np.sqrt(1 + 2 * NEIGHBOUR**2)
    for axis in (0, 1):
        noise = convolve1d(noise, kernel, axis=axis, mode="wrap")
    return noise


def correlation() -> float:
    """Correlation of the noise in two pixels side by side."""
    return 2 * NEIGHBOUR / (1 + 2 * NEIGHBOUR**2)


def pixel_noise(flux: np.ndarray, band: str) -> np.ndarray:
    """Standard deviation of each pixel in electron/s: the sky's, and the shot noise of ``flux`` itself."""
    pass_band = FILTERS[band]
    return np.sqrt(pass_band.sky_noise**2 + np.maximum(flux, 0) / pass_band.exposure)
