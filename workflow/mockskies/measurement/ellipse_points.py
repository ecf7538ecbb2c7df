"""photutils' bilinear sampling of an ellipse, all points at once.

photutils walks along an ellipse in a Python loop, a point a pixel, and spends nine tenths of a fit there. Its
table of samplers is open: `SAMPLER` names an entry of ours that takes points as densely with the same
weights.
"""

import math

import numpy as np
from photutils.isophote.geometry import EllipseGeometry
from photutils.isophote.integrator import INTEGRATORS

SAMPLER = "bilinear, all points at once"

# photutils goes a little beyond the full circle, by this many radians, and never more than half a radian a
# step.
BEYOND, LONGEST_STEP = 0.05, 0.5

# Angles at which the number of points so far is summed.
FINE = 721


class AllPoints:
    """A sampler as photutils calls it: once a point, of which the first call takes them all."""

    def __init__(
        self, image: np.ndarray, geometry: EllipseGeometry, angles: list, radii: list, intensities: list
    ) -> None:
        self._image, self._geometry = image, geometry
        self._lists = angles, radii, intensities
        self._begun = False

    def integrate(self, radius: float, phi: float) -> None:
        """Fill the three lists from ``phi`` on, in rad from the major axis."""
        if self._begun:
            return
        self._begun = True
        angles, radii = _walk(self._geometry.sma, 1 - self._geometry.eps, phi)
        turned = angles + self._geometry.pa
        x = radii * np.cos(turned) + self._geometry.x0
        y = radii * np.sin(turned) + self._geometry.y0
        column, row = x.astype(int), y.astype(int)
        height, width = self._image.shape
        inside = (column >= 0) & (column < width - 1) & (row >= 0) & (row < height - 1)
        column, row = column[inside], row[inside]
        right, down = x[inside] - column, y[inside] - row
        upper = self._image[row, column] * (1 - right) + self._image[row, column + 1] * right
        lower = self._image[row + 1, column] * (1 - right) + self._image[row + 1, column + 1] * right
        for values, found in zip(
            self._lists, (angles[inside], radii[inside], upper * (1 - down) + lower * down), strict=True
        ):
            values.extend(found)

    def get_polar_angle_step(self) -> float:
        """Angle to the next call, in rad: as far as photutils goes."""
        return LONGEST_STEP

    def get_sector_area(self) -> float:
        """Area behind a sample, in px, as photutils has it for bilinear sampling."""
        return 2.0

    def is_area(self) -> bool:
        """Whether samples are sums over sectors."""
        return False


def _walk(semi_major_axis: float, ratio: float, phi: float) -> tuple[np.ndarray, np.ndarray]:
    """Angles in rad and radii in px, shape ``(point,)``, each a step of 1 / radius from the last.

    photutils takes these steps one by one; here they are the whole values of their continuous sum.
    """
    fine = np.linspace(phi, 2 * math.pi + BEYOND, FINE)
    radii = _radius(semi_major_axis, ratio, fine)
    density = np.maximum(radii, 1 / LONGEST_STEP)
    steps = np.empty(FINE)
    steps[0] = 0
    np.cumsum((density[1:] + density[:-1]) * (fine[1] - fine[0]) / 2, out=steps[1:])
    angles = np.interp(np.arange(int(steps[-1]) + 1), steps, fine)
    return angles, _radius(semi_major_axis, ratio, angles)


def _radius(semi_major_axis: float, ratio: float, phi: np.ndarray) -> np.ndarray:
    return semi_major_axis * ratio / np.hypot(ratio * np.cos(phi), np.sin(phi))


INTEGRATORS[SAMPLER] = AllPoints
