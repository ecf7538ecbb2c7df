"""Bands on one grid: positions, fluxes, noise, masks and crops."""

import logging
import re
from dataclasses import replace

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord

from mockskies.datasets.align import Grid, align
from mockskies.datasets.field import read_field, write_field
from mockskies.errors import InputError

SKY = 1e-3  # e-/s per square arcsec, as conftest draws it
UPRIGHT = Grid(pixel_scale=0.06, position_angle=43.25, size=160)


@pytest.fixture
def stars():
    """Sixteen stars within 2.4 arcsec of the centre in each direction, and their fluxes."""
    random = np.random.default_rng(1)
    offsets = np.meshgrid(*[np.linspace(-2.3, 2.3, 4)] * 2)
    east, north = (axis.ravel() + random.uniform(-0.1, 0.1, axis.size) for axis in offsets)
    centre = SkyCoord(53.1625, -27.7914, unit="deg")
    places = centre.spherical_offsets_by(east * units.arcsec, north * units.arcsec)
    return places, random.uniform(0.5, 2.0, east.size)


def measured(image, wcs, places, radius=9):
    """Flux of each star above the sky, and its centroid's distance from where the WCS puts it."""
    fluxes, errors = [], []
    for x, y in zip(*wcs.world_to_pixel(places), strict=True):
        column, row = round(float(x)), round(float(y))
        box = image[row - radius : row + radius + 1, column - radius : column + radius + 1] - SKY * 0.06**2
        rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
        fluxes.append(box.sum())
        centroid = (box * columns).sum() / box.sum() + column - x, (box * rows).sum() / box.sum() + row - y
        errors.append(np.hypot(*centroid))
    return np.array(fluxes), np.array(errors)


@pytest.mark.parametrize(
    ("kernel", "shape", "orientation"),
    [
        ("bicubic 1", (300, 300), {}),
        ("bicubic 1", (320, 310), {"position_angle": 117.0, "offset": (0.37, -4.81)}),
        ("bicubic 1", (300, 300), {"parity": -1}),
        ("bicubic 1", (300, 300), {"position_angle": 43.25, "offset": (0.5, 0.5), "parity": -1}),
        ("bicubic 2", (600, 600), {"pixel_scale": 0.03, "position_angle": -20.0}),
        ("bicubic 3", (800, 800), {"pixel_scale": 0.02}),
        ("bicubic 2", (450, 450), {"pixel_scale": 0.045, "parity": -1}),
        ("bicubic 1", (180, 180), {"pixel_scale": 0.1, "position_angle": 200.0}),
    ],
)
def test_stars_keep_place_and_flux(make_wcs, make_mosaic, draw_stars, stars, kernel, shape, orientation):
    places, fluxes = stars
    wcs = make_wcs(shape, **orientation)
    sky = align([make_mosaic(draw_stars(wcs, shape, places, fluxes), wcs)], ["F606W"], [26.51], UPRIGHT)
    found, errors = measured(sky.flux[0], sky.wcs, places)
    assert sky.cards["KERNEL1"][0] == kernel
    assert sky.flux.shape == (1, 160, 160)
    assert errors.max() < 0.05
    assert np.abs(found / fluxes - 1).max() < 0.01


def test_bands_of_different_grids_coincide(make_wcs, make_mosaic, draw_stars, stars):
    places, fluxes = stars
    grids = [
        make_wcs((300, 300)),
        make_wcs((310, 330), position_angle=80, offset=(7.3, 2.2)),
        make_wcs((600, 600), 0.03, parity=-1),
    ]
    shapes = [(300, 300), (310, 330), (600, 600)]
    mosaics = [
        make_mosaic(draw_stars(wcs, shape, places, fluxes), wcs, f"{number}.fits")
        for number, (wcs, shape) in enumerate(zip(grids, shapes, strict=True))
    ]
    sky = align(mosaics, ["F606W", "F775W", "F814W"], [26.51, 25.69, 25.94], UPRIGHT)
    for band in sky.flux:
        found, errors = measured(band, sky.wcs, places)
        assert errors.max() < 0.05
        assert np.abs(found / fluxes - 1).max() < 0.01


