"""What single galaxies need of the loop: their batches, networks and losses."""

import dataclasses
import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from mockskies.errors import InputError
from mockskies.models import dcgan, morphology, stackgan
from mockskies.models.layers import Ramp, RampedDropout, set_epoch
from mockskies.training.batches import Batch, Images, Pairs, Votes, split
from mockskies.training.loop import Training
from mockskies.training.objectives import OBJECTIVES
from mockskies.training.precision import Compute
from mockskies.training.run import Optimiser, Run

CPU = Compute("cpu", "float32")
NONE = {"kernel": 4, "batch_norm": True, "dropout": None}
TEXT = (
    {"latent_channels": 100, "widths": [1024, 512, 256, 128], **NONE},
    {"widths": [128, 256, 512, 1024], "dropout_after": "all", **NONE},
)
DROPOUT = {"before": 0.5, "after": 0.5, "start": 0, "end": 0}
SMALL = Run(
    name="small",
    seed=7,
    model="dcgan",
    objective={"loss": "non_saturating", "label_smoothing": 0.3},
    networks={
        "generator": {"latent_channels": 5, "widths": [8, 6, 4, 4], **NONE, "dropout": DROPOUT},
        "discriminator": {"widths": [4, 4, 6, 8], "dropout_after": "all", **NONE, "dropout": DROPOUT},
    },
    optimiser=Optimiser({"generator": 1e-3, "discriminator": 1e-3}, 0.5, 0.999, halve_every=2),
    batch=4,
    epochs=4,
    snapshots=(0, 4),
    preview_every=4,
    checkpoint_seconds=0.0,
    tensorboard=False,
    sizes=(64,),
)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def galaxies():
    return torch.from_numpy(np.random.default_rng(0).integers(0, 256, (10, 3, 64, 64), np.uint8))


def convolutions(network):
    return [m for m in network.modules() if isinstance(m, torch.nn.Conv2d | torch.nn.ConvTranspose2d)]


