"""The galaxy in a picture: told from the sky at the picture's border, and cut free of it."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

# Noise of the sky above which a pixel belongs to a source, and the least that counts, in levels.
SIGNIFICANT = 3.0
LEAST = 4.0
# Standard deviation of a normal distribution in median absolute deviations.
DEVIATION = 1.4826
EIGHT_NEIGHBOURS = np.ones((3, 3), bool)


@dataclass(frozen=True)
class Sky:
    """Empty sky of a picture.

    Attributes
    ----------
    level, noise
        Median and standard deviation of each band, ``(band,)``, in levels.
    limit
        Brightness over the sky, the mean of the bands, above which a pixel belongs to a source.
    """

    level: np.ndarray
    noise: np.ndarray
    limit: float


@dataclass(frozen=True)
class Segment:
    """A galaxy in its picture.

    Attributes
    ----------
    light
        What is brighter than the sky, ``(band, y, x)``, float32, in levels; fades to 0 around the sources.
    galaxy
        Pixels of the galaxy, ``(y, x)``.
    limit
        Of the picture's `Sky`.
    """

    light: np.ndarray
    galaxy: np.ndarray
    limit: float


def sky_at_border(picture: np.ndarray) -> Sky:
    """Sky of a ``picture`` ``(band, y, x)``, uint8, from a frame a sixteenth of its side wide.

    Medians, so that sources at the border do not count as long as they cover less than half of it.
    """
    side = picture.shape[-1]
    width = side // 16
    border = np.ones((side, side), bool)
    border[width:-width, width:-width] = False
    levels = picture[:, border].astype(np.float32)
    level = np.median(levels, axis=1)
    above = levels - level[:, None]
    noise = DEVIATION * np.median(abs(above), axis=1)
    brightness = above.mean(axis=0)
    deviation = DEVIATION * np.median(abs(brightness - np.median(brightness)))
    return Sky(level, noise, max(SIGNIFICANT * float(deviation), LEAST))


def segment(picture: np.ndarray) -> Segment | None:
    """The source at the centre of a ``picture`` ``(band, y, x)``, uint8, and the small ones around it.

    None if there is no source within a sixteenth of the side from the centre, or if it reaches the border
    and is not whole.
    """
    sky = sky_at_border(picture)
    side = picture.shape[-1]
    light = picture.astype(np.float32) - sky.level[:, None, None]
    brightness = ndimage.gaussian_filter(light.mean(axis=0), 1)
    sources, count = ndimage.label(brightness > sky.limit, EIGHT_NEIGHBOURS)
    middle = _nearest_to_centre(sources)
    if not middle:
        return None
    border = np.concatenate([sources[0], sources[-1], sources[:, 0], sources[:, -1]])
    if middle in border:
        return None
    galaxy = sources == middle
    # Others that are cut by the border would have an edge, large ones may be galaxies without a box, and what
    # just exceeds the limit is noise.
    numbers = np.arange(count + 1)
    sizes = np.bincount(sources.ravel())
    small = (sizes < 0.25 * sizes[middle]) & (ndimage.maximum(brightness, sources, numbers) > 2 * sky.limit)
    small[0] = False
    small[border] = False
    kept = galaxy | small[sources]
    # Wings below the limit fade out over a thirty-second of the side.
    mask = np.clip(1 - ndimage.distance_transform_edt(~kept) * 32 / side, 0, 1) * ~_grown(sources, kept)
    return Segment(light * mask.astype(np.float32), galaxy, sky.limit)


def _nearest_to_centre(sources: np.ndarray) -> int:
    """Number of the source next to the centre, within a sixteenth of the side; 0 if there is none."""
    side = len(sources)
    centre = (side - 1) / 2
    found = np.argwhere(sources)
    if not len(found):
        return 0
    distances = np.hypot(*(found - centre).T)
    nearest = int(np.argmin(distances))
    return int(sources[tuple(found[nearest])]) if distances[nearest] <= side / 16 else 0


def _grown(sources: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Sources that are not kept, and the pixels around them."""
    return ndimage.binary_dilation((sources > 0) & ~kept, EIGHT_NEIGHBOURS, iterations=2)
