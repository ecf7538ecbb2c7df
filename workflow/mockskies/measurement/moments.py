"""Shape, flux and size of the galaxy in the middle of an image from second moments, where no fit can fail."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

# The outermost isophote of every galaxy, real or generated, of any size in pixels: this many grey levels of
# 255 above the image's own sky. It is five times the noise of a Galaxy Zoo pixel; three would be in the
# noise.
LIMIT = 15.0

# Sides in shares of the image's: the frame that is sky, the window in which the galaxy's middle is looked
# for, and the smoothing (standard deviation) under which its outline is drawn, half a pixel of a 64 px image.
FRAME, WINDOW, SMOOTHING = 1 / 16, 1 / 8, 1 / 128


@dataclass(frozen=True)
class Ellipse:
    """An ellipse in an image.

    Attributes
    ----------
    x, y
        Centre in px from that of the first pixel.
    semi_major_axis
        In px.
    ellipticity
        1 - minor/major.
    angle
        Of the major axis in deg, [0, 180), from the horizontal, counter-clockwise as seen with row 0 on top.
    """

    x: float
    y: float
    semi_major_axis: float
    ellipticity: float
    angle: float

    def scaled(self, factor: float) -> "Ellipse":
        """The same ellipse where each pixel has become ``factor`` x ``factor`` pixels."""
        x, y = ((centre + 0.5) * factor - 0.5 for centre in (self.x, self.y))
        return Ellipse(x, y, self.semi_major_axis * factor, self.ellipticity, self.angle)

    def half_extent(self) -> tuple[float, float]:
        """Half the width and half the height of the box around it, in px."""
        angle, ratio = np.deg2rad(self.angle), 1 - self.ellipticity
        width = np.hypot(np.cos(angle), ratio * np.sin(angle))
        height = np.hypot(np.sin(angle), ratio * np.cos(angle))
        return self.semi_major_axis * width, self.semi_major_axis * height

    def inside(self, size: int) -> np.ndarray:
        """Which pixels of an image ``size`` px a side have their centres in it, shape ``(y, x)``."""
        # Rows run downwards, angles upwards.
        angle = -np.deg2rad(self.angle)
        x, y = np.arange(size) - self.x, np.arange(size)[:, None] - self.y
        along = x * np.cos(angle) + y * np.sin(angle)
        across = y * np.cos(angle) - x * np.sin(angle)
        return along**2 + (across / (1 - self.ellipticity)) ** 2 <= self.semi_major_axis**2


@dataclass(frozen=True)
class Moments:
    """The galaxy in the middle of an image.

    Attributes
    ----------
    ellipse
        The ellipse of its outline's second moments.
    flux
        Sum of the grey levels inside the outline, sky included.
    brightest
        Where it is brightest near the middle, x and y in px.
    touches_frame
        Whether the outline ends at the image's edge.
    """

    ellipse: Ellipse
    flux: float
    brightest: tuple[float, float]
    touches_frame: bool


def fold(angle: float) -> float:
    """Angle of an axis in deg, in [0, 180)."""
    # A tiny negative number modulo 180 rounds to 180 itself.
    folded = angle % 180.0
    return 0.0 if folded == 180.0 else folded


def grey(image: np.ndarray) -> np.ndarray:
    """Mean of the bands of ``(band, y, x)``, levels 0 to 255, shape ``(y, x)``, float32."""
    return image.mean(axis=0, dtype=np.float32)


def sky_level(image: np.ndarray) -> float:
    """Median level of the outer frame of a grey image ``(y, x)``."""
    width = max(1, round(FRAME * image.shape[0]))
    return float(
        np.median(
            np.concatenate(
                [
                    image[:width].ravel(),
                    image[-width:].ravel(),
                    image[width:-width, :width].ravel(),
                    image[width:-width, -width:].ravel(),
                ]
            )
        )
    )


def central_segment(image: np.ndarray, sky: float) -> tuple[np.ndarray | None, tuple[int, int]]:
    """Pixels of the galaxy in the middle, ``(y, x)``, bool, and the row and column where it is brightest.

    They are connected, above `LIMIT` over the sky once smoothed, without holes, and around the brightest
    point of the central window; None where that is below the limit.
    """
    size = image.shape[0]
    smooth = ndimage.gaussian_filter(image, SMOOTHING * size)
    labels, _ = ndimage.label(smooth > sky + LIMIT)
    half = max(1, round(WINDOW * size / 2))
    window = slice(size // 2 - half, size // 2 + half)
    row, column = np.unravel_index(smooth[window, window].argmax(), (2 * half, 2 * half))
    row, column = int(row) + window.start, int(column) + window.start
    label = labels[row, column]
    return ndimage.binary_fill_holes(labels == label) if label else None, (row, column)


def moments(image: np.ndarray) -> Moments | None:
    """Second moments of the galaxy in the middle of a grey image ``(y, x)``; None where there is none.

    The moments are of the outline, every pixel counting alike, so the ellipse is that of the outermost
    isophote and not of the bulge.
    """
    segment, (row, column) = central_segment(image, sky_level(image))
    if segment is None:
        return None
    y, x = np.nonzero(segment)
    # A pixel is a square, not a point: 1/12 px^2 along either axis. Rows run downwards.
    xx, yy, xy = x.var() + 1 / 12, y.var() + 1 / 12, -np.mean((x - x.mean()) * (y - y.mean()))
    mean, split = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    angle = fold(np.rad2deg(np.arctan2(2 * xy, xx - yy)) / 2)
    # The variance along an axis of a filled ellipse is a quarter of the semi-axis squared.
    major, minor = 2 * np.sqrt(mean + split), 2 * np.sqrt(mean - split)
    ellipse = Ellipse(float(x.mean()), float(y.mean()), float(major), float(1 - minor / major), float(angle))
    edge = segment[0].any() or segment[-1].any() or segment[:, 0].any() or segment[:, -1].any()
    return Moments(ellipse, float(image[segment].sum(dtype=float)), (float(column), float(row)), bool(edge))