def test_surface_brightness_follows_the_pixel_area(make_wcs, make_mosaic):
    for shape, pixel_scale in (((500, 500), 0.03), ((200, 200), 0.1)):
        mosaic = make_mosaic(np.full(shape, 5.0, np.float32), make_wcs(shape, pixel_scale))
        sky = align([mosaic], ["F606W"], [26.51], UPRIGHT)
        assert sky.flux == pytest.approx(5.0 * (0.06 / pixel_scale) ** 2, rel=1e-5)


def test_turning_keeps_most_of_the_noise(make_wcs, make_mosaic, noise):
    sky = align([make_mosaic(noise(300, 300), make_wcs())], ["F606W"], [26.51], UPRIGHT)
    assert 0.85 < sky.flux.std() < 0.90


def test_finer_pixels_are_averaged(make_wcs, make_mosaic, noise):
    """White noise of 1 a pixel is 2 in four pixels; one point of the spline would leave 3.5."""
    sky = align([make_mosaic(noise(600, 600), make_wcs((600, 600), 0.03))], ["F606W"], [26.51], UPRIGHT)
    assert 1.9 < sky.flux.std() < 2.0


def test_the_same_grid_is_copied_bit_by_bit(make_wcs, make_mosaic, noise):
    """Shifted by whole pixels, with an exact zero and no two noise values alike."""
    whole = noise(400, 420)
    whole[200, 200] = 0
    first = make_mosaic(whole, make_wcs((400, 420), position_angle=43.25, offset=(0.31, 0.77)))
    cut = make_wcs((400, 420), position_angle=43.25, offset=(0.31, 0.77))[30:390, 50:400]
    second = make_mosaic(whole[30:390, 50:400] * 2, cut, "f775w.fits")
    sky = align([first, second], ["F606W", "F775W"], [26.51, 25.69], replace(UPRIGHT, size="largest"))
    assert sky.flux.shape == (2, 350, 350)
    y, x = np.argwhere(whole == sky.flux[0, 0, 0])[0]
    assert np.array_equal(sky.flux[0], whole[y : y + 350, x : x + 350])
    assert np.array_equal(sky.flux[1], 2 * sky.flux[0])
    assert [sky.cards[f"KERNEL{n}"][0] for n in (1, 2)] == ["none", "none"]


def test_grid_is_upright(make_wcs, make_mosaic, noise):
    """The y axis of the field points 43.25 deg from north through east; east is left of north."""
    sky = align([make_mosaic(noise(300, 300), make_wcs())], ["F606W"], [26.51], UPRIGHT)
    origin, up, right = sky.wcs.pixel_to_world([80, 80, 81], [80, 81, 80])
    assert origin.position_angle(up).deg == pytest.approx(43.25, abs=1e-3)
    assert origin.position_angle(right).deg == pytest.approx(43.25 - 90 + 360, abs=1e-3)
    assert origin.separation(up).arcsec == pytest.approx(0.06, rel=1e-6)


def test_largest_square_of_a_turned_footprint(make_wcs, make_mosaic, noise):
    """A footprint of 200 px a side turned by the position angle: all of it but its rim becomes the field."""
    wcs = make_wcs((400, 400))
    upright = make_wcs((200, 200), position_angle=43.25)
    y, x = np.mgrid[:400, :400]
    to_x, to_y = upright.world_to_pixel(wcs.pixel_to_world(x, y))
    footprint = (np.abs(to_x - 99.5) < 100) & (np.abs(to_y - 99.5) < 100)
    mosaic = make_mosaic(np.where(footprint, noise(400, 400) + 20, 0), wcs)
    sky = align([mosaic], ["F606W"], [26.51], replace(UPRIGHT, size="largest"))
    assert 195 <= sky.flux.shape[1] <= 200
    assert np.isfinite(sky.flux).all()
    assert sky.flux.min() > 10
    with pytest.raises(InputError, match=rf"^dataset\.size: a crop of 230 px .* has {sky.flux.shape[1]} px$"):
        align([mosaic], ["F606W"], [26.51], replace(UPRIGHT, size=230))


