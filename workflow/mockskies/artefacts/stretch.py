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
    """Bytes ``(y, x, 3)``: the last of three bands as red, the first as blue, equal AB fluxes as grey.

    Each band is stretched by itself, so what is brighter than the scale in all of them is white.

    Parameters
    ----------
    noise
        `sky_noise` of the real field, for both fields of a pair, so that they can be compared.
    """
    blue, green, red = np.nan_to_num(sky_subtracted(sky))
    scale = ManualInterval(0, WHITE * noise)
    return make_rgb(
        red, green, blue, interval=scale, stretch=AsinhStretch(LINEAR_PART), output_dtype=np.uint8
    )
