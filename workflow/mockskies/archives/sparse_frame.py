"""What one simulated sparse frame is: its degradations, its score, and its pixels.

All of this is invented; its constants were fitted to the measured properties and scores of the real frames
(docs/sparse_simulation.md).
"""

from dataclasses import dataclass

import numpy as np

from mockskies.archives.frames import SIDE
from mockskies.archives.sparse_light import WHITE, Galaxies, add_diamonds, add_light, saturate
from mockskies.archives.sparse_sky import clouds, white_noise

# Faintest and brightest peaks of galaxies, in levels before saturation. Real frames are exposed alike: in all
# but a few the brightest galaxy just saturates.
FAINTEST, BRIGHTEST = 0.58, 700.0
# Galaxies that stand out, and the slope of the counts of all that are fainter.
STARS, FAINT_SLOPE = 6, 0.52
# Width, in px, at which they are so bright: a wider galaxy spreads its light and has a lower peak.
SHARP = 1.1
# Scatter of the brightest galaxy's peak, relative.
EXPOSURE = 0.05
# Scatter of widths from galaxy to galaxy, and along y above x, both relative.
SCATTER, TALLER = 0.012, 1.05
# Share of extended galaxies among those below a peak (levels); median and scatter of how much wider they are.
EXTENDED, EXTENDED_PEAK, WIDER, WIDER_SCATTER = 0.3, 25.0, 1.45, 0.4


@dataclass(frozen=True)
class Frame:
    """What a frame shows.

    Attributes
    ----------
    background
        Level of the sky, before it is rounded.
    galaxies
        Expected number with a peak above 0.58 levels, before their light is spread.
    width
        Scale of compact galaxies' profiles, in px.
    slope
        Of the brightest galaxies' counts: as many have a peak above p as p to the power of minus this.
    hardness
        How abruptly bright signals saturate, above 1.
    roughness
        Noise of the galaxies' light: a bright pixel's standard deviation over the root of its signal.
    specks
        Faint spurious sources.
    naive
        Share of galaxies that are diamonds, whose size and brightness are independent.
    blur
        Factor by which all profiles are wider, and fainter, than they should be.
    noise
        Standard deviation of the sky from pixel to pixel, in levels.
    cloud_level, cloud_height, cloud_scale
        Mean, standard deviation (levels) and scale (px) of clouds; 0 where there are none.
    """

    background: float
    galaxies: float
    width: float
    slope: float
    hardness: float
    roughness: float
    specks: int
    naive: float = 0.0
    blur: float = 1.0
    noise: float = 0.0
    cloud_level: float = 0.0
    cloud_height: float = 0.0
    cloud_scale: float = 0.0


def render(frame: Frame, stream: np.random.Generator) -> np.ndarray:
    """Pixels of ``frame``, ``(1000, 1000)``, uint8."""
    signal = np.zeros((SIDE, SIDE), np.float32)
    galaxies = draw_galaxies(frame, stream)
    naive = stream.random(len(galaxies.y)) < frame.naive
    add_light(signal, galaxies.take(~naive), frame.roughness, stream)
    if naive.any():
        add_diamonds(signal, _strangers(galaxies.take(naive), stream))
    add_light(signal, draw_specks(frame, stream), 0.0, stream)
    if frame.cloud_level > 0:
        sky = frame.cloud_level + frame.cloud_height * clouds(SIDE, frame.cloud_scale, stream)
        return _rounded(
            saturate(signal, frame.hardness) + sky + white_noise(signal.shape, frame.noise, stream)
        )
    if frame.noise > 0:
        levels = np.rint(saturate(signal, frame.hardness)).astype(np.int16)
        levels += white_noise(signal.shape, frame.noise, stream)
        np.maximum(levels, 0, out=levels)
        levels += round(frame.background)
        return np.minimum(levels, WHITE).astype(np.uint8)
    # Nearly all pixels are empty.
    pixels = np.full(signal.size, round(frame.background), np.uint8)
    lit = np.flatnonzero(signal > 0)
    pixels[lit] = _rounded(saturate(signal.ravel()[lit], frame.hardness) + np.float32(frame.background))
    return pixels.reshape(signal.shape)


def draw_galaxies(frame: Frame, stream: np.random.Generator) -> Galaxies:
    """Galaxies of a frame: places uniform, peaks by power laws, most compact, some faint ones extended."""
    count = stream.poisson(frame.galaxies)
    # The brightest by their rank, the others between the last of these and the faintest at random.
    rank = np.arange(1, min(count, STARS) + 1)
    stars = BRIGHTEST * rank ** (-1 / frame.slope) * np.exp(EXPOSURE * stream.standard_normal(len(rank)))
    rarest = (stars[-1:] / FAINTEST) ** -FAINT_SLOPE
    faint = FAINTEST * stream.uniform(rarest, 1, max(count - STARS, 0)) ** (-1 / FAINT_SLOPE)
    peak = np.concatenate([stars, faint])
    width = frame.width * np.exp(SCATTER * stream.standard_normal(count))
    extended = (stream.random(count) < EXTENDED) & (peak < EXTENDED_PEAK)
    wider = WIDER * np.exp(WIDER_SCATTER * stream.standard_normal(count))
    width = np.where(extended, width * wider, width) * frame.blur
    height = width * TALLER * np.exp(SCATTER * stream.standard_normal(count))
    y, x = stream.uniform(-0.5, SIDE - 0.5, (2, count))
    return Galaxies(y, x, peak * (SHARP / frame.width) / frame.blur, height, width)


def draw_specks(frame: Frame, stream: np.random.Generator) -> Galaxies:
    """Spurious sources of a level or two, from single pixels to wide stains."""
    y, x = stream.uniform(-0.5, SIDE - 0.5, (2, frame.specks))
    width = 1.5 * np.exp(0.55 * stream.standard_normal(frame.specks))
    peak = 0.5 + stream.exponential(0.5, frame.specks)
    return Galaxies(y, x, peak, width, width)


def _strangers(galaxies: Galaxies, stream: np.random.Generator) -> Galaxies:
    """The galaxies with their peaks at random among them: no longer those that belong to their sizes."""
    radius = 0.8 + stream.exponential(0.8, len(galaxies.y))
    return Galaxies(galaxies.y, galaxies.x, stream.permutation(galaxies.peak), radius, radius)


def _rounded(levels: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(levels), 0, WHITE).astype(np.uint8)
