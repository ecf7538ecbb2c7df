"""Simulated skies: the truth is what was meant, and the images show it."""

import hashlib
from types import SimpleNamespace

import numpy as np
import pytest
import sep
from astropy import units as u
from astropy.io import fits
from astropy.wcs import WCS

from mockskies.archives.noise import correlation, draw_noise
from mockskies.archives.population import COUNTS, COUNTS_MAGNITUDE, Sky, draw_truth
from mockskies.archives.render import draw_objects, point_spread_function
from mockskies.archives.simulate import draw_band, draw_weight, read_truth, write_image, write_truth
from mockskies.archives.xdf import FILTERS, Mosaic, file_name
from mockskies.errors import InputError

SEED = 20190904


def sky(archive="xdf", shape=320, footprint=200, faintest=28.0):
    return Sky(SEED, archive, Mosaic(shape, footprint, 43.25, 0.06), faintest)


@pytest.fixture(scope="module")
def small():
    """A small sky, its truth and its F775W image."""
    truth = draw_truth(sky())
    return SimpleNamespace(sky=sky(), truth=truth, image=draw_band(sky(), truth, "F775W"))


@pytest.fixture(scope="module")
def wide():
    """Truth of a sky as large as the XDF."""
    wide = sky(shape=5250, footprint=3300, faintest=30.0)
    return SimpleNamespace(sky=wide, truth=draw_truth(wide))


def isolated(kind, magnitude, **properties):
    """Truth of one object at the centre of a sky of 320 px."""
    truth = draw_truth(sky(faintest=26.0))
    one = truth[truth["type"] == kind][:1] if kind in truth["type"] else truth[:1]
    one["type"] = np.array([kind], dtype="U10")
    one["x"], one["y"] = [160.3] * u.pix, [161.1] * u.pix
    for band in FILTERS:
        one[f"mag_{band}"] = [magnitude] * u.mag
    for name, value in properties.items():
        one[name] = value
    return one


def test_same_seed_same_bytes(tmp_path, small):
    digests = set()
    for name in ("one", "two"):
        write_truth(tmp_path / f"{name}_truth.fits", draw_truth(small.sky), small.sky)
        drawn_sky, truth = read_truth(tmp_path / f"{name}_truth.fits")
        write_image(tmp_path / name, draw_band(drawn_sky, truth, "F775W"), drawn_sky, "F775W", "sci")
        files = [(tmp_path / f"{name}_truth.fits").read_bytes(), (tmp_path / name).read_bytes()]
        digests.add(hashlib.sha256(b"".join(files)).hexdigest())
    assert len(digests) == 1
    # And a truth that went through a file draws what the one in memory draws.
    np.testing.assert_array_equal(fits.getdata(tmp_path / "one"), small.image)


def test_archives_are_different_skies(small):
    other = draw_truth(sky("null_a"))
    assert not np.isin(other["x"], small.truth["x"]).any()
    noise = [draw_noise(sky(archive), "F775W").ravel() for archive in ("xdf", "null_a")]
    assert abs(np.corrcoef(noise)[0, 1]) < 4 / 320


def test_fainter_limit_keeps_each_objects_stream():
    """An object's draws depend on its own number only, not on how many there are."""
    few, many = draw_truth(sky(faintest=26.0)), draw_truth(sky(faintest=29.0))
    galaxies = np.count_nonzero(few["type"] != "star")
    assert galaxies < np.count_nonzero(many["type"] != "star")
    np.testing.assert_array_equal(few["x"][:galaxies], many["x"][:galaxies])


def test_zero_outside_the_deep_square(small):
    observed = small.sky.mosaic.observed()
    assert (small.image[~observed] == 0).all()
    assert (small.image[observed] != 0).all()
    assert (draw_weight(small.sky, "F775W")[~observed] == 0).all()
    assert observed.sum() == pytest.approx(200**2, rel=0.003)
    # Its upper side points 43.25 deg from north through east, east being left.
    mosaic = small.sky.mosaic
    x, y = mosaic.from_square(np.array([0.0]), np.array([90.0]))
    ra, dec = mosaic.wcs().wcs_pix2world(x, y, 1)
    east = (ra[0] - 53.1625) * np.cos(np.radians(dec[0]))
    assert np.degrees(np.arctan2(east, dec[0] + 27.7914)) == pytest.approx(43.25, abs=0.01)
    assert observed[int(y[0]) - 1, int(x[0]) - 1]
    x, y = mosaic.from_square(np.array([0.0]), np.array([101.5]))
    assert not observed[int(y[0]) - 1, int(x[0]) - 1]


@pytest.mark.parametrize("band", list(FILTERS))
def test_sky_is_as_deep_and_correlated_as_meant(band):
    empty = sky(shape=720, footprint=500)
    image = draw_band(empty, draw_truth(empty)[:0], band)
    square = image[260:460, 260:460] - FILTERS[band].pedestal
    assert square.std() == pytest.approx(FILTERS[band].sky_noise, rel=0.02)
    assert square.mean() == pytest.approx(0, abs=4 * FILTERS[band].sky_noise / 200)
    noise = draw_noise(empty, band)
    assert noise.std() == pytest.approx(1, rel=0.005)
    for axis in (0, 1):
        neighbours = np.mean(noise * np.roll(noise, 1, axis))
        assert neighbours == pytest.approx(correlation(), abs=4 / 720)
        assert np.mean(noise * np.roll(noise, 4, axis)) == pytest.approx(0, abs=4 / 720)
    assert draw_weight(empty, band).max() ** -0.5 == pytest.approx(FILTERS[band].sky_noise)


