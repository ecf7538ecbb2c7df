"""Our own generator of deep fields, its scaling, its crops and its losses, each against a second way."""

import dataclasses

import numpy as np
import pytest
import torch
from field_run import DISCRIMINATOR, GENERATOR, RUN, noise
from PIL import Image
from scipy import stats
from torch.func import jacrev, vmap

from mockskies.datasets.scale import Scaling, SkyScaling, sky_mode, sky_sigma
from mockskies.errors import InputError
from mockskies.models import field
from mockskies.sampling.draw import load_generator
from mockskies.sampling.paint import LatentField, paint_field
from mockskies.training.batches import Batch
from mockskies.training.crops import random_crops
from mockskies.training.field_batches import Crops
from mockskies.training.loop import Training
from mockskies.training.objectives import OBJECTIVES, penalty_at
from mockskies.training.precision import Compute
from mockskies.training.run import Optimiser


@pytest.fixture
def generator():
    """With weights that let every part of it be seen."""
    torch.manual_seed(0)
    network, _ = field.build(GENERATOR, DISCRIMINATOR, bands=3)
    torch.nn.init.normal_(network.output.weight, 0, 0.3)
    torch.nn.init.normal_(network.light.weight, 0, 0.3)
    torch.nn.init.normal_(network.noise, 0, 1)
    return network.eval()


@torch.inference_mode()
def test_first_images_are_a_white_sky_with_points():
    torch.manual_seed(0)
    network, _ = field.build(GENERATOR, DISCRIMINATOR, bands=3)
    latent = noise(32, images=4)
    flux = torch.sinh(network(latent))
    sky = flux[flux < 0]
    assert sky.square().mean().sqrt() == pytest.approx(1, abs=0.02)
    # Without points it is white noise.
    first = sum(count * scale**2 for count, scale in network.parts[:-2])
    latent[:, first : first + network.parts[-2][1] ** 2] = -5
    sky = torch.sinh(network(latent))
    assert stats.kstest(sky.flatten()[::7].numpy(), "norm").pvalue > 0.01
    neighbours = np.corrcoef(sky[..., 1:].flatten().numpy(), sky[..., :-1].flatten().numpy())[0, 1]
    assert abs(neighbours) < 0.005


def test_points_are_as_many_as_asked_and_as_strong_as_magnitudes_are(generator):
    random = torch.Generator().manual_seed(1)
    maps = generator._points(torch.randn((1, 3, 800, 800), generator=random), torch.zeros(1, 1, 100, 100))
    there, strength, *traits = maps[0].numpy()
    assert set(np.unique(there)) == {0, 1}
    expected = 0.75 / 64 * there.size
    assert there.sum() == pytest.approx(expected, abs=4 * expected**0.5)
    assert stats.kstest(strength[there > 0], "expon").pvalue > 0.01
    assert not strength[there == 0].any()
    for trait in traits:
        assert stats.kstest(trait[there > 0], "norm").pvalue > 0.01


@torch.inference_mode()
def test_a_cell_reaches_as_far_as_its_halo_and_no_further(generator):
    latent = noise(16)
    changed = latent.clone()
    changed[:, :, 8, 8] = noise(1, seed=9)[0, :, 0, 0]
    rows, columns = torch.nonzero((generator(latent) != generator(changed)).any(dim=1)[0], as_tuple=True)
    reach = max(128 - rows.min(), rows.max() - 143, 128 - columns.min(), columns.max() - 143)
    assert 16 * (generator.halo - 1) < reach <= 16 * generator.halo


