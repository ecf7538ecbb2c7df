"""Rings around simulated planets, with the planet's shadow on them and theirs on the planet.

Directions and lengths are those of `photograph_planet`.
"""

import numpy as np
from scipy import ndimage

# Optical depth by distance from the centre, roughly Saturn's: the C ring, the dense B ring, Cassini's
# division, the A ring with Encke's gap.
EDGES = (1.24, 1.25, 1.52, 1.54, 1.94, 1.955, 2.02, 2.03, 2.205, 2.21, 2.215, 2.22, 2.26, 2.27)
DEPTHS = (0.0, 0.08, 0.2, 1.0, 1.5, 0.1, 0.15, 0.7, 0.6, 0.05, 0.05, 0.6, 0.5, 0.0)
COLOUR = np.array([1.0, 0.9, 0.76], np.float32)[:, None, None]
STEPS = 2000


class Rings:
    """Rings in the plane of the equator.

    Parameters
    ----------
    depth
        Factor of the optical depths.
    axis, sun
        Directions of the north pole and of the Sun.
    pixel
        Side of a pixel, so that nothing finer is drawn.
    stream
        Random numbers.
    """

    def __init__(
        self, depth: float, axis: np.ndarray, sun: np.ndarray, pixel: float, stream: np.random.Generator
    ):
        self.axis, self.sun = axis, sun
        self.radii = np.linspace(EDGES[0] - 0.05, EDGES[-1] + 0.05, STEPS)
        ringlets = ndimage.gaussian_filter1d(stream.standard_normal(STEPS), 3)
        ringlets += ndimage.gaussian_filter1d(stream.standard_normal(STEPS), 20) * 2
        depths = np.interp(self.radii, EDGES, DEPTHS) * np.exp(0.5 * ringlets / ringlets.std())
        # Foreshortened rings are finer on the picture.
        finest = 0.6 * pixel / np.sqrt(abs(axis[2])) / (self.radii[1] - self.radii[0])
        self.depths = depth * ndimage.gaussian_filter1d(depths, finest, mode="constant")

    def depth(self, radius: np.ndarray) -> np.ndarray:
        """Optical depth at distances from the centre."""
        return np.interp(radius, self.radii, self.depths, 0, 0).astype(np.float32)

    def seen(self, right: np.ndarray, up: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Light of the rings, ``(3, y, x)``, what share they hide of what is behind, and their nearness."""
        towards = -(right * self.axis[0] + up * self.axis[1]) / self.axis[2]
        depth = self.depth(np.sqrt(right**2 + up**2 + towards**2))
        cover = 1 - np.exp(-1.5 * depth)
        # In the planet's shadow: behind it as the Sun sees it, and less than a radius from its middle.
        beyond = right * self.sun[0] + up * self.sun[1] + towards * self.sun[2]
        aside = np.sqrt(np.maximum(right**2 + up**2 + towards**2 - beyond**2, 0))
        lit = np.where(beyond < 0, np.clip((aside - 1) / 0.02 + 0.5, 0.02, 1), 1)
        # Where Sun and camera are on different sides, only what comes through is seen.
        same_side = self.axis[2] * (self.axis @ self.sun) > 0
        bright = cover if same_side else 0.6 * cover * np.exp(-1.2 * depth)
        return 1.1 * COLOUR * bright * lit, cover, towards

    def shadow(self, body: np.ndarray) -> np.ndarray:
        """Share of sunlight that reaches points of the planet, ``(3, y, x)``, through the rings."""
        height = np.einsum("j,jyx->yx", self.axis, body)
        way = -height / (self.axis @ self.sun)
        on_plane = body + way * self.sun[:, None, None]
        depth = np.where(way > 0, self.depth(np.linalg.norm(on_plane, axis=0)), 0)
        return np.exp(-1.5 * depth)