@pytest.mark.parametrize("band", list(FILTERS))
@pytest.mark.parametrize(
    ("kind", "magnitude", "tolerance"), [("star", 21, 0.01), ("disc", 22, 0.02), ("elliptical", 22, 0.03)]
)
def test_total_magnitude_of_an_isolated_object(band, kind, magnitude, tolerance):
    shape = {"disc_radius": [0.4] * u.arcsec, "bulge_radius": [0.2] * u.arcsec}
    bulge = 1.0 if kind == "elliptical" else 0.2
    shares = {f"{part}_fraction_{band}": [share] for part, share in (("bulge", bulge), ("clump", 0.0))}
    truth = isolated(kind, magnitude, **shape, **shares)
    image = draw_objects(sky(), truth, band)
    flux, _, _ = sep.sum_circle(image, [159.3], [160.1], 150.0)
    assert FILTERS[band].zero_point - 2.5 * np.log10(flux[0]) == pytest.approx(magnitude, abs=tolerance)
    x, y, _ = sep.winpos(image, [159.3], [160.1], [1.5])
    assert (x[0] + 1, y[0] + 1) == pytest.approx((160.3, 161.1), abs=0.02)


@pytest.mark.parametrize("band", list(FILTERS))
def test_width_of_a_star(band):
    """0.09 to 0.11 arcsec at half maximum, pixel included, as in the XDF's ACS images."""
    star = point_spread_function(band).drawImage(nx=41, ny=41, scale=0.06 / 5, method="fft").array
    above = np.count_nonzero(star[20] > star.max() / 2) * 0.06 / 5
    assert 0.07 < above < 0.11


def test_number_counts(wide):
    galaxies = wide.truth[wide.truth["type"] != "star"]
    magnitude = galaxies["mag_F775W"].value
    assert magnitude.max() <= 30
    for bright, faint in ((24, 26), (26, 28), (28, 30)):
        grid = np.linspace(bright, faint, 101)
        density = 10 ** np.interp(grid, COUNTS_MAGNITUDE, np.log10(COUNTS))
        expected = np.trapezoid(density, grid) * wide.sky.mosaic.area
        found = np.count_nonzero((magnitude >= bright) & (magnitude < faint))
        assert abs(found - expected) < 4 * np.sqrt(expected)
    slope = np.log10(np.histogram(magnitude, [24, 26, 28, 30])[0])
    assert 0.2 < (slope[1] - slope[0]) / 2 < 0.35
    assert 0.15 < (slope[2] - slope[1]) / 2 < 0.3


def test_colours_hang_together(wide):
    truth = wide.truth
    colour = (truth["mag_F606W"] - truth["mag_F775W"]).value
    distant = truth["redshift"] > 5
    elliptical, disc = truth["type"] == "elliptical", (truth["type"] == "disc") & ~distant
    assert np.median(colour[elliptical & ~distant]) > np.median(colour[disc]) + 0.3
    # Lyman alpha leaves F606W at a redshift of 4.9: dropouts.
    assert colour[distant].min() > 0.6
    assert np.median(colour[distant]) > 1
    assert 0.01 < distant.mean() < 0.1
    assert np.isfinite(colour).all()
    # F775W lies within F814W.
    near = (truth["redshift"] < 4.5) & (truth["type"] != "star")
    assert np.abs((truth["mag_F775W"] - truth["mag_F814W"]).value[near]).max() < 0.6


def test_faint_galaxies_are_small(wide):
    radius, magnitude = wide.truth["disc_radius"].value, wide.truth["mag_F775W"].value
    galaxy = wide.truth["type"] != "star"
    medians = [np.median(radius[galaxy & (np.abs(magnitude - m) < 0.5)]) for m in (22, 24, 26, 28)]
    assert (np.diff(medians) < 0).all()


def test_files_are_those_of_the_archive(tmp_path, small):
    path = tmp_path / file_name("F775W", "sci")
    assert path.name == "hlsp_xdf_hst_acswfc-60mas_hudf_f775w_v1_sci.fits"
    write_image(path, small.image, small.sky, "F775W", "sci")
    with fits.open(path) as hdus:
        header = hdus[0].header
        assert len(hdus) == 1
        assert header["BITPIX"] == -32
        assert header["NAXIS1"] == header["NAXIS2"] == 320
        assert header["SIMULATE"] is True
        assert (header["FILTER"], header["INSTRUME"], header["BUNIT"]) == ("F775W", "ACS", "ELECTRONS/S")
        assert header["PHOTZPT"] == 25.69
        at = WCS(header).wcs_pix2world(small.truth["x"].value, small.truth["y"].value, 1)
    np.testing.assert_allclose(at, [small.truth["ra"].value, small.truth["dec"].value], atol=1e-9)


def test_truth_survives_its_file(tmp_path, small):
    write_truth(tmp_path / "truth.fits", small.truth, small.sky)
    read_sky, truth = read_truth(tmp_path / "truth.fits")
    assert read_sky == small.sky
    assert truth.colnames == small.truth.colnames
    assert truth["mag_F606W"].unit == u.mag
    assert list(truth["type"]) == list(small.truth["type"])
    assert fits.getheader(tmp_path / "truth.fits", 1)["SIMULATE"] is True


def test_file_that_is_no_truth(tmp_path, small):
    path = tmp_path / "image.fits"
    write_image(path, small.image, small.sky, "F775W", "sci")
    with pytest.raises(InputError, match=f"{path}: expected the truth of a simulated sky, but reading"):
        read_truth(path)
