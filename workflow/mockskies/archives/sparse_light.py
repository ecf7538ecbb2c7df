"""The light of a sparse frame's galaxies: compact profiles, diamonds in their wings, that saturate."""

from dataclasses import dataclass

import numpy as np

# Half the side, in px, of the box in which a galaxy is drawn; beyond it no level is above 0, but
# of a few that are blurred beyond hope.
COMPACT, EXTENDED = 16, 48
WHITE = 255
# Level towards which bright signals bend; what comes above white is cut.
FULL = 260.0


@dataclass(frozen=True)
class Galaxies:
    """Galaxies of one frame, each array ``(n,)``.

    Attributes
    ----------
    y, x
        Centre in px.
    peak
        Signal at the centre in levels, before saturation.
    height, width
        Scale of the profile along y and x, in px.
    """

    y: np.ndarray
    x: np.ndarray
    peak: np.ndarray
    height: np.ndarray
    width: np.ndarray

    def take(self, chosen: np.ndarray) -> "Galaxies":
        """The galaxies of a mask."""
        return Galaxies(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def add_light(signal: np.ndarray, galaxies: Galaxies, roughness: float, stream: np.random.Generator) -> None:
    """Add the signal of ``galaxies`` to ``signal``, ``(y, x)``, float32, in levels.

    The profile is the product of two hyperbolic secants, as that of the galaxies of a real frame: round in
    the core, a diamond in the wings, which fall exponentially. Each pixel's signal s has noise of the
    standard deviation ``roughness`` times s / sqrt(s + 30): the root where it is bright, and less in the
    wings, which stay whole.
    """
    reach = np.log(np.maximum(galaxies.peak, 1) * 8) * np.maximum(galaxies.height, galaxies.width)
    compact = reach < COMPACT
    for half, chosen in ((COMPACT, compact), (EXTENDED, ~compact)):
        few = galaxies.take(chosen)
        offset = np.arange(-half, half + 1, dtype=np.float32)
        top, left = np.round(few.y).astype(int), np.round(few.x).astype(int)
        rows = _secant((offset - (few.y - top)[:, None]) / few.height[:, None])
        columns = _secant((offset - (few.x - left)[:, None]) / few.width[:, None])
        light = few.peak.astype(np.float32)[:, None, None] * rows[:, :, None] * columns[:, None, :]
        if roughness > 0:
            noise = roughness / np.sqrt(light + 30) * stream.standard_normal(light.shape, np.float32)
            light *= np.maximum(1 + noise, 0)
        _add(signal, light, top - half, left - half)


def add_diamonds(signal: np.ndarray, galaxies: Galaxies) -> None:
    """Add naive galaxies to ``signal``: pyramids over a diamond, with no wings, of 3 ``width`` px radius.

    They are those of the paper's baselines (section II B 1): size and brightness do not know each other.
    """
    half = COMPACT
    offset = np.abs(np.arange(-half, half + 1, dtype=np.float32))
    top, left = np.round(galaxies.y).astype(int), np.round(galaxies.x).astype(int)
    radius = (3 * galaxies.width).astype(np.float32)[:, None, None]
    fall = np.maximum(0, 1 - (offset[:, None] + offset[None, :]) / radius)
    _add(signal, galaxies.peak.astype(np.float32)[:, None, None] * fall, top - half, left - half)


def saturate(signal: np.ndarray, hardness: float) -> np.ndarray:
    """Levels, not yet rounded, of a signal in levels: linear when faint, and never above 255.

    A ``hardness`` of 1 bends early and gently; of infinity, not at all until it is white.
    """
    relative = (signal / np.float32(FULL)) ** np.float32(hardness)
    return np.minimum(FULL * np.tanh(relative) ** np.float32(1 / hardness), WHITE)


def _secant(x: np.ndarray) -> np.ndarray:
    """1 / cosh(x), and 0 where cosh would not fit a float32."""
    return 1 / np.cosh(np.minimum(np.abs(x), 80).astype(np.float32))


def _add(signal: np.ndarray, light: np.ndarray, top: np.ndarray, left: np.ndarray) -> None:
    """Add boxes ``(n, y, x)`` to ``signal`` with their corners at ``top`` and ``left``, cut at its edge."""
    side, box = signal.shape[0], light.shape[1]
    for image, y, x in zip(light, top.tolist(), left.tolist(), strict=True):
        y0, y1, x0, x1 = max(y, 0), min(y + box, side), max(x, 0), min(x + box, side)
        if y0 < y1 and x0 < x1:
            signal[y0:y1, x0:x1] += image[y0 - y : y1 - y, x0 - x : x1 - x]
