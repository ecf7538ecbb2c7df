"""Ellipses of galaxies whose truth is known."""

import warnings

import numpy as np
import pytest
from measurement.galaxy_images import sersic
from photutils.isophote import Ellipse as Fit
from photutils.isophote import EllipseSample

from mockskies.measurement import isophotes
from mockskies.measurement.ellipse_points import SAMPLER
from mockskies.measurement.isophotes import SIZE, enlarge, outermost_isophote, starting_geometry
from mockskies.measurement.moments import LIMIT, Ellipse, fold, grey, moments, sky_level


def apart(first, second):
    """Difference of two axes' angles in deg, at most 90."""
    return np.abs((np.asarray(first) - second + 90) % 180 - 90)


@pytest.fixture(scope="module", params=[64, 128])
def measured(request):
    """Truths and measurements of galaxies of one size."""
    size, random = request.param, np.random.default_rng(3)
    truths = [(random.uniform(0.3, 0.75), random.uniform(0, 180)) for _ in range(6)]
    images = [sersic(size, size / 9, q, a, seed) for seed, (q, a) in enumerate(truths)]
    found = [(outermost_isophote(grey(i)), moments(grey(i))) for i in images]
    return size, truths, found


def test_ellipticity_and_angle_of_sersic_galaxies(measured):
    _, truths, found = measured
    ratio, angle = np.array(truths).T
    assert [fit.failure for fit, _ in found] == [""] * len(found)
    for ellipses in ([fit.ellipse for fit, _ in found], [outline.ellipse for _, outline in found]):
        ellipticity = np.array([ellipse.ellipticity for ellipse in ellipses])
        assert np.median(np.abs(ellipticity - (1 - ratio))) < 0.02
        assert np.median(apart([ellipse.angle for ellipse in ellipses], angle)) < 3


def test_outlines_agree_with_isophotes_and_flux_is_inside_them(measured):
    size, _, found = measured
    for fit, outline in found:
        assert outline.ellipse.semi_major_axis == pytest.approx(fit.ellipse.semi_major_axis, rel=0.1)
        assert outline.flux == pytest.approx(fit.flux, rel=0.1)
        assert np.hypot(fit.ellipse.x - (size - 1) / 2, fit.ellipse.y - (size - 1) / 2) < 0.02 * size


@pytest.mark.parametrize("size", [64, 128])
def test_semi_major_axis_grows_with_the_truth(size):
    radii = np.array([0.05, 0.07, 0.1]) * size
    found = [outermost_isophote(grey(sersic(size, radius, 0.6, 30))).ellipse for radius in radii]
    axes = [ellipse.semi_major_axis for ellipse in found]
    assert np.all(np.diff(axes) > 0)
    # An exponential disc sinks from 180 levels to the limit at 1.48 half-light radii; seeing lowers its peak.
    assert np.all(np.array(axes) / radii > np.log(180 / LIMIT) / 1.678)
    assert np.ptp(axes / radii) < 0.3


def test_one_rule_for_every_size():
    """The same galaxy on a finer grid is the same galaxy."""
    (small, large) = (outermost_isophote(grey(sersic(s, s / 12, 0.5, 70, noise=1))) for s in (64, 128))
    assert 2 * small.ellipse.semi_major_axis == pytest.approx(large.ellipse.semi_major_axis, rel=0.05)
    assert 4 * small.flux == pytest.approx(large.flux, rel=0.1)


def test_flux_is_the_sum_of_levels_inside():
    image = grey(sersic(64, 5, 0.7, 20))
    found = outermost_isophote(image)
    assert found.flux == pytest.approx(image[found.ellipse.inside(64)].sum(), rel=0.03)


@pytest.mark.parametrize(
    ("angle", "folded"), [(0, 0), (180, 0), (-10, 170), (190, 10), (359, 179), (-1e-20, 0), (540.5, 0.5)]
)
def test_angles_are_folded(angle, folded):
    assert fold(angle) == pytest.approx(folded)
    assert 0 <= fold(angle) < 180


