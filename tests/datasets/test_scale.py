"""Sky mode, clipping and scaling, the record beside the training array, and the published extremes."""

import hashlib
import json
import re

import numpy as np
import pytest
from astropy.wcs import WCS
from scipy import stats

from mockskies.datasets.field import Field
from mockskies.datasets.scale import Scaling, read_training, scale_field, sky_mode, write_training
from mockskies.errors import InputError

BANDS = ("F606W", "F775W")
PUBLISHED = {
    "F606W": {"minimum": -0.004748813, "maximum": 0.5262004},
    "F775W": {"minimum": -0.0031752307, "maximum": 0.44799575},
}


@pytest.fixture
def make_field(make_wcs):
    """Two bands of flux as if aligned from two files."""

    def make(flux, simulated=False):
        cards = {"PIXSCALE": (0.06, ""), "POSANGLE": (43.25, "")}
        for number, band in enumerate(BANDS, start=1):
            cards[f"FILE{number}"] = (f"{band.lower()}.fits", "")
            cards[f"SHA{number}"] = (f"{number:064d}", "")
        wcs = make_wcs(flux.shape[1:], position_angle=43.25)
        return Field(flux.astype(np.float32), BANDS, (26.51, 25.69), wcs, simulated, cards)

    return make


@pytest.fixture
def bright_field(make_field, noise):
    """Two bands of sky noise, 100 x 100, with twenty bright pixels each."""
    flux = noise(2, 100, 100) * 1e-3
    flux[:, 10, 20:40] += np.linspace(0.1, 1.0, 20)
    return make_field(flux)


