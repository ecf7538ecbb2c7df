"""What the catalogue finds and measures on a sky of which the truth is known, drawn with GalSim."""

from types import SimpleNamespace

import galsim
import numpy as np
import pytest
from astropy.table import Table
from astropy.wcs import WCS

from mockskies.comparison.completeness import completeness, match
from mockskies.datasets.field import Field
from mockskies.measurement.catalogue import catalogue
from mockskies.measurement.detection import Image, detect, subtract_background
from mockskies.measurement.photometry import auto_flux, kron_apertures
from mockskies.measurement.settings import CatalogueSettings

BANDS = ("F606W", "F775W", "F814W")
ZERO_POINTS = np.array([26.51, 25.69, 25.94])
NOISE = np.array([9.6e-4, 5.5e-4, 1.84e-3])  # e-/s a pixel, as in the XDF
SETTINGS = CatalogueSettings()
LIMIT = 28.0  # mag, of the paper's comparison
SIZE, SOURCES, STAMP = 1000, 1100, 81


@pytest.fixture(scope="module")
def sky():
    """Field of 1 square arcmin, the same without noise, and its truth: a tenth stars, the rest discs."""
    random = np.random.default_rng(20190904)
    # Counts rise by 0.25 dex a magnitude from 22 to 30 mag; sizes shrink as sources get fainter.
    magnitude = 30 + np.log10(random.uniform(0.01, 1, SOURCES)) / 0.25
    star = random.random(SOURCES) < 0.1
    size = random.lognormal(np.log(0.15), 0.4, SOURCES) * 10 ** (-0.08 * (magnitude - 27))
    ratio, angle = random.uniform(0.4, 1, SOURCES), random.uniform(0, 180, SOURCES)
    centre = random.uniform(10, SIZE - 10, (2, SOURCES))
    colour = random.normal(0, 0.2, (3, SOURCES)) * [[1], [0], [1]]
    electrons = 10 ** (-0.4 * (magnitude + colour - ZERO_POINTS[:, None]))

    psf = galsim.Gaussian(fwhm=0.1)
    whole = galsim.ImageD(np.zeros((SIZE, SIZE)), xmin=0, ymin=0)
    images = np.zeros((3, SIZE, SIZE))
    for i in range(SOURCES):
        disc = galsim.Exponential(half_light_radius=size[i]).shear(q=ratio[i], beta=angle[i] * galsim.degrees)
        profile = psf if star[i] else galsim.Convolve(disc, psf)
        stamp = profile.drawImage(nx=STAMP, ny=STAMP, scale=0.06, center=galsim.PositionD(*centre[:, i]))
        seen = stamp.bounds & whole.bounds
        images[:, seen.ymin : seen.ymax + 1, seen.xmin : seen.xmax + 1] += (
            electrons[:, i, None, None] * stamp[seen].array
        )
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.crval = ["RA---TAN", "DEC--TAN"], [53.16, -27.79]
    wcs.wcs.crpix, wcs.wcs.cdelt = [SIZE / 2, SIZE / 2], [-0.06 / 3600, 0.06 / 3600]
    longitude, latitude = wcs.all_pix2world(*centre, 0)
    truth = Table({"ra": longitude, "dec": latitude, "star": star})
    for band, offset in zip(BANDS, colour, strict=True):
        truth[f"mag_{band}"] = magnitude + offset
    flux = (images + random.normal(0, NOISE[:, None, None], images.shape)).astype(np.float32)
    field = Field(flux, BANDS, tuple(ZERO_POINTS), wcs, simulated=True)
    table = catalogue(field, SETTINGS)
    return SimpleNamespace(
        field=field, noiseless=images, truth=truth, catalogue=table, row=match(table, truth, "F775W")
    )


def test_complete_at_one_magnitude_above_the_limit(sky):
    edges = np.array([22, LIMIT - 1.5, LIMIT - 1, LIMIT + 1, LIMIT + 2])
    frame = completeness(sky.catalogue, sky.truth, sky.row, "F775W", edges)
    assert frame["true"][1] > 40
    assert frame["completeness"][0] > 0.95
    assert frame["completeness"][1] > 0.9
    assert frame["completeness"][3] < 0.1


def test_detections_are_real(sky):
    claimed = np.isin(np.arange(len(sky.catalogue)), sky.row)
    assert np.mean(claimed) > 0.97


def offsets(sky, band, chosen):
    """AUTO - true magnitude of the chosen sources that were found and are brighter than limit - 1."""
    chosen = chosen & (sky.row >= 0) & (sky.truth["mag_F775W"] < LIMIT - 1)
    assert np.count_nonzero(chosen) >= 15
    return np.asarray(sky.catalogue[f"MAG_AUTO_{band}"][sky.row[chosen]] - sky.truth[f"mag_{band}"][chosen])


@pytest.mark.parametrize("band", BANDS)
def test_photometry_of_stars_is_unbiased(sky, band):
    assert np.median(offsets(sky, band, sky.truth["star"])) == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("band", BANDS)
def test_galaxies_lose_the_light_beyond_their_kron_aperture_and_no_more(sky, band):
    """AUTO misses about 5 per cent of a disc's light, at any depth: an aperture, not an error."""
    assert 0.02 < np.median(offsets(sky, band, ~sky.truth["star"])) < 0.06


def test_colours_are_unbiased(sky):
    for blue, red in (BANDS[:2], BANDS[1:]):
        found = offsets(sky, blue, True) - offsets(sky, red, True)
        assert np.median(found) == pytest.approx(0, abs=0.015)


def test_noise_and_background_do_not_bias_the_flux_in_an_aperture(sky):
    """The same apertures, once on the field and once on the same sky without noise or background."""
    image = subtract_background(sky.field.flux.mean(axis=0), SETTINGS)
    apertures = kron_apertures(image, detect(image, SETTINGS), SETTINGS)
    chosen = sky.row[(sky.row >= 0) & (sky.truth["mag_F775W"] < LIMIT - 1)]
    for band, flux in zip(BANDS, sky.noiseless, strict=True):
        expected, _ = auto_flux(Image(flux.astype(np.float32), image.masked, 0.0), apertures)
        difference = -2.5 * np.log10(sky.catalogue[f"FLUX_AUTO_{band}"][chosen] / expected[chosen])
        assert np.median(difference) == pytest.approx(0, abs=0.03)