def test_angles_are_counter_clockwise_as_seen():
    rows, columns = np.nonzero(Ellipse(31.5, 31.5, 20, 0.8, 45).inside(64))
    assert np.corrcoef(rows, columns)[0, 1] < -0.5


def test_points_at_once_are_those_of_the_walk():
    image = enlarge(grey(sersic(64, 5, 0.6, 40)))
    for axis, ellipticity in ((6, 0.1), (60, 0.4), (200, 0.7), (300, 0.2)):
        shape = {"x0": 250.0, "y0": 260.0, "eps": ellipticity, "position_angle": 1.0}
        walked, at_once = (
            EllipseSample(image, axis, integrmode=mode, **shape).extract() for mode in ("bilinear", SAMPLER)
        )
        assert abs(walked.shape[1] - at_once.shape[1]) <= 1
        middle = np.linspace(0.1, 6.2, 200)
        np.testing.assert_allclose(
            np.interp(middle, at_once[0], at_once[2]), np.interp(middle, walked[0], walked[2]), atol=0.5
        )


def test_the_library_s_own_settings_find_the_same():
    image = grey(sersic(64, 4.5, 0.6, 40, noise=1))
    found = outermost_isophote(image).ellipse
    scaled = found.scaled(SIZE / 64)
    start = starting_geometry(moments(image).ellipse.scaled(SIZE / 64))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        isophote = Fit(enlarge(image) - sky_level(image), geometry=start).fit_isophote(scaled.semi_major_axis)
    assert isophote.intens == pytest.approx(LIMIT, rel=0.05)
    assert found.ellipticity == pytest.approx(isophote.eps, rel=0.02)
    assert apart(found.angle, -np.rad2deg(isophote.pa)) < 1


def blank(size=64):
    return np.zeros((size, size), np.float32)


def disc(radius, x=31.5, y=31.5, level=200.0):
    return blank() + level * Ellipse(x, y, radius, 0.0, 0.0).inside(64).astype(np.float32)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (blank(), isophotes.NO_GALAXY),
        (blank() + 255, isophotes.NO_GALAXY),
        (np.random.default_rng(1).normal(5, 3, (64, 64)).astype(np.float32), isophotes.NO_GALAXY),
        (disc(0.8, level=60.0), isophotes.TOO_SMALL),
        (disc(30, x=45), isophotes.AT_THE_FRAME),
        (disc(12), isophotes.NOT_FALLING),
        (disc(20) - disc(16, level=150.0), isophotes.NO_GRADIENT),
    ],
    ids=["blank", "flat", "noise", "point", "frame", "plateau", "ring"],
)
def test_failures_have_reasons(image, reason):
    found = outermost_isophote(image)
    assert (found.ellipse, found.failure) == (None, reason)
    assert np.isnan(found.flux)


def test_no_image_raises():
    random = np.random.default_rng(2)
    for image in (random.uniform(0, 255, (64, 64)), np.indices((64, 64))[0] * 4.0, np.eye(64) * 255):
        assert isinstance(outermost_isophote(image.astype(np.float32)).failure, str)


def test_moments_of_a_filled_ellipse():
    truth = Ellipse(30.0, 34.0, 18.0, 0.4, 25.0)
    image = blank() + 2 + 150 * truth.inside(64).astype(np.float32)
    found = moments(image)
    # Smoothing puts the limit, a tenth of the level, a little further out.
    assert 18 < found.ellipse.semi_major_axis < 18.8
    assert found.ellipse.ellipticity == pytest.approx(0.4, abs=0.02)
    assert found.ellipse.angle == pytest.approx(25, abs=1)
    assert (found.ellipse.x, found.ellipse.y) == pytest.approx((30, 34), abs=0.2)
    assert moments(blank()) is None