def test_crop_larger_than_the_field(make_wcs, make_mosaic, noise):
    mosaic = make_mosaic(noise(100, 120), make_wcs((100, 120), position_angle=43.25))
    message = (
        "dataset.size: a crop of 3232 px is larger than the field: "
        "the largest square observed in all bands has 100 px"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        align([mosaic], ["F606W"], [26.51], replace(UPRIGHT, size=3232))


def test_a_corner_may_be_unobserved(make_wcs, make_mosaic, noise, caplog):
    image = noise(100, 100)
    image[:10, :10] = 0
    mosaic = make_mosaic(image, make_wcs((100, 100), position_angle=43.25))
    with caplog.at_level(logging.WARNING):
        sky = align([mosaic], ["F606W"], [26.51], replace(UPRIGHT, size=100))
    assert caplog.messages == [
        "warning: 1.000 per cent of the 100 px crop is not observed; the largest full square has 90 px"
    ]
    assert np.isnan(sky.flux[0, :10, :10]).all()
    assert np.isnan(sky.flux).sum() == 100
    assert sky.cards["UNOBS1"][0] == 100


@pytest.mark.parametrize("offset", [(1000.0, 0.0), (0.0, -400.0)])
def test_bands_that_do_not_overlap(make_wcs, make_mosaic, noise, offset):
    mosaics = [
        make_mosaic(noise(100, 100), make_wcs((100, 100)), "f606w.fits"),
        make_mosaic(noise(100, 100), make_wcs((100, 100), offset=offset), "f775w.fits"),
    ]
    message = "the bands do not overlap: no pixel is observed in all of them"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        align(mosaics, ["F606W", "F775W"], [26.51, 25.69], UPRIGHT)


def test_bands_on_opposite_sides_of_the_sky(make_wcs, make_mosaic, noise):
    there = make_wcs((100, 100))
    there.wcs.crval = [233.1625, 27.7914]
    here = make_mosaic(noise(100, 100), make_wcs((100, 100)))
    mosaics = [here, make_mosaic(noise(100, 100), there, "f775w.fits")]
    with pytest.raises(InputError, match=r"^the bands do not overlap: no pixel is observed in all of them$"):
        align(mosaics, ["F606W", "F775W"], [26.51, 25.69], UPRIGHT)


def test_footprints_that_touch_but_share_no_pixel(make_wcs, make_mosaic, noise):
    """Their bounding rectangles overlap, the footprints do not."""
    image, above = noise(100, 100), np.triu(np.ones((100, 100), bool), 5)
    mosaics = [
        make_mosaic(np.where(mask, image, 0), make_wcs((100, 100)), name)
        for mask, name in ((above, "f606w.fits"), (above.T, "f775w.fits"))
    ]
    with pytest.raises(InputError, match=r"^the bands do not overlap: no pixel is observed in all of them$"):
        align(mosaics, ["F606W", "F775W"], [26.51, 25.69], UPRIGHT)


def test_bad_pixels_are_masked_and_counted(make_wcs, make_mosaic, noise):
    image = noise(300, 300)
    image[150, 150], image[160, 140], image[10, 10] = np.nan, np.inf, np.nan
    copied = align(
        [make_mosaic(image, make_wcs(position_angle=43.25))], ["F606W"], [26.51], replace(UPRIGHT, size=200)
    )
    assert copied.cards["MASKED1"][0] == np.isnan(copied.flux).sum() == 2
    turned = align([make_mosaic(image, make_wcs())], ["F606W"], [26.51], replace(UPRIGHT, size=200))
    # A bad pixel reaches as far as its weight in the spline exceeds a twentieth.
    assert turned.cards["MASKED1"][0] == np.isnan(turned.flux).sum()
    assert 10 <= turned.cards["MASKED1"][0] <= 40
    assert np.nanmax(np.abs(turned.flux)) < 6


def test_bad_pixels_do_not_ring(make_wcs, make_mosaic, draw_stars, stars):
    """A hole in a star's core leaves the pixels beside the mask as they were."""
    places, fluxes = stars
    wcs = make_wcs()
    image = draw_stars(wcs, (300, 300), places, fluxes)
    whole = align([make_mosaic(image, wcs)], ["F606W"], [26.51], UPRIGHT).flux
    x, y = wcs.world_to_pixel(places[5])
    image[round(float(y)), round(float(x))] = np.nan
    holed = align([make_mosaic(image, wcs)], ["F606W"], [26.51], UPRIGHT).flux
    assert np.isnan(holed).any()
    assert np.nanmax(np.abs(holed - whole)) < 0.01 * np.nanmax(whole)


def test_bad_pixels_that_fill_the_crop(make_wcs, make_mosaic, noise):
    image = noise(300, 300)
    image[100:200, 100:200] = np.nan
    mosaic = make_mosaic(image, make_wcs())
    message = f"{mosaic.path}: NaN or infinite pixels fill the crop of 64 px"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        align([mosaic], ["F606W"], [26.51], replace(UPRIGHT, size=64))


def test_exact_zeros_inside_the_footprint_are_data(make_wcs, make_mosaic, noise):
    image = np.round(noise(300, 300) * 12)
    image[(np.abs(np.mgrid[:300, :300] - 149.5) > 120).any(axis=0)] = 0
    sky = align([make_mosaic(image, make_wcs())], ["F606W"], [26.51], UPRIGHT)
    assert (image == 0)[100:200, 100:200].sum() > 200
    assert np.isfinite(sky.flux).all()
    assert sky.cards["UNOBS1"][0] == 0


def test_field_survives_its_file(tmp_path, make_wcs, make_mosaic, noise):
    image = noise(300, 300)
    image[150, 150] = np.nan
    mosaic = make_mosaic(image, make_wcs(), SIMULATE=True)
    sky = align([mosaic], ["F606W"], [26.51], UPRIGHT)
    write_field(tmp_path / "field.fits", sky)
    again = read_field(tmp_path / "field.fits")
    assert np.array_equal(again.flux, sky.flux, equal_nan=True)
    assert (again.bands, again.zero_points, again.simulated) == (("F606W",), (26.51,), True)
    assert again.cards == sky.cards
    assert again.cards["FILE1"][0] == "f606w.fits"
    corners = [0, 159], [0, 159]
    assert again.wcs.pixel_to_world(*corners).separation(sky.wcs.pixel_to_world(*corners)).arcsec.max() < 1e-6
    write_field(tmp_path / "again.fits", sky)
    assert (tmp_path / "again.fits").read_bytes() == (tmp_path / "field.fits").read_bytes()


def test_field_that_cannot_be_read(tmp_path, make_wcs, make_mosaic, noise):
    path = tmp_path / "field.fits"
    with pytest.raises(InputError, match=r"field\.fits: expected a FITS field, .*No such file"):
        read_field(path)
    write_field(path, align([make_mosaic(noise(300, 300), make_wcs())], ["F606W"], [26.51], UPRIGHT))
    whole = path.read_bytes()
    path.write_bytes(whole[:50_000])
    with pytest.raises(InputError, match=r"field\.fits: expected a FITS field, but reading it failed: "):
        read_field(path)
    path.write_bytes(whole.replace(b"ZEROPNT ", b"ZEROPINT"))
    with pytest.raises(InputError, match=r"reading it failed: .*Keyword 'ZEROPNT' not found"):
        read_field(path)