def test_the_text_s_dcgan():
    generator, discriminator = dcgan.build(*TEXT, bands=3)
    with torch.no_grad():
        images = generator(torch.randn(2, 100, 1, 1))
        assert images.shape == (2, 3, 64, 64)
        assert images.abs().max() <= 1
        assert discriminator(images).shape == (2,)
    channels = [m.weight.shape[:2] for m in convolutions(generator)]
    assert channels == [(100, 1024), (1024, 512), (512, 256), (256, 128), (128, 3)]
    assert [m.weight.shape[0] for m in convolutions(discriminator)] == [128, 256, 512, 1024, 1]
    assert all(m.bias is None for network in (generator, discriminator) for m in convolutions(network))
    norms = [m.num_features for m in generator.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert norms == [512, 256, 128]
    deviation = torch.cat([m.weight.flatten() for m in convolutions(generator)]).std()
    assert deviation.item() == pytest.approx(0.02, rel=0.01)


@pytest.mark.parametrize(("kernel", "layers", "size"), [(6, 4, 64), (4, 5, 128)])
def test_every_kernel_and_depth_doubles_exactly(kernel, layers, size):
    widths = [8] * layers
    generator = {"latent_channels": 5, "widths": widths, **NONE, "kernel": kernel}
    discriminator = {"widths": widths, "dropout_after": "last", **NONE, "kernel": kernel}
    g, d = dcgan.build(generator, discriminator, bands=3)
    images = g(torch.randn(2, 5, 1, 1))
    assert images.shape == (2, 3, size, size)
    assert d(images).shape == (2,)


@pytest.mark.parametrize(("after", "layers"), [("all", 4), ("last", 1)])
def test_dropout_stands_where_the_run_says(after, layers):
    block = {"widths": [4, 4, 6, 8], **NONE, "dropout": DROPOUT, "dropout_after": after}
    discriminator = dcgan.build_discriminator(block, bands=3)
    assert sum(isinstance(m, RampedDropout) for m in discriminator.modules()) == layers


def test_dropout_follows_its_ramp():
    late, annealed = Ramp(0, 0.5, 200, 200), Ramp(0, 1, 0, 400)
    assert [late.at(e) for e in (0, 199, 200, 399)] == [0, 0, 0.5, 0.5]
    assert [annealed.at(e) for e in (0, 100, 400, 500)] == [0, 0.25, 1, 1]
    network = torch.nn.Sequential(RampedDropout(late))
    set_epoch(network, 250)
    assert network[0].p == 0.5


def test_stage_two_has_the_text_s_sixteen_convolutions():
    generator, discriminator = stackgan.build(
        {"width": 8, "blocks": 6, "last_width": 12},
        {"widths": [4, 4, 4, 6, 8], "dropout_after": "all", **NONE},
        bands=3,
    )
    layers = convolutions(generator)
    assert len(layers) == 16
    assert [m.kernel_size[0] for m in layers] == [4] + [3] * 15
    assert [m.out_channels for m in layers[-2:]] == [12, 3]
    assert sum(isinstance(m, torch.nn.BatchNorm2d) for m in generator.modules()) == 14
    images = generator(torch.rand(2, 3, 64, 64))
    assert images.shape == (2, 3, 128, 128)
    assert discriminator(images).shape == (2,)


def test_an_epoch_is_one_pass_and_images_are_flipped_both_ways(galaxies):
    data = Images(SMALL, galaxies)
    assert data.per_epoch == 2
    known = {}
    for row, image in enumerate(galaxies.float() / 127.5 - 1):
        for flips in ((), (1,), (2,), (1, 2)):
            known[image.flip(flips).numpy().tobytes()] = row, flips
    seen = [
        [
            known[image.contiguous().numpy().tobytes()]
            for step in (2 * e, 2 * e + 1)
            for image in data.draw(step, 0).real
        ]
        for e in range(20)
    ]
    assert all(len({row for row, _ in epoch}) == 8 for epoch in seen)
    assert len({tuple(row for row, _ in epoch) for epoch in seen}) == 20
    assert {flips for epoch in seen for _, flips in epoch} == {(), (1,), (2,), (1, 2)}


def test_pairs_are_flipped_alike(galaxies):
    large = galaxies.repeat_interleave(2, 2).repeat_interleave(2, 3)
    batch = Pairs(dataclasses.replace(SMALL, sizes=(64, 128)), galaxies, large).draw(3, 1)
    torch.testing.assert_close(F.avg_pool2d(batch.real, 2), 2 * batch.latent - 1)
    assert batch.latent.min() >= 0


def test_votes_stay_with_their_galaxies_and_a_tenth_is_held_out(galaxies):
    votes = galaxies[:, :, 32, 32].float()
    flat = galaxies[:, :, 32:33, 32:33].expand(-1, -1, 64, 64)
    run = dataclasses.replace(
        SMALL, model="morphology", networks={"classifier": {"widths": [8, 8], "groups": 2, "answers": 3}}
    )
    data = Votes(run, flat, votes)
    assert len(data.images) == 9
    batch = data.draw(1, 0)
    torch.testing.assert_close((batch.real[:, :, 0, 0] + 1) * 127.5, batch.votes)
    kept, held_out = split(7, 50)
    assert len(held_out) == 5
    assert sorted([*kept, *held_out]) == list(range(50))
    with pytest.raises(InputError, match=r"run small: expected 3 vote fractions a galaxy, got 2"):
        Votes(run, flat, votes[:, :2])


def test_the_classifier_judges_each_image_by_itself():
    (classifier,) = morphology.build({"widths": [8, 16], "groups": 4, "answers": 37}, bands=3)
    images = torch.randn(3, 3, 64, 64)
    assert classifier.features(images).shape == (3, 16)
    torch.testing.assert_close(classifier(images)[1:2], classifier(images[1:2]))


def linear_networks():
    return {"generator": lambda z: 2 * z, "discriminator": lambda x: x.flatten(1).sum(dim=1)}


def test_losses_are_equations_1_and_3_and_4():
    real, latent = torch.randn(2, 5, 3, 2, 2, dtype=torch.float64)
    networks, batch = linear_networks(), Batch(real, latent)
    judged = {"real": real.flatten(1).sum(dim=1), "fake": 2 * latent.flatten(1).sum(dim=1)}
    real_share, fake_share = torch.sigmoid(judged["real"]), torch.sigmoid(judged["fake"])
    hard = {"label_smoothing": 0}
    loss = OBJECTIVES["non_saturating"]["discriminator"](networks, batch, hard)
    torch.testing.assert_close(loss, -(real_share.log() + (1 - fake_share).log()).mean())
    loss = OBJECTIVES["non_saturating"]["generator"](networks, batch, hard)
    torch.testing.assert_close(loss, -fake_share.log().mean())
    pixel = ((real.sum(dim=1) - 2 * latent.sum(dim=1)) ** 2).mean()
    settings = {"generative": 0.001, "pixel": 1, "channels": "summed"}
    dual = OBJECTIVES["dual"]["generator"](networks, batch, settings)
    torch.testing.assert_close(dual, -0.001 * fake_share.log().mean() + pixel)
    each = OBJECTIVES["dual"]["generator"](networks, batch, settings | {"channels": "each"})
    torch.testing.assert_close(each, dual - pixel + ((real - 2 * latent) ** 2).mean())


def test_smoothed_labels_are_drawn_around_one():
    networks = {"generator": lambda z: z, "discriminator": lambda x: x[:, 0, 0, 0]}
    batch = Batch(torch.full((20000, 1, 1, 1), 2.0), torch.full((20000, 1, 1, 1), -50.0))
    loss = OBJECTIVES["non_saturating"]["discriminator"]
    hard = loss(networks, batch, {"label_smoothing": 0})
    losses = torch.stack([loss(networks, batch, {"label_smoothing": 0.3}) for _ in range(50)])
    # The loss is linear in the label, so its mean is that of hard labels and its spread the uniform's.
    assert losses.mean().item() == pytest.approx(hard.item(), abs=2e-3)
    assert losses.std().item() == pytest.approx(2 * 0.6 / 12**0.5 / 20000**0.5, rel=0.5)


def weights(state):
    return {path.name: path.read_bytes() for path in sorted((state / "weights").iterdir())}


def test_a_run_with_dropout_and_smoothing_goes_on_as_if_never_stopped(tmp_path, galaxies):
    Training(SMALL, Images(SMALL, galaxies), CPU, tmp_path / "whole").go()
    shorter = dataclasses.replace(SMALL, epochs=1)
    Training(shorter, Images(shorter, galaxies), CPU, tmp_path / "parts").go()
    resumed = Training(SMALL, Images(SMALL, galaxies), CPU, tmp_path / "parts")
    assert resumed.step == 2
    resumed.take_step()
    resumed = Training(SMALL, Images(SMALL, galaxies), CPU, tmp_path / "parts")
    resumed.go()
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")
    assert [p.name for p in (tmp_path / "whole/previews").iterdir()] == ["000004.png"]


def test_rates_are_halved_on_schedule(tmp_path, galaxies):
    Training(SMALL, Images(SMALL, galaxies), CPU, tmp_path).go()
    rows = (tmp_path / "losses.csv").read_text().splitlines()
    place = rows[0].split(",").index("rate_generator")
    assert [float(row.split(",")[place]) for row in rows[1:]] == [1e-3, 1e-3, 5e-4, 5e-4]


def test_a_batch_larger_than_the_set(galaxies):
    run = dataclasses.replace(SMALL, batch=32)
    message = "run small: a batch of 32 images is larger than the training set of 10"
    with pytest.raises(InputError, match=re.escape(message)):
        Images(run, galaxies)