@torch.inference_mode()
def test_the_sky_is_a_torus(generator):
    latent = noise(12)
    turned = generator(latent.roll((5, 3), dims=(2, 3)))
    torch.testing.assert_close(turned, generator(latent).roll((80, 48), dims=(2, 3)), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("tile", [1, 5, 7, 27])
def test_painted_tiles_are_the_network_s_own_image(generator, tile):
    compute = Compute("cpu", "float32")
    latent = LatentField(1, "test", (), generator.latent_channels, 12, 20)
    painted = paint_field(compute.place(generator), latent, compute, tile)
    with torch.inference_mode():
        whole = generator(torch.from_numpy(latent.window((0, 12), (0, 20)))[None])[0].numpy()
    assert painted.shape == (3, 192, 320)
    np.testing.assert_allclose(painted, whole, atol=1e-4)
    assert np.ptp(whole) > 2


def test_wrapped_noise_goes_on_at_the_other_side():
    latent = LatentField(1, "test", (), 2, 20, 37)
    whole = latent.window((0, 20), (0, 37))
    rows, columns = np.arange(-45, 30) % 20, np.arange(-3, 80) % 37
    np.testing.assert_array_equal(latent.wrapped((-45, 30), (-3, 80)), whole[:, rows][:, :, columns])


@torch.inference_mode()
def test_nothing_is_brighter_than_the_brightest_real_pixel(generator):
    sky = torch.zeros(3, 80, 80)
    sky[:, 3, 5] = torch.arcsinh(torch.tensor([0.5, 1, 2]))
    generator.ceiling.copy_(Crops(RUN, sky).ceiling)
    images = generator(noise(8))
    assert images.amax(dim=(0, 2, 3)).tolist() == pytest.approx(np.arcsinh([0.5, 1, 2]).tolist())


def test_scaling_by_the_sky_goes_both_ways_and_measures_it():
    random = np.random.default_rng(0)
    flux = np.float32(3e-4 * random.standard_normal((2, 400, 400)) + 1e-4)
    flux[:, ::20, ::20] += np.float32(random.exponential(1e-2, (2, 20, 20)))
    modes = [sky_mode(band) for band in flux]
    sigmas = [sky_sigma(band, mode) for band, mode in zip(flux, modes, strict=True)]
    assert sigmas == pytest.approx([3e-4, 3e-4], rel=0.02)
    constants = {"sky_mode": modes, "sky_sigma": sigmas, "minimum": [-1e-3, -1e-3], "maximum": [0.1, 0.1]}
    scaling = SkyScaling.of(constants)
    scaled = scaling.apply(flux)
    assert scaled.dtype == np.float32
    assert np.median(scaled) == pytest.approx(0, abs=0.05)
    np.testing.assert_allclose(scaling.invert(scaled), flux, rtol=1e-4, atol=1e-8)
    linear = Scaling.of(constants)
    np.testing.assert_allclose(linear.invert(linear.apply(flux)), flux, atol=1e-7)


def test_no_crop_touches_the_quadrant_held_out():
    rows, columns = np.mgrid[:60, :80].astype(np.float32)
    sky = torch.from_numpy(np.stack([rows, columns]))
    random = torch.Generator().manual_seed(0)
    crops = random_crops(sky, 3000, 20, random, hold_out=True)
    highest_row, highest_column = crops[:, 0].amax(dim=(1, 2)), crops[:, 1].amax(dim=(1, 2))
    assert ((highest_row < 30) | (highest_column < 40)).all()
    # All else is seen.
    seen = {(int(y), int(x)) for y, x in zip(highest_row, highest_column, strict=True)}
    assert {y for y, _ in seen} == set(range(19, 60))
    assert {x for _, x in seen} == set(range(19, 80))


def test_half_of_the_crops_are_turned():
    rows, columns = np.mgrid[:40, :40].astype(np.float32)
    sky = torch.from_numpy(np.stack([rows, columns]))
    crops = random_crops(sky, 1000, 16, torch.Generator().manual_seed(0), turn=True)
    turned = crops[:, 0, 0, 0] == crops[:, 0, 1, 0]
    assert turned.float().mean() == pytest.approx(0.5, abs=0.06)
    steps = (crops[:, 0, 0, 1] - crops[:, 0, 0, 0]).abs()
    assert steps[turned].eq(1).all()
    assert steps[~turned].eq(0).all()


def test_crops_larger_than_a_quadrant_are_refused():
    with pytest.raises(InputError) as error:
        Crops(RUN, torch.zeros(3, 62, 80))
    message = "run small: crops of 32 px are larger than a quadrant of the training field, 80 x 62 px"
    assert str(error.value) == message
    Crops(dataclasses.replace(RUN, hold_out=False), torch.zeros(3, 62, 80))


def test_pairing_losses_and_penalties_are_those_of_their_papers():
    torch.manual_seed(2)
    real, generated = torch.randn(2, 6, 1, 2, 2, dtype=torch.float64)
    weights = torch.randn(2, 2, dtype=torch.float64, requires_grad=True)

    def judge(image):
        return (weights * image[0] ** 2).sum()

    def discriminator(images):
        return torch.stack([judge(image) for image in images])

    networks = {"discriminator": discriminator}
    settings = {"penalty": 0.3, "penalty_end": 0.03, "penalty_fall": [1, 3], "penalty_every": 4, "peaks": 0}
    losses = OBJECTIVES["relativistic_pairing"]
    batch = Batch(real, generated=generated)
    c_real, c_fake = discriminator(real), discriminator(generated)
    pairing = -torch.log(torch.sigmoid(c_real - c_fake)).mean()
    unpenalised = losses["discriminator"](networks, dataclasses.replace(batch, step=1), settings)
    torch.testing.assert_close(unpenalised, pairing)
    generator_loss = losses["generator"](networks, batch, settings)
    torch.testing.assert_close(generator_loss, -torch.log(torch.sigmoid(c_fake - c_real)).mean())
    # R1 + R2, half of gamma each, on every fourth step four times as much.
    slopes = vmap(jacrev(judge))
    penalty = sum(slopes(images).square().sum(dim=(1, 2, 3)).mean() for images in (real, generated))
    penalised = losses["discriminator"](networks, dataclasses.replace(batch, step=8), settings)
    torch.testing.assert_close(penalised, pairing + 4 * 0.3 / 2 * penalty)
    # Its weight falls by equal factors an epoch.
    assert [penalty_at(epoch, settings) for epoch in range(5)] == pytest.approx(
        [0.3, 0.3, 0.3 / 10**0.5, 0.03, 0.03]
    )
    (gradient,) = torch.autograd.grad(penalised, weights)
    assert gradient.abs().max() > 0


def test_both_networks_take_their_turns_at_what_was_painted_once(tmp_path):
    """One step is one batch drawn and one pass of the generator, whose weights learn from the second turn."""
    sky = torch.from_numpy(np.random.default_rng(0).normal(0, 1, (3, 80, 80)).astype(np.float32))
    run = dataclasses.replace(RUN, accumulate=2, batches_per_epoch=4)
    training = Training(run, Crops(run, sky), Compute("cpu", "float32"), tmp_path)
    drawn, painted = [], []
    draw, forward = training.data.draw, training.forward["generator"]
    training.data.draw = lambda *numbers: drawn.append(numbers) or draw(*numbers)
    training.forward["generator"] = lambda latent: painted.append(latent) or forward(latent)
    before = [weights.clone() for weights in training.networks["generator"].parameters()]
    training.take_step()
    training.take_step()
    assert drawn == [(0, 0), (1, 0), (2, 0), (3, 0)]
    assert len(painted) == 4
    after = training.networks["generator"].parameters()
    assert all((old != new).any() for old, new in zip(before, after, strict=True))


def test_rates_fall_in_a_line_to_a_twentieth():
    optimiser = Optimiser.from_block({"generator_rate": 4e-3, "beta1": 0, "beta2": 0.99, "fall": [10, 30]})
    rates = [optimiser.rate("generator", epoch) / 4e-3 for epoch in (0, 10, 20, 30, 99)]
    assert rates == pytest.approx([1, 1, 0.525, 0.05, 0.05])


def test_a_training_paints_and_goes_on_where_it_was_stopped(tmp_path):
    """A whole one, and one in two sittings: the same weights, with the brightest real pixel among them."""
    sky = torch.from_numpy(np.random.default_rng(0).normal(0, 1, (3, 80, 80)).astype(np.float32))
    compute = Compute("cpu", "float32")
    run = dataclasses.replace(RUN, snapshots=(1,))
    Training(run, Crops(run, sky), compute, tmp_path / "whole").go()
    begun = Training(run, Crops(run, sky), compute, tmp_path / "begun")
    begun.take_step()
    begun._save()
    Training(run, Crops(run, sky), compute, tmp_path / "begun").go()
    files = [tmp_path / name / "weights/000001.safetensors" for name in ("whole", "begun")]
    assert files[0].read_bytes() == files[1].read_bytes()
    network, _ = load_generator(files[0], compute)
    assert network.ceiling.flatten().tolist() == pytest.approx(sky.amax(dim=(1, 2)).tolist())
    with Image.open(tmp_path / "whole/previews/000001.png") as preview:
        assert preview.size == (256, 256)


def test_parts_of_an_image_are_judged_one_by_one():
    _, discriminator = field.build(GENERATOR, DISCRIMINATOR, bands=3)
    assert discriminator(torch.randn(2, 3, 48, 64)).shape == (2, 3, 4)
