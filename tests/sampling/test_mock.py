"""Mock fields painted to disk: the same as in memory, in little of it, without seams, as asked."""

import numpy as np
import pandas as pd
import pytest
import torch
from astropy.io import fits
from astropy.wcs import WCS

from mockskies.datasets.field import read_field, write_field
from mockskies.datasets.field_rows import FieldRows
from mockskies.errors import InputError
from mockskies.measurement.seams import steps_at_borders
from mockskies.models import field, spatial
from mockskies.sampling import mock
from mockskies.sampling.draw import draw_field
from mockskies.sampling.mock import condition_maps, paint_mock, to_tell
from mockskies.sampling.paint import LatentField, tile_size
from mockskies.training.precision import Compute

COMPUTE = Compute("cpu", "float32")
DISCRIMINATOR = {"widths": [8, 8], "view": 16}
SHAPE = {"latent_channels": 4, "widths": [16, 12, 8, 8], "points": 0.75, "traits": 2}
BANDS = ("F606W", "F775W", "F814W")
CARDS = {"RUN": ("small", "training run"), "TILE": (432, "[pix] side of a tile")}


@pytest.fixture
def constants():
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.crval = ["RA---TAN", "DEC--TAN"], [53.1, -27.8]
    wcs.wcs.cdelt, wcs.wcs.crpix = [-0.06 / 3600, 0.06 / 3600], [50.5, 50.5]
    return {
        "bands": list(BANDS),
        "zero_points": [26.5, 25.7, 25.9],
        "minimum": [-1e-3] * 3,
        "maximum": [0.5] * 3,
        "sky_mode": [1e-4, 0, 9e-4],
        "sky_sigma": [1e-3, 6e-4, 2e-3],
        "size": 100,
        "wcs": wcs.to_header_string(),
        "simulated": True,
    }


def generator(**changed):
    torch.manual_seed(0)
    network, _ = field.build(SHAPE | changed, DISCRIMINATOR, bands=3)
    torch.nn.init.normal_(network.output.weight, 0, 0.3)
    return COMPUTE.place(network).eval()


def test_a_mock_is_the_field_that_is_painted_in_memory(tmp_path, constants):
    network = generator()
    latent = LatentField(1, "mock", (), network.latent_channels, 30, 33)
    paint_mock(tmp_path / "mock.fits", network, latent, constants, COMPUTE, CARDS)
    write_field(tmp_path / "field.fits", draw_field(network, latent, constants, COMPUTE, CARDS))
    found, expected = read_field(tmp_path / "mock.fits"), read_field(tmp_path / "field.fits")
    np.testing.assert_allclose(found.flux, expected.flux, atol=2e-6)
    assert (found.bands, found.zero_points, found.cards) == (BANDS, expected.zero_points, CARDS)
    assert found.wcs.to_header_string() == expected.wcs.to_header_string()
    with fits.open(tmp_path / "mock.fits") as hdus:
        hdus.verify("exception")
        assert hdus[1].header["BUNIT"] == "electron/s"


def test_the_sky_s_mode_of_a_large_field_is_from_some_of_its_rows(tmp_path, constants, monkeypatch):
    monkeypatch.setattr(mock, "SKY_PIXELS", 100_000)
    network = generator()
    torch.nn.init.zeros_(network.output.weight)
    latent = LatentField(1, "mock", (), network.latent_channels, 30, 33)
    paint_mock(tmp_path / "mock.fits", network, latent, constants, COMPUTE, CARDS)
    expected = draw_field(network, latent, constants, COMPUTE, CARDS).flux
    # Every other row.
    apart = read_field(tmp_path / "mock.fits").flux - expected
    assert (np.abs(apart) < 0.08 * np.array(constants["sky_sigma"])[:, None, None]).all()


def test_the_published_recipe_paints_mocks_too(tmp_path, constants):
    torch.manual_seed(0)
    shape = {"latent_channels": 5, "widths": [8, 8, 8, 8], "layers_per_set": 1}
    network = COMPUTE.place(spatial.build(shape, {"widths": [8, 8], "packing": 2}, 3)[0]).eval()
    latent = LatentField(1, "mock", (), network.latent_channels, 3, 4)
    assert condition_maps(network, 1, 0.0, (3, 4)) is None
    paint_mock(tmp_path / "mock.fits", network, latent, constants, COMPUTE, CARDS)
    assert read_field(tmp_path / "mock.fits").flux.shape == (3, 48, 64)


def test_rows_are_read_and_written_where_they_are(tmp_path):
    flux = np.random.default_rng(0).normal(0, 1, (2, 31, 17)).astype(np.float32)
    path = tmp_path / "rows.fits"
    rows = FieldRows.create(path, (31, 17), ("F606W", "F775W"), (26.5, 25.7), WCS(naxis=2), True, {})
    for strip in rows.strips(7):
        rows.write(strip, flux[:, strip])
    np.testing.assert_array_equal(read_field(path).flux, flux)
    np.testing.assert_array_equal(FieldRows(path).read(slice(5, 19)), flux[:, 5:19])
    assert path.stat().st_size % 2880 == 0


