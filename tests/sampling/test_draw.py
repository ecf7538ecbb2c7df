"""From weights to calibrated FITS fields, through the rule's own script."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from astropy.wcs import WCS

from mockskies.datasets.field import read_field
from mockskies.datasets.scale import Scaling, sky_mode
from mockskies.errors import InputError
from mockskies.models import spatial
from mockskies.sampling.draw import load_generator, tangent_plane
from mockskies.sampling.paint import LatentField, paint_field
from mockskies.training.precision import Compute
from mockskies.training.weights import network_tensors, save_tensors

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow/scripts/sampling"))
import draw_evolution
import draw_field
import time_painting

CPU = Compute("cpu", "float32")
BLOCKS = {
    "model": "spatial",
    "generator": {"latent_channels": 5, "widths": [8, 8, 6, 4], "layers_per_set": 2},
    "discriminator": {"widths": [4], "packing": 2},
}
BANDS = ["F606W", "F775W", "F814W"]


@pytest.fixture
def constants():
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = "RA---TAN", "DEC--TAN"
    wcs.wcs.crval = 53.16, -27.79
    wcs.wcs.crpix = 10, 300
    wcs.wcs.cd = np.array([[-np.cos(0.7), np.sin(0.7)], [np.sin(0.7), np.cos(0.7)]]) * 0.06 / 3600
    return {
        "bands": BANDS,
        "zero_points": [26.51, 25.69, 25.94],
        "minimum": [-0.005, -0.003, -0.011],
        "maximum": [0.5, 0.4, 0.6],
        "size": 64,
        "simulated": True,
        "wcs": wcs.to_header_string(),
    }


@pytest.fixture
def trained(tmp_path, constants):
    """A training array with its constants, and weights of two epochs."""
    np.save(tmp_path / "training.npy", np.zeros((3, 64, 64), np.float32))
    (tmp_path / "training.json").write_text(json.dumps(constants))
    for epoch in (0, 4):
        torch.manual_seed(epoch)
        network, _ = spatial.build(BLOCKS["generator"], BLOCKS["discriminator"], bands=3)
        settings = {"architecture": BLOCKS, "run": "small", "epoch": epoch, "step": 30 * epoch, "bands": 3}
        save_tensors(
            tmp_path / "weights" / f"{epoch:06d}.safetensors", network_tensors("generator", network), settings
        )
    return {"weights": tmp_path / "weights", "array": [tmp_path / "training.npy"]}


def test_a_field_is_the_painting_in_electrons_with_its_sky_at_zero(tmp_path, trained, constants, namespace):
    draw_field.main(
        namespace(
            input=trained,
            output={"field": tmp_path / "field.fits"},
            params={"seed": 9, "size": 6, "precision": "float32"},
            wildcards={"run": "small", "epoch": "000004", "index": "1"},
        )
    )
    field = read_field(tmp_path / "field.fits")
    assert field.bands == tuple(BANDS)
    assert field.zero_points == (26.51, 25.69, 25.94)
    assert field.simulated
    assert field.cards["STEPS"][0] == 120
    assert (field.cards["RUN"][0], field.cards["EPOCH"][0], field.cards["INDEX"][0]) == ("small", 4, 1)
    generator, _ = load_generator(trained["weights"] / "000004.safetensors", CPU)
    scaled = paint_field(generator, LatentField(9, "small: fields", (4, 1), 5, 6, 6), CPU)
    flux = Scaling(tuple(constants["minimum"]), tuple(constants["maximum"])).invert(scaled)
    for drawn, expected in zip(field.flux, flux, strict=True):
        np.testing.assert_allclose(drawn, expected - sky_mode(expected), atol=1e-6)
        assert abs(sky_mode(drawn)) < 0.02 * drawn.std()


def test_coordinates_keep_scale_and_orientation_and_share_the_centre(constants):
    source = WCS(constants["wcs"])
    wcs = tangent_plane(constants, LatentField(0, "", (), 5, height=10, width=20))
    middle = wcs.all_pix2world([[160.5, 80.5]], 1)
    np.testing.assert_allclose(middle, source.all_pix2world([[32.5, 32.5]], 1), atol=1e-9)
    np.testing.assert_allclose(wcs.pixel_scale_matrix, source.pixel_scale_matrix, rtol=1e-6)


def test_evolution_holds_one_latent_and_every_milestone(tmp_path, trained, namespace):
    from astropy.io import fits

    draw_evolution.main(
        namespace(
            input=trained,
            output={"evolution": tmp_path / "evolution.fits"},
            params={"seed": 9, "size": 64, "precision": "float32", "milestones": [0, 4]},
            wildcards={"run": "small"},
        )
    )
    with fits.open(tmp_path / "evolution.fits") as hdus:
        assert hdus["LATENT"].data.shape == (5, 4, 4)
        assert hdus["IMAGES"].data.shape == (2, 3, 64, 64)
        assert hdus["EPOCHS"].data["EPOCH"].tolist() == [0, 4]
        assert hdus["EPOCHS"].data["STEP"].tolist() == [0, 120]
        assert not np.array_equal(hdus["IMAGES"].data[0], hdus["IMAGES"].data[1])


def test_timing_says_what_was_timed(tmp_path, trained, namespace):
    time_painting.main(
        namespace(
            input=trained,
            output={"timing": tmp_path / "timing.json"},
            params={"epoch": 4, "size": 20, "precision": "float32"},
            wildcards={"run": "small"},
        )
    )
    timing = json.loads((tmp_path / "timing.json").read_text())
    assert timing["pixels"] == 320**2
    assert timing["nanoseconds_per_pixel"] == pytest.approx(1e9 * timing["seconds_per_field"] / 320**2)
    assert timing["precision"] == "float32"


def test_weights_that_are_not_what_they_say_are_refused(tmp_path):
    network, _ = spatial.build(BLOCKS["generator"] | {"latent_channels": 6}, BLOCKS["discriminator"], bands=3)
    path = tmp_path / "w.safetensors"
    save_tensors(path, network_tensors("generator", network), {"architecture": BLOCKS, "bands": 3})
    with pytest.raises(InputError) as error:
        load_generator(path, CPU)
    assert str(error.value) == (
        f"{path}: weights of another architecture: generator.hidden.0.weight: "
        "expected shape (5, 8, 4, 4), got (6, 8, 4, 4)"
    )
