"""What a conditioned run is told: density and depth, in networks, in crops, and in what is painted."""

import dataclasses

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from astropy.table import Table
from field_run import DISCRIMINATOR, GENERATOR, RUN, noise
from scipy.ndimage import gaussian_filter

from mockskies.datasets.density import SMOOTHING, density_map
from mockskies.errors import InputError
from mockskies.models import field
from mockskies.sampling.paint import LatentField, paint_field
from mockskies.training.data import load_batches
from mockskies.training.field_batches import ConditionedCrops
from mockskies.training.loop import Training
from mockskies.training.precision import Compute
from mockskies.training.shallower import noise_kernel, shallower

CONDITIONED = GENERATOR | {"conditions": ["density", "depth"]}
TOLD = dataclasses.replace(RUN, networks={"generator": CONDITIONED, "discriminator": DISCRIMINATOR})


@pytest.fixture
def generator():
    torch.manual_seed(0)
    network, _ = field.build(CONDITIONED, DISCRIMINATOR, bands=3)
    return network.eval()


def told(density, depth, cells, images=1):
    maps = torch.tensor([np.log2(density), depth], dtype=torch.float32)[None, :, None, None]
    return maps.expand(images, 2, cells, cells)


def correlated(seed, bands=3, side=512):
    """Noise of deviation 1 whose neighbours correlate, more so from band to band."""
    white = np.random.default_rng(seed).standard_normal((bands, side, side))
    smooth = np.stack([gaussian_filter(w, 0.4 + 0.2 * i, mode="wrap") for i, w in enumerate(white)])
    return torch.from_numpy(smooth / smooth.std(axis=(1, 2), keepdims=True)).float()


@pytest.mark.parametrize("density", [0.5, 1, 2])
def test_there_are_as_many_points_as_the_density_asks_for(generator, density):
    random = torch.Generator().manual_seed(1)
    white = torch.randn((1, 3, 800, 800), generator=random)
    there = generator._points(white, torch.full((1, 1, 100, 100), np.log2(density)))[0, 0]
    expected = 0.75 * density / 64 * there.numel()
    assert there.sum().item() == pytest.approx(expected, abs=4 * expected**0.5)


@torch.inference_mode()
@pytest.mark.parametrize("depth", [-1.0, 0.0, 0.75])
def test_the_sky_is_as_deep_as_asked(generator, depth):
    flux = torch.sinh(generator(torch.cat([noise(16, images=2), told(1, depth, 16, 2)], dim=1)))
    sky = flux[flux < 0]
    assert sky.square().mean().sqrt() == pytest.approx(10 ** (-0.4 * depth), rel=0.02)


@torch.inference_mode()
def test_every_layer_and_the_discriminator_are_told(generator):
    torch.nn.init.normal_(generator.output.weight, 0, 0.3)
    latent = noise(8)
    latent[:, -3 * 256 :] = 0  # no noise in the sky's pixels, so that depth is seen in features alone
    images = [generator(torch.cat([latent, told(1, depth, 8)], dim=1)) for depth in (0, -1)]
    assert (images[0] - images[1]).abs().max() > 0.01
    _, discriminator = field.build(CONDITIONED, DISCRIMINATOR, bands=3)
    assert discriminator(torch.randn(2, 5, 32, 32)).shape == (2, 2, 2)


def test_a_painted_map_of_density_is_the_network_s_own_image(generator):
    compute = Compute("cpu", "float32")
    maps = np.random.default_rng(0).normal(0, 1, (2, 12, 14)).astype(np.float32)
    latent = LatentField(1, "test", (), generator.latent_channels, 12, 14, maps)
    painted = paint_field(compute.place(generator), latent, compute, tile=5)
    whole = torch.from_numpy(np.concatenate([latent.window((0, 12), (0, 14)), maps]))[None]
    with torch.inference_mode():
        np.testing.assert_allclose(painted, generator(whole)[0].numpy(), atol=1e-4)
    # Nothing asked for is the training field's own.
    plain, zeros = (dataclasses.replace(latent, conditions=c) for c in (None, np.zeros_like(maps)))
    np.testing.assert_array_equal(*(paint_field(generator, x, compute, tile=5) for x in (plain, zeros)))


def test_crops_are_told_their_own_density():
    """The field's first band is its density: whatever way a crop is turned, both are cut alike."""
    density = torch.from_numpy(gaussian_filter(np.random.default_rng(0).normal(0, 9, (160, 160)), 8)).float()
    sky = torch.stack([density, density * 0, density * 0])
    run = dataclasses.replace(TOLD, networks={"generator": CONDITIONED | {"conditions": ["density"]}})
    crops = ConditionedCrops(run, sky, density)
    assert crops.bands == 3
    batch = crops.draw(0, 0)
    assert batch.real.shape == (4, 3, 32, 32)
    assert batch.conditions.shape == (4, 1, 32, 32)
    cells = F.avg_pool2d(batch.real[:, :1], 16)
    torch.testing.assert_close(batch.latent[:, -1:], cells)
    torch.testing.assert_close(batch.conditions, cells.repeat_interleave(16, 2).repeat_interleave(16, 3))


