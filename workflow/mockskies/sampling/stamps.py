"""The light of one picture, turned and shrunk, without its sky."""

from functools import cache

import numpy as np
from PIL import Image, ImageFilter

from mockskies.sampling.sky import RIM, radii, rim, sky_level

BLUR = 1 / 48  # of a picture's side: radius over which its light is smoothed to tell it from noise
FAINT, CLEAR = 1.0, 4.0  # deviations of the smoothed sky, between which light comes in
LEAST = 0.3  # levels: deviation of a sky that is all but constant


def stamp(picture: np.ndarray, side: int, angle: float) -> np.ndarray:
    """Light that a picture has above its own sky, to be added to any other sky.

    Where the smoothed picture does not rise above its sky's noise there is no light, so neither the picture's
    border nor its noise shows; towards the inscribed circle all light fades.

    Parameters
    ----------
    picture
        Shape ``(band, y, x)``, uint8.
    side
        To which it is shrunk, in px, at least 3; pixels are averaged as they shrink.
    angle
        By which it is turned, counter-clockwise, in degrees.

    Returns
    -------
    ndarray
        Shape ``(side, side, band)``, int16, levels; noise may leave a few below 0.
    """
    image = Image.fromarray(np.ascontiguousarray(np.moveaxis(picture, 0, -1)))
    if side < image.width:
        image = image.resize((side, side), Image.Resampling.BICUBIC)
    image = image.rotate(angle, Image.Resampling.BICUBIC)
    smooth = image.filter(ImageFilter.BoxBlur(BLUR * side))
    both = np.concatenate([np.asarray(image), np.asarray(smooth)], axis=-1).astype(np.float32)
    sky, deviation = sky_level(both[rim(side)].T)
    above = both - sky
    light, rise = np.split(above, 2, axis=-1)
    rise = (rise / np.maximum(np.split(deviation, 2)[1], LEAST)).mean(axis=-1)
    weight = _smooth_step((rise - FAINT) / (CLEAR - FAINT)) * _fade(side)
    return (weight[..., None] * light).round().astype(np.int16)


@cache
def _fade(side: int) -> np.ndarray:
    return _smooth_step((1 - radii(side)) / (1 - RIM))


def _smooth_step(value: np.ndarray) -> np.ndarray:
    """From 0 at 0 to 1 at 1, level at both."""
    value = value.clip(0, 1)
    return value * value * (3 - 2 * value)
