"""Light of simulated photographs: stars with their colours and spikes, reddening by dust, and the exposure.

Light is ``(3, y, x)``, red, green and blue, float32; what is much brighter than 1 is white in the picture.
"""

import numpy as np
from scipy import fft

# Wavelengths in nm that stand for red, green and blue.
WAVELENGTHS = np.array([630.0, 545.0, 455.0])
# Planck's h c / k, in nm K.
HC_K = 1.4388e7
# Extinction in red, green and blue over that in green (Cardelli, Clayton & Mathis 1989, R = 3.1, roughly).
REDDENING = np.array([0.82, 1.0, 1.28], np.float32)[:, None, None]


def star_colours(temperatures: np.ndarray, saturation: float = 1.0) -> np.ndarray:
    """Red, green and blue of black bodies of ``temperatures`` ``(n,)`` in K: shape ``(3, n)``, largest 1.

    The Sun is white; ``saturation`` 1 shows colours as they are, more exaggerates them, as photographs do.
    """

    def planck(kelvin: np.ndarray) -> np.ndarray:
        return WAVELENGTHS[:, None] ** -5 / np.expm1(HC_K / (WAVELENGTHS[:, None] * kelvin))

    ratio = (planck(temperatures) / planck(np.array([5800.0]))) ** saturation
    return (ratio / ratio.max(axis=0)).astype(np.float32)


def places(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Places down and right of the centre, as shares of the shorter side: ``(y, 1)`` and ``(1, x)``."""
    side = np.float32(min(shape))
    y, x = np.ogrid[: shape[0], : shape[1]]
    return (y - np.float32(shape[0] / 2)) / side, (x - np.float32(shape[1] / 2)) / side


def power_law(count: int, brightest: float, slope: float, stream: np.random.Generator) -> np.ndarray:
    """Peaks of ``count`` stars from 0.05 upwards: numbers above a peak fall as it to the minus ``slope``."""
    return np.minimum(0.05 * (1 - stream.random(count)) ** (-1 / slope), brightest)


def spread(
    shape: tuple[int, int],
    y: np.ndarray,
    x: np.ndarray,
    peaks: np.ndarray,
    colours: np.ndarray,
    width: float,
    spikes: float,
    angle: float,
) -> np.ndarray:
    """Light of stars as a telescope spreads it: ``(3, y, x)`` of ``shape``.

    Parameters
    ----------
    shape
        In px.
    y, x
        Places in px, ``(n,)``, within ``shape``.
    peaks, colours
        Light of the central pixel, ``(n,)``, and `star_colours`, ``(3, n)``.
    width
        Standard deviation of the core in px.
    spikes
        Light of the four diffraction spikes next to the core, as a share of the peak; 0 for none.
    angle
        Of a spike, in deg.
    """
    light = points(shape, y, x, peaks * colours)
    half = min(shape) // 4
    padded = [fft.next_fast_len(side + half, real=True) for side in shape]
    kernel = np.zeros(padded, np.float32)
    kernel[: 2 * half + 1, : 2 * half + 1] = _psf(half, width, spikes, angle)
    kernel = np.roll(kernel, (-half, -half), axis=(0, 1))
    transform = fft.rfft2(kernel)
    smooth = fft.irfft2(fft.rfft2(light, padded, axes=(1, 2)) * transform, padded, axes=(1, 2))
    # Rounding of the transform leaves what is less than nothing.
    return np.maximum(smooth[:, : shape[0], : shape[1]], 0)


def points(shape: tuple[int, int], y: np.ndarray, x: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Points between pixels, ``light`` ``(3, n)``, shared by the four around each: ``(3, y, x)``."""
    height, width = shape
    rows, columns = np.floor(y).astype(int), np.floor(x).astype(int)
    dy, dx = y - rows, x - columns
    drawn = np.zeros((len(light), height * width))
    for down, right, share in (
        (0, 0, (1 - dy) * (1 - dx)),
        (0, 1, (1 - dy) * dx),
        (1, 0, dy * (1 - dx)),
        (1, 1, dy * dx),
    ):
        place = np.minimum(rows + down, height - 1) * width + np.minimum(columns + right, width - 1)
        for band, values in zip(drawn, light, strict=True):
            band += np.bincount(place, values * share, height * width)
    return drawn.reshape(-1, height, width).astype(np.float32)


def _psf(half: int, width: float, spikes: float, angle: float) -> np.ndarray:
    """Core, faint wide halo and four spikes: peak 1, side ``2 half + 1``."""
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32)
    squared = x**2 + y**2
    psf = np.exp(-squared / (2 * width**2)) + 0.004 * (1 + squared / (2.5 * width) ** 2) ** -1.25
    turn = np.deg2rad(angle)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    for a, b in ((along, across), (across, along)):
        psf += spikes * np.exp(-(b**2) / (2 * (0.55 * width) ** 2)) * (1 + np.abs(a) / (3 * width)) ** -1.9
    # To nothing at the edge, which would else be seen around bright stars.
    return psf * np.clip(3 - 3 * np.sqrt(squared) / half, 0, 1)


def reddened(light: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """``light`` ``(3, y, x)`` behind dust of optical ``depth`` ``(y, x)`` in green."""
    return light * np.exp(-REDDENING * depth)


def developed(light: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """The picture of ``light`` ``(3, y, x)``: ``(y, x, 3)``, uint8.

    Bright light saturates gently, as on film; a little noise and softness stand for camera and compression.
    """
    shown = 1 - np.exp(-np.maximum(light, 0))
    shown = shown ** np.float32(0.8) + stream.standard_normal(light.shape, np.float32) * np.float32(0.008)
    return np.rint(255 * np.clip(shown, 0, 1)).astype(np.uint8).transpose(1, 2, 0)
