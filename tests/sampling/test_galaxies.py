"""Galaxies drawn and enlarged: the same whatever their number, and as 8-bit images."""

import json

import numpy as np
import pytest
import torch

from mockskies.datasets.galaxies import read_galaxies, write_galaxies
from mockskies.measurement.embedding import embed
from mockskies.models import dcgan, morphology, stackgan
from mockskies.sampling.draw import load_generator, load_kept
from mockskies.sampling.galaxies import draw_galaxies, enlarge
from mockskies.training.precision import Compute
from mockskies.training.weights import network_tensors, save_tensors

CPU = Compute("cpu", "float32")
NONE = {"kernel": 4, "batch_norm": True, "dropout": None}
DISCRIMINATOR = {"widths": [4, 4, 4, 4], "dropout_after": "all", **NONE}
GENERATOR = {"latent_channels": 5, "widths": [8, 6, 4, 4], **NONE}


@pytest.fixture
def generator():
    torch.manual_seed(0)
    network, _ = dcgan.build(GENERATOR, DISCRIMINATOR, bands=3)
    network(torch.randn(32, 5, 1, 1))  # so that the running means are not those of the start
    return network


def test_the_first_galaxies_are_the_same_however_many_are_drawn(generator):
    generator.eval()
    few, many = (np.concatenate(list(draw_galaxies(generator, 5, n, 1, "run", CPU))) for n in (10, 100))
    assert few.shape == (10, 3, 64, 64)
    assert few.dtype == np.uint8
    assert len(many) == 100
    assert np.abs(few.astype(int) - many[:10]).max() <= 1  # a batch of another size rounds otherwise
    other = next(draw_galaxies(generator, 5, 10, 2, "run", CPU))
    assert (other != few).any()


def test_generation_uses_the_running_means_and_drops_nothing(tmp_path, generator):
    block = GENERATOR | {"dropout": {"before": 0.5, "after": 0.5, "start": 0, "end": 0}}
    network, _ = dcgan.build(block, DISCRIMINATOR, bands=3)
    network(torch.randn(32, 5, 1, 1))
    settings = {
        "architecture": {"model": "dcgan", "generator": block, "discriminator": DISCRIMINATOR},
        "bands": 3,
    }
    save_tensors(tmp_path / "w.safetensors", network_tensors("generator", network), settings)
    loaded, _ = load_generator(tmp_path / "w.safetensors", CPU)
    latent = torch.randn(3, 5, 1, 1)
    with torch.no_grad():
        torch.testing.assert_close(loaded(latent), network.eval()(latent))
        torch.testing.assert_close(loaded(latent)[:1], loaded(latent[:1]))


def test_enlarged_galaxies_have_twice_the_size():
    generator, _ = stackgan.build(
        {"width": 4, "blocks": 1, "last_width": 4},
        {"widths": [4, 4, 4, 4, 4], "dropout_after": "all", **NONE},
        bands=3,
    )
    images = np.random.default_rng(0).integers(0, 256, (70, 3, 64, 64), np.uint8)
    large = np.concatenate(list(enlarge(generator.eval(), images, CPU)))
    assert large.shape == (70, 3, 128, 128)
    assert large.dtype == np.uint8


def test_levels_are_those_of_an_image(tmp_path):
    class Constant(torch.nn.Module):
        def forward(self, latent):
            return latent.new_tensor([-1, 0, 1]).reshape(1, 3, 1, 1).expand(len(latent), 3, 64, 64)

    blocks = list(draw_galaxies(Constant(), 5, 3, 1, "run", CPU))
    assert blocks[0][0, :, 0, 0].tolist() == [0, 128, 255]
    write_galaxies(tmp_path / "images.npy", 3, 64, blocks, {"simulated": True, "run": "run"})
    images, about = read_galaxies(tmp_path / "images.npy")
    assert images.shape == (3, 3, 64, 64)
    assert about["simulated"]
    assert json.loads((tmp_path / "images.json").read_text()) == about


def test_features_of_larger_images_are_those_of_their_average(tmp_path):
    block = {"widths": [8, 16], "groups": 4, "answers": 3}
    (classifier,) = morphology.build(block, bands=3)
    settings = {"architecture": {"model": "morphology", "classifier": block}, "bands": 3}
    save_tensors(tmp_path / "w.safetensors", network_tensors("classifier", classifier), settings)
    loaded, _ = load_kept(tmp_path / "w.safetensors", "classifier", CPU)
    images = np.random.default_rng(0).integers(0, 256, (5, 3, 64, 64), np.uint8)
    features, votes = embed(loaded, images, 64, CPU)
    assert features.shape == (5, 16)
    assert votes.shape == (5, 3)
    assert ((votes > 0) & (votes < 1)).all()
    large = images.repeat(2, axis=2).repeat(2, axis=3)
    np.testing.assert_allclose(embed(loaded, large, 64, CPU)[0], features, atol=1e-5)
