"""The outermost elliptical isophote of a galaxy, by photutils; fussell2019 section 4."""

import math
import warnings
from dataclasses import dataclass, replace

import numpy as np
from photutils.isophote import Ellipse as Fit
from photutils.isophote import EllipseGeometry, Isophote
from PIL import Image

from mockskies.measurement.ellipse_points import SAMPLER
from mockskies.measurement.moments import LIMIT, Ellipse, fold, moments, sky_level

SIZE = 512  # px, to which images are enlarged

# The fit begins on the isophote of half the outline's semi-major axis, about the outline's centre, and goes
# outwards by a tenth at a time, photutils' own step. Where it cannot hold on there, as between two galaxies
# that touch, it begins further in and about the brightest point.
FIRST, FURTHER_IN = 0.5, (0.35, 0.2)
STEP = 0.1
ITERATIONS = 50
FITTED = (0, 2)  # photutils' stop codes: converged, or the best of `ITERATIONS`
SMALLEST = 16.0  # px of the enlarged image: an outline smaller than this is noise

# Failures, in the words that the tables count.
NO_GALAXY = "no galaxy"
TOO_SMALL = "too small"
AT_THE_FRAME = "at the frame"
NO_GRADIENT = "no gradient"
NOT_FALLING = "not falling"


@dataclass(frozen=True)
class Outermost:
    """The outermost isophote, or why there is none; lengths and flux in the image's own pixels.

    Attributes
    ----------
    ellipse
        None where the fit failed.
    flux
        Sum of the grey levels (0 to 255) inside it, sky included, NaN where the fit failed.
    failure
        Empty, or the reason in two words.
    """

    ellipse: Ellipse | None
    flux: float
    failure: str


def enlarge(image: np.ndarray) -> np.ndarray:
    """Grey image ``(y, x)`` brought to 512 px a side by Pillow's bicubic interpolation, float64."""
    return np.asarray(Image.fromarray(image).resize((SIZE, SIZE), Image.Resampling.BICUBIC), dtype=float)


def outermost_isophote(image: np.ndarray) -> Outermost:
    """Fit isophotes to the galaxy in the middle of a grey image, ``(y, x)``, float32, levels 0 to 255.

    The outermost isophote is the one whose mean level lies `LIMIT` above the image's sky; its geometry is
    interpolated between the two fitted ones about it. Real and generated images of every size are held to it.
    """
    outline = moments(image)
    if outline is None:
        return _failed(NO_GALAXY)
    factor = SIZE / image.shape[0]
    start = outline.ellipse.scaled(factor)
    if start.semi_major_axis < SMALLEST:
        return _failed(TOO_SMALL)
    if outline.touches_frame:
        return _failed(AT_THE_FRAME)
    enlarged = enlarge(image)
    brightness = enlarged - sky_level(image)
    # The library warns of what becomes a reason here.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = _grow(brightness, replace(start, semi_major_axis=FIRST * start.semi_major_axis))
        x, y = outline.brightest
        about_brightest = replace(outline.ellipse, x=x, y=y).scaled(factor)
        for share in FURTHER_IN:
            if found != NO_GRADIENT:
                break
            found = _grow(brightness, replace(about_brightest, semi_major_axis=share * start.semi_major_axis))
    if isinstance(found, str):
        return _failed(found)
    flux = float(enlarged[found.inside(SIZE)].sum()) / factor**2
    return Outermost(found.scaled(1 / factor), flux, "")


def starting_geometry(ellipse: Ellipse) -> EllipseGeometry:
    """An ellipse as photutils takes it, not so round that it has no angle and not beyond what it can fit."""
    # photutils counts angles downwards, as rows run.
    angle = -np.deg2rad(ellipse.angle) % np.pi
    ellipticity = min(max(ellipse.ellipticity, 0.05), 0.9)
    return EllipseGeometry(ellipse.x, ellipse.y, ellipse.semi_major_axis, ellipticity, angle)


def _failed(reason: str) -> Outermost:
    return Outermost(None, math.nan, reason)


def _grow(image: np.ndarray, start: Ellipse) -> Ellipse | str:
    """Fit outwards from ``start`` to the outermost isophote; the ellipse, or why it was not reached."""
    try:
        return _follow(image, start)
    except (ArithmeticError, AttributeError, IndexError, ValueError):
        # photutils divides by the gradient: where that is zero, it ends in one of these.
        return NO_GRADIENT


def _follow(image: np.ndarray, start: Ellipse) -> Ellipse | str:
    fit = Fit(image, geometry=starting_geometry(start))
    settings = {"step": STEP, "integrmode": SAMPLER, "maxit": ITERATIONS}
    inner = fit.fit_isophote(start.semi_major_axis, minit=20, **settings)
    if inner.stop_code not in FITTED or not inner.intens > LIMIT:
        return NO_GRADIENT
    lost = 0
    while True:
        semi_major_axis = inner.sma * (1 + STEP)
        # Beyond two isophotes without a gradient the last geometry holds, as photutils itself goes on.
        outer = fit.fit_isophote(semi_major_axis, isophote_list=[inner], noniterate=lost == 2, **settings)
        if outer.stop_code not in FITTED and lost < 2:
            lost += 1
            outer = fit.fit_isophote(semi_major_axis, isophote_list=[inner], noniterate=True, **settings)
        elif lost < 2:
            lost = 0
        if not _within(outer):
            return AT_THE_FRAME
        if outer.intens <= LIMIT:
            return _between(inner, outer)
        if lost == 2 and outer.intens >= inner.intens:
            return NOT_FALLING
        inner = outer


def _within(isophote: Isophote) -> bool:
    """Whether an isophote lies in the enlarged image."""
    ellipse = Ellipse(isophote.x0, isophote.y0, isophote.sma, isophote.eps, -np.rad2deg(isophote.pa))
    width, height = ellipse.half_extent()
    x, y = ellipse.x, ellipse.y
    return min(x - width, y - height) >= -0.5 and max(x + width, y + height) <= SIZE - 0.5


def _between(inner: Isophote, outer: Isophote) -> Ellipse:
    """Ellipse at which the mean level is the limit, between two isophotes about it."""
    share = (inner.intens - LIMIT) / (inner.intens - outer.intens)
    semi_major_axis = inner.sma * (outer.sma / inner.sma) ** share
    x, y = ((1 - share) * a + share * b for a, b in ((inner.x0, outer.x0), (inner.y0, outer.y0)))
    # Ellipticity and angle as one complex number: an angle has no jump at 180 deg then.
    first, second = (isophote.eps * np.exp(-2j * isophote.pa) for isophote in (inner, outer))
    shape = (1 - share) * first + share * second
    angle = fold(np.rad2deg(np.angle(shape)) / 2)
    return Ellipse(float(x), float(y), float(semi_major_axis), float(abs(shape)), float(angle))