def with_sources(sky, generator):
    """Sky with an exponential tail of 5 sigma in a fifth of its pixels, as galaxies add."""
    sky[: len(sky) // 5] += generator.exponential(5 * sky.std(), sky[: len(sky) // 5].shape)
    return sky


def true_mode():
    """Mode of `with_sources` in units of the noise: the peak of the mixture's density, above zero itself."""
    x = np.linspace(-1, 1, 20001)
    return x[np.argmax(0.8 * stats.norm.pdf(x) + 0.2 * stats.exponnorm.pdf(x, 5))]


def test_sky_mode_of_noise_under_galaxies():
    generator = np.random.default_rng(1)
    sky = with_sources(generator.normal(0.002, 0.001, (1000, 1000)), generator)
    assert np.median(sky) > 0.0022
    assert sky_mode(sky.astype(np.float32)) == pytest.approx(0.002 + 0.001 * true_mode(), abs=1e-5)


def test_sky_mode_of_data_in_levels():
    """Twelve levels a sigma, as the real field is stored, and levels as coarse as the noise."""
    generator = np.random.default_rng(2)
    sky = with_sources(generator.normal(20.3, 12.0, (1000, 1000)), generator)
    assert sky_mode(np.round(sky).astype(np.float32)) == pytest.approx(20.3 + 12 * true_mode(), abs=0.24)
    assert sky_mode(np.round(sky / 12).astype(np.float32)) == pytest.approx(2, abs=0.05)


def test_sky_mode_of_a_smooth_generated_sky():
    y, x = np.mgrid[:400, :400]
    gentle = 0.3 + 1e-5 * np.sin(x / 30) * np.sin(y / 40)
    source = 0.5 * np.exp(-((x - 200) ** 2 + (y - 200) ** 2) / 2000)
    assert sky_mode((gentle + source).astype(np.float32)) == pytest.approx(0.3, abs=1e-5)


def test_sky_mode_of_few_constant_and_masked_pixels():
    assert sky_mode(np.array([[3.0]])) == 3.0
    assert sky_mode(np.full((50, 50), 0.25, np.float32)) == 0.25
    half = np.full((50, 50), np.nan, np.float32)
    half[:10] = 1.5
    assert sky_mode(half) == 1.5


def test_sky_mode_moves_with_the_sky(noise):
    image = noise(300, 300)
    assert sky_mode(image * 7 + 100) == pytest.approx(sky_mode(image) * 7 + 100, abs=1e-2)


def test_scaling_there_and_back(noise):
    flux = noise(2, 50, 60)
    scaling = Scaling(tuple(flux.min(axis=(1, 2)).tolist()), tuple(flux.max(axis=(1, 2)).tolist()))
    scaled = scaling.apply(flux)
    assert scaled.dtype == scaling.invert(scaled).dtype == np.float32
    assert scaled.min(axis=(1, 2)).tolist() == [0, 0]
    assert scaled.max(axis=(1, 2)).tolist() == [1, 1]
    assert scaling.invert(scaled) == pytest.approx(flux, abs=1e-6)


def test_only_the_top_is_clipped(bright_field):
    scaled, constants = scale_field(bright_field, 99.9, PUBLISHED)
    flux = bright_field.flux
    limit = np.percentile(flux, 99.9, axis=(1, 2))
    assert constants["minimum"] == flux.min(axis=(1, 2)).tolist()
    assert constants["maximum"] == pytest.approx(limit, rel=1e-6)
    assert constants["clipped"] == [10, 10]
    assert (scaled.min(), scaled.max(), scaled.dtype) == (0, 1, np.float32)
    back = Scaling(tuple(constants["minimum"]), tuple(constants["maximum"])).invert(scaled)
    assert back == pytest.approx(np.minimum(flux, limit[:, None, None]), abs=1e-7)


def test_masked_pixels_take_the_sky(bright_field):
    bright_field.flux[0, 50:53, 50] = np.nan
    scaled, constants = scale_field(bright_field, 99.99, PUBLISHED)
    low, high = constants["minimum"][0], constants["maximum"][0]
    assert constants["masked"] == [3, 0]
    assert scaled[0, 50:53, 50] == pytest.approx((constants["sky_mode"][0] - low) / (high - low), abs=1e-6)
    assert np.isfinite(scaled).all()


def test_record(tmp_path, bright_field):
    scaled, constants = scale_field(bright_field, 99.99, PUBLISHED)
    write_training(tmp_path / "training.npy", tmp_path / "training.json", scaled, constants)
    array, record = read_training(tmp_path / "training.npy")
    assert isinstance(array, np.memmap)
    assert np.array_equal(array, scaled)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["training.json", "training.npy"]
    assert record["sha256"] == hashlib.sha256((tmp_path / "training.npy").read_bytes()).hexdigest()
    assert record["bands"] == ["F606W", "F775W"]
    assert record["zero_points"] == [26.51, 25.69]
    assert record["archive"][1] == {"file": "f775w.fits", "sha256": f"{2:064d}"}
    assert (record["size"], record["pixel_scale"], record["position_angle"]) == (100, 0.06, 43.25)
    assert (record["clip_percentile"], record["masked"], record["simulated"]) == (99.99, [0, 0], False)
    assert record["sky_mode"] == pytest.approx([0, 0], abs=2e-4)
    there, here = bright_field.wcs.pixel_to_world(0, 99), WCS(record["wcs"]).pixel_to_world(0, 99)
    assert there.separation(here).arcsec < 1e-6


def test_differs_from_the_published_field(bright_field):
    check = scale_field(bright_field, 99.99, PUBLISHED)[1]["check"]
    flux = bright_field.flux
    assert check["agree"] is False
    found = check["bands"]["F775W"]["minimum"]
    assert found["difference"] == pytest.approx(flux[1].min() + 0.0031752307, rel=1e-6)
    expected = ", ".join(
        f"{band} {name} {value:.4g} against {PUBLISHED[band][name]:.4g}"
        for band, image in zip(BANDS, flux, strict=True)
        for name, value in (("minimum", image.min()), ("maximum", np.percentile(image, 99.99)))
    )
    assert check["sentence"] == f"differs from the published field by more than 1 per cent (e-/s): {expected}"


def test_agrees_with_the_published_field(bright_field):
    _, constants = scale_field(bright_field, 99.99, PUBLISHED)
    near = {
        band: {"minimum": low * 1.009, "maximum": high * 0.992}
        for band, low, high in zip(BANDS, constants["minimum"], constants["maximum"], strict=True)
    }
    check = scale_field(bright_field, 99.99, near)[1]["check"]
    assert check["agree"] is True
    assert check["sentence"] == "the extremes of all bands are within 1 per cent of the published ones"
    near["F606W"]["maximum"] *= 1.02
    assert scale_field(bright_field, 99.99, near)[1]["check"]["agree"] is False


def test_simulated_field_is_not_compared(make_field, noise):
    constants = scale_field(make_field(noise(2, 50, 50), simulated=True), 99.99, PUBLISHED)[1]
    assert constants["check"] is None
    assert constants["simulated"] is True


def test_masked_band(make_field, noise):
    flux = noise(2, 50, 50)
    flux[1] = np.nan
    with pytest.raises(InputError, match=r"^F775W: every pixel of the field is masked$"):
        scale_field(make_field(flux), 99.99, PUBLISHED)


def test_flat_band(make_field, noise):
    flux = noise(2, 50, 50)
    flux[0] = 0.5
    message = "F606W: expected an image, found 0.5 e-/s in every unclipped pixel"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        scale_field(make_field(flux), 99.99, PUBLISHED)


def test_training_array_that_cannot_be_read(tmp_path, bright_field):
    array, constants = tmp_path / "training.npy", tmp_path / "training.json"
    with pytest.raises(InputError, match=r"training\.npy: expected a training array, .*: .*No such file"):
        read_training(array)
    write_training(array, constants, *scale_field(bright_field, 99.99, PUBLISHED))
    record = json.loads(constants.read_text())
    constants.write_text(json.dumps(record | {"size": 99}))
    message = "expected float32 of (2, 99, 99), as training.json says, found float32 of (2, 100, 100)"
    with pytest.raises(InputError, match=re.escape(message)):
        read_training(array)
    constants.write_text("{")
    with pytest.raises(InputError, match=r"training\.json: expected constants, but reading them failed: "):
        read_training(array)
    constants.unlink()
    with pytest.raises(InputError, match=r"training\.json: .*No such file"):
        read_training(array)
    array.write_bytes(array.read_bytes()[:5000])
    with pytest.raises(InputError, match=r"training\.npy: expected a training array, but reading it "):
        read_training(array)
