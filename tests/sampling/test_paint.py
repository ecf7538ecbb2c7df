"""Seams, receptive fields and noise."""

import numpy as np
import pytest
import torch
from torch import nn

from mockskies.models import spatial
from mockskies.sampling.paint import LatentField, paint, paint_field, tile_size
from mockskies.sampling.receptive_field import halo, layers
from mockskies.training.precision import Compute

CPU = Compute("cpu", "float32")


def generator(layers_per_set):
    torch.manual_seed(3)
    network, _ = spatial.build(
        {"latent_channels": 5, "widths": [16, 12, 8, 8], "layers_per_set": layers_per_set},
        {"widths": [4], "packing": 2},
        bands=3,
    )
    return CPU.place(network)


def chain(network):
    return layers(nn.Sequential(*network.hidden, *network.output))


@pytest.mark.parametrize("layers_per_set", [2, 3])
@pytest.mark.parametrize("tile", [1, 5, 8, None])
def test_a_tiled_field_equals_the_untiled_one(layers_per_set, tile):
    network = generator(layers_per_set)
    latent = LatentField(1, "test", (), 5, height=34, width=21)
    with torch.inference_mode():
        whole = network(torch.from_numpy(latent.window((0, 34), (0, 21)))[None])[0].numpy()
    tiled = paint_field(network, latent, CPU, tile)
    assert tiled.shape == (3, 544, 336)
    np.testing.assert_allclose(tiled, whole, rtol=0, atol=1e-6)


@pytest.mark.parametrize("layers_per_set", [2, 3])
def test_the_halo_is_what_a_disturbed_cell_reaches(layers_per_set):
    network = generator(layers_per_set).double()
    latent = torch.zeros(1, 5, 15, 15, dtype=torch.float64)
    disturbed = latent.clone()
    disturbed[0, :, 7, 7] = 1
    with torch.inference_mode():
        features = [nn.Sequential(*network.hidden, *network.output)(z) for z in (latent, disturbed)]
    changed = np.flatnonzero((features[0] != features[1])[0].any(dim=0).any(dim=0).numpy())
    reach = max(7 - changed[0] // 16, changed[-1] // 16 - 7)
    assert halo(chain(network), 16) == reach


def test_the_tile_follows_the_receptive_field():
    assert tile_size(generator(2)) < tile_size(generator(3))


def test_tiles_cover_the_field_once():
    latent = LatentField(1, "test", (), 5, height=7, width=12)
    covered = np.zeros((112, 192), int)
    for rows, columns, image in paint(generator(2), latent, CPU, tile=5):
        assert image.shape == (3, rows.stop - rows.start, columns.stop - columns.start)
        covered[rows, columns] += 1
    assert (covered == 1).all()


def test_the_noise_does_not_depend_on_how_it_is_cut():
    latent = LatentField(1, "test", (4, 2), channels=50, height=70, width=50)
    whole = latent.window((0, 70), (0, 50))
    np.testing.assert_array_equal(latent.window((13, 61), (17, 50)), whole[:, 13:61, 17:50])
    assert whole.dtype == np.float32
    assert abs(whole.mean()) < 0.01
    assert abs(whole.std() - 1) < 0.01
    other = LatentField(1, "test", (4, 3), channels=50, height=70, width=50).window((0, 70), (0, 50))
    assert abs((whole * other).mean()) < 0.01


def test_bfloat16_paints_nearly_the_same():
    network = generator(2)
    latent = LatentField(1, "test", (), 5, height=4, width=4)
    exact, mixed = (paint_field(network, latent, Compute("cpu", p)) for p in ("float32", "bfloat16"))
    assert 0 < np.abs(exact - mixed).max() < 0.02


def test_an_unknown_layer_is_named():
    with pytest.raises(TypeError, match="no receptive field is known for MaxPool2d"):
        layers(nn.Sequential(nn.MaxPool2d(2)))
