"""From fluxes to grey and colour."""

import numpy as np
from astropy.stats import mad_std
from astropy.visualization import AsinhStretch, ManualInterval, make_rgb

from mockskies.datasets.field import Field
from mockskies.datasets.scale import sky_mode

# A composite runs from the sky (black) to this many sigma of its noise in one pixel (full colour), and turns
# from linear to logarithmic at this part of the way.
WHITE = 10.0
LINEAR_PART = 0.2
# Frames of 256 levels are linear up to about this level and logarithmic beyond it.
LINEAR_LEVELS = 2.0


def percentile_stretch(image: np.ndarray, low: float, high: float) -> np.ndarray:
    """``image`` ``(y, x)`` linearly from 0 at percentile ``low`` to 1 at percentile ``high``, clipped.

    An image of one value becomes 0.5 throughout.
    """
    black, white = np.nanpercentile(image, (low, high))
    if white == black:
        return np.full(image.shape, 0.5)
    return np.clip((image - black) / (white - black), 0, 1)


def sky_subtracted(sky: Field) -> np.ndarray:
    """Bands ``(band, y, x)`` less the sky's mode, in units of equal AB flux: e-/s of the first band."""
    scale = 10 ** (-0.4 * (np.array(sky.zero_points) - sky.zero_points[0]))
    level = np.array([sky_mode(band) for band in sky.flux], np.float32)
    return (sky.flux - level[:, None, None]) * scale[:, None, None].astype(np.float32)


def sky_noise(sky: Field) -> float:
    """Scatter of the sky in one pixel (from the median absolute deviation), averaged over the bands.

    In the units of `sky_subtracted`.
    """
    return float(np.mean([mad_std(band, ignore_nan=True) for band in sky_subtracted(sky)]))


def colour_composite(sky: Field, noise: float) -> np.ndarray:
    """Bytes ``(y, x, 3)``: last, middle and first band as red, green and blue, equal AB fluxes as grey.

    Each band is stretched by itself, so what is brighter than the scale in all of them is white.

    Parameters
    ----------
    noise
        `sky_noise` of the real field, for both fields of a pair, so that they can be compared.
    """
    blue, green, red = np.nan_to_num(sky_subtracted(sky))[[0, len(sky.bands) // 2, -1]]
    scale = ManualInterval(0, WHITE * noise)
    return make_rgb(
        red, green, blue, interval=scale, stretch=AsinhStretch(LINEAR_PART), output_dtype=np.uint8
    )


def stretched_levels(levels: np.ndarray) -> np.ndarray:
    """Levels 0 to 255 of sparse frames, uint8, by an inverse hyperbolic sine from black to white.

    Level 5, at which galaxies begin, comes out as a grey of 76 and not of 5.
    """
    table = 255 * np.arcsinh(np.arange(256) / LINEAR_LEVELS) / np.arcsinh(255 / LINEAR_LEVELS)
    return np.rint(table).astype(np.uint8)[levels]


def brightest(frame: np.ndarray, side: int) -> np.ndarray:
    """The brightest pixel of every square of ``side`` px of ``frame`` ``(y, x)``.

    No faint dot is averaged away, as it would be in a mean. What lies beyond the last whole square is left
    out.
    """
    rows, columns = (length // side for length in frame.shape)
    return frame[: rows * side, : columns * side].reshape(rows, side, columns, side).max(axis=(1, 3))