def test_crops_are_as_shallow_as_they_are_told():
    sky = torch.asinh(correlated(1))
    run = dataclasses.replace(TOLD, batch=64, crops=(64,), hold_out=False)
    crops = ConditionedCrops(run, sky, torch.zeros(512, 512))
    # Not cut at the brightest pixel, which would hide some of the noise.
    crops.ceiling = crops.ceiling + 5
    batch = crops.draw(3, 0)
    depth = batch.conditions[:, 1, 0, 0]
    assert (depth == 0).float().mean() == pytest.approx(0.5, abs=0.2)
    assert depth.min() > -1.5
    measured = torch.sinh(batch.real).std(dim=(1, 2, 3))
    np.testing.assert_allclose(measured, 10 ** (-0.4 * depth), rtol=0.06)


def test_added_noise_correlates_as_the_field_s_own():
    sky = correlated(2)
    kernel = noise_kernel(torch.asinh(sky))
    torch.testing.assert_close(kernel.square().sum(dim=(1, 2, 3)), torch.ones(3))
    random = torch.Generator().manual_seed(0)
    empty = torch.zeros(1, 3, 512, 512)
    added = torch.sinh(shallower(empty, torch.tensor([-1.0]), kernel, random))[0]
    added = added / added.std(dim=(1, 2), keepdim=True)
    for y, x in ((0, 1), (1, 0), (1, 1), (0, 2)):
        expected, found = ((m * m.roll((y, x), (1, 2))).mean(dim=(1, 2)) for m in (sky, added))
        torch.testing.assert_close(found, expected, atol=0.02, rtol=0)


def test_sources_do_not_count_as_noise():
    sky = correlated(2)
    bright = sky.clone()
    bright[:, 100:104, 100:104] += 500
    kernels = [noise_kernel(torch.asinh(flux)) for flux in (sky, bright)]
    torch.testing.assert_close(*kernels, atol=0.02, rtol=0)


def test_density_is_relative_to_the_mean_and_follows_the_sources():
    random = np.random.default_rng(0)
    size = 800
    x = np.where(random.random(6000) < 2 / 3, random.uniform(1, 400, 6000), random.uniform(400, 800, 6000))
    sources = Table({"X_IMAGE": x, "Y_IMAGE": random.uniform(1, size, 6000)})
    density = 2.0 ** density_map(sources, size)
    margin = int(2.5 * SMOOTHING)
    assert density.shape == (size, size)
    assert density[:, : 400 - margin].mean() == pytest.approx(4 / 3, rel=0.05)
    assert density[:, 400 + margin :].mean() == pytest.approx(2 / 3, rel=0.05)
    # Edges are not emptier than the middle.
    assert density[:20, : 400 - margin].mean() == pytest.approx(4 / 3, rel=0.15)


def test_a_conditioned_training_learns_from_every_weight(tmp_path):
    sky = torch.asinh(correlated(0, side=96))
    training = Training(
        TOLD, ConditionedCrops(TOLD, sky, torch.rand(96, 96)), Compute("cpu", "float32"), tmp_path
    )
    before = {n: [w.clone() for w in net.parameters()] for n, net in training.networks.items()}
    training.take_step()
    training.take_step()
    for name, network in training.networks.items():
        assert all((old != new).any() for old, new in zip(before[name], network.parameters(), strict=True))
    training._preview(1)
    assert (tmp_path / "previews/000001.png").exists()


def test_a_density_of_another_size_is_refused(tmp_path):
    constants = '{"bands": ["a", "b", "c"], "size": 80, "sha256": "0"}'
    np.save(tmp_path / "sky.npy", np.zeros((3, 80, 80), np.float32))
    (tmp_path / "sky.json").write_text(constants)
    np.save(tmp_path / "density.npy", np.zeros((70, 80), np.float32))
    with pytest.raises(InputError) as error:
        load_batches(TOLD, [tmp_path / "sky.npy"], [tmp_path / "density.npy"], "cpu")
    expected = "expected a density for each pixel, float32 of (80, 80), found float32 of (70, 80)"
    assert str(error.value) == f"{tmp_path / 'density.npy'}: {expected}"
    (tmp_path / "density.npy").write_bytes(b"nothing")
    with pytest.raises(InputError, match="expected a map of density, but reading it failed"):
        load_batches(TOLD, [tmp_path / "sky.npy"], [tmp_path / "density.npy"], "cpu")