@pytest.mark.parametrize("change", ["short", "other", "none"])
def test_a_damaged_file_is_refused(tmp_path, change):
    path = tmp_path / "rows.fits"
    FieldRows.create(path, (400, 400), ("F606W",), (26.5,), WCS(naxis=2), True, {})
    if change == "short":
        path.write_bytes(path.read_bytes()[:-200_000])
    elif change == "other":
        path.write_bytes(b"no FITS")
    else:
        path.unlink()
    with pytest.raises(InputError, match=r"rows\.fits: expected"):
        FieldRows(path)


def test_density_is_a_number_or_a_map_that_is_stretched(tmp_path):
    network = generator(conditions=["density", "depth"])
    maps = condition_maps(network, 2, -0.5, (6, 8))
    assert maps.shape == (2, 6, 8)
    np.testing.assert_allclose(maps[0], 1)
    np.testing.assert_allclose(maps[1], -0.5)
    ramp = np.linspace(0.5, 2, 4)[:, None] * np.ones(3)
    fits.writeto(tmp_path / "ramp.fits", ramp)
    found = 2 ** condition_maps(network, str(tmp_path / "ramp.fits"), 0.0, (40, 24))[0]
    assert found.shape == (40, 24)
    assert found[:5].mean() == pytest.approx(0.5, abs=0.01)
    assert found.mean() == pytest.approx(1.25, abs=0.01)
    assert (np.diff(found[:, 0]) > -1e-6).all()


def response(**columns):
    return pd.DataFrame({"told": [-1.0, 0.0, 1.0], "relative_density": [0.25, 1.0, 4.0]} | columns)


def test_a_generator_is_told_what_makes_fields_as_dense_as_asked():
    network = generator(conditions=["density"])
    # It paints four times as many sources where it is told twice as many.
    for asked, told in ((0.5, -0.5), (1, 0), (2, 0.5), (4, 1)):
        maps = condition_maps(network, asked, 0.0, (2, 3), response())
        np.testing.assert_allclose(maps, np.full((1, 2, 3), told), atol=1e-6)


def test_densities_that_cannot_be_painted_are_brought_to_the_nearest_that_can(caplog):
    asked = np.array([[-4.0, 0.0], [1.0, 3.0]])
    np.testing.assert_allclose(to_tell(asked, response()), [[-1, 0], [0.5, 1]])
    assert "50 per cent of the field is asked to be of densities beyond the 0.25 to 4 measured" in caplog.text


def test_a_response_that_falls_by_chance_is_taken_to_rise():
    told = to_tell(np.array([0.0, 1.0]), response(relative_density=[0.5, 0.4, 2.0]))
    assert (np.diff(told) > 0).all()
    assert (np.abs(told) <= 1).all()


def test_without_a_response_a_generator_is_told_what_is_asked(caplog):
    asked = np.array([-4.0, 0.0])
    np.testing.assert_array_equal(to_tell(asked, None), asked)
    assert caplog.text == ""
    np.testing.assert_array_equal(to_tell(asked, response(relative_density=[0.0, 0.0, 0.3])), asked)
    assert "told what is asked" in caplog.text


def test_a_map_of_no_densities_is_refused(tmp_path):
    network = generator(conditions=["density"])
    fits.writeto(tmp_path / "zero.fits", np.zeros((3, 3)))
    cases = {"zero": "expected an image of densities above 0", "none": "expected a FITS image"}
    for name, message in cases.items():
        with pytest.raises(InputError, match=message):
            condition_maps(network, str(tmp_path / f"{name}.fits"), 0.0, (4, 4))


def white_field(path, tile, step, size=900):
    """White noise of deviation 1 in tiles, every other of which is brighter by ``step``."""
    flux = np.random.default_rng(0).normal(0, 1, (1, size, size)).astype(np.float32)
    odd = np.arange(size) // tile % 2
    flux += step * (odd[:, None] ^ odd)
    rows = FieldRows.create(path, (size, size), ("F775W",), (25.7,), WCS(naxis=2), True, {})
    rows.write(slice(0, size), flux)
    return FieldRows(path)


def test_steps_of_a_tenth_of_the_sky_s_deviation_are_found(tmp_path):
    table = steps_at_borders(white_field(tmp_path / "steps.fits", 100, 0.2), 100)
    assert list(table["axis"]) == ["x", "y"]
    assert (table["p"] < 1e-3).all()
    assert (table["rms_borders"] > table["rms_elsewhere"]).all()


def test_no_step_is_found_in_white_noise(tmp_path):
    table = steps_at_borders(white_field(tmp_path / "white.fits", 100, 0), 100)
    assert (table["p"] > 0.01).all()
    # 8 borders of 9 tiles, either way; the average over 100 differences of white noise.
    assert table["borders"].tolist() == [72, 72]
    assert table["rms_elsewhere"].to_numpy() == pytest.approx(2**0.5 / 10, rel=0.03)


def test_no_seam_in_what_field_paints(tmp_path, constants):
    network = generator()
    tile = 16 * tile_size(network)
    latent = LatentField(1, "mock", (), network.latent_channels, 60, 60)
    paint_mock(tmp_path / "mock.fits", network, latent, constants, COMPUTE, CARDS | {"TILE": (tile, "")})
    table = steps_at_borders(FieldRows(tmp_path / "mock.fits"), tile)
    assert table["p"].min() > 0.001
