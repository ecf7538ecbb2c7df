"""Lightweight GAN: its networks, its losses, and what it needs of the loop."""

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml
from torch import nn

from mockskies.errors import InputError
from mockskies.models import lightweight
from mockskies.models.attention import AttentionSettings, LinearAttention
from mockskies.models.doubling import DoublingConvolution, Gate
from mockskies.randomness import integer_seed
from mockskies.sampling.draw import load_generator
from mockskies.sampling.galaxies import draw_galaxies
from mockskies.training.average import AverageSettings
from mockskies.training.batches import Batch, Images
from mockskies.training.colours import Colours
from mockskies.training.loop import Training
from mockskies.training.objectives import OBJECTIVES, gradient_penalty
from mockskies.training.precision import Compute
from mockskies.training.run import Optimiser, Run
from mockskies.training.weights import load_tensors

CPU = Compute("cpu", "float32")
RUNS = yaml.safe_load((Path(__file__).resolve().parents[2] / "config/runs.yaml").read_text())["runs"]
ATTENTION = {"sizes": [32], "heads": 2, "channels": 3}
HINGE = {"loss": "hinge", "penalty": 10, "penalty_every": 4, "colour": 0.25}


def blocks(size=64, excitations=((8, 64),)):
    doublings = {64: 4, 128: 5, 256: 6}[size]
    generator = {
        "latent_channels": 5,
        "widths": [6] + [4] * doublings,
        "excitations": [list(pair) for pair in excitations],
        "attention": ATTENTION,
    }
    discriminator = {"widths": [8] * (doublings - 1), "small_widths": [4, 3], "attention": ATTENTION}
    return {"generator": generator, "discriminator": discriminator}


SMALL = Run(
    name="small",
    seed=7,
    model="lightweight",
    objective=HINGE,
    networks=blocks(),
    optimiser=Optimiser({"generator": 1e-3, "discriminator": 1e-3}, 0.5, 0.9),
    batch=2,
    epochs=3,
    snapshots=(0, 3),
    preview_every=3,
    checkpoint_seconds=0.0,
    tensorboard=False,
    sizes=(64,),
    accumulate=2,
    average=AverageSettings(decay=0.75, every=2, start=2),
    flips=False,
)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def galaxies():
    return torch.from_numpy(np.random.default_rng(0).integers(0, 256, (11, 3, 64, 64), np.uint8))


@pytest.fixture
def networks():
    torch.manual_seed(0)
    return dict(zip(("generator", "discriminator"), lightweight.build(**blocks(), bands=3), strict=True))


def start(run, galaxies, state):
    return Training(run, Images(run, galaxies), CPU, state)


def images(count=2, size=64, seed=1):
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def copies(network):
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


@pytest.mark.parametrize("size", [64, 128, 256])
def test_shapes_at_every_size(size):
    generator, discriminator = lightweight.build(**blocks(size), bands=3)
    assert lightweight.latent_shape(blocks(size)["generator"], 2, size, 3) == (2, 5, 1, 1)
    with torch.no_grad():
        painted = generator(torch.randn(2, 5, 1, 1))
        assert painted.shape == (2, 3, size, size)
        parts, whole = discriminator(painted)
        assert (parts.shape, whole.shape) == ((2, 25), (2, 1))
        before, last = discriminator._features(painted)
        assert (before.shape[2:], last.shape[2:]) == ((16, 16), (8, 8))
        # A picture is no larger than what it is compared with.
        assert discriminator.whole(last).shape == (2, 3, min(size, 128), min(size, 128))
        quarter = lightweight.quarter_of(before, 3)
        assert discriminator.quarter(quarter).shape == (2, 3, min(size // 2, 128), min(size // 2, 128))


@pytest.mark.parametrize(
    ("run", "generator", "discriminator"),
    [("coccomini2021_bodies", 12830116, 9943784), ("coccomini2021_galaxies", 12871221, 9986280)],
)
def test_the_published_networks_have_the_package_s_numbers_of_parameters(run, generator, discriminator):
    """As lightweight-gan 0.20.5 counts them, which at these sizes has one decoder fewer."""
    base = RUNS["coccomini2021_bodies"]
    settings = [base[name] | RUNS[run][name] for name in ("generator", "discriminator")]
    with torch.device("meta"):
        g, d = lightweight.build(*settings, bands=3)
    counts = [sum(p.numel() for p in network.parameters()) for network in (g, d, d.quarter)]
    assert (counts[0], counts[1] - counts[2]) == (generator, discriminator)


def test_a_doubling_and_its_convolution_are_one_layer():
    torch.manual_seed(0)
    layer = DoublingConvolution(3, 5).double()
    small = torch.randn(2, 3, 6, 7, dtype=torch.float64, requires_grad=True)
    expected = F.conv2d(F.interpolate(small, scale_factor=2), layer.weight, layer.bias, padding=1)
    torch.testing.assert_close(layer(small), expected)
    weights = small, layer.weight, layer.bias
    slopes = [torch.autograd.grad(output.square().sum(), weights) for output in (layer(small), expected)]
    torch.testing.assert_close(*slopes)
    # The sums are no weights: files hold those of the convolution.
    assert list(layer.state_dict()) == ["weight", "bias"]


def test_a_gate_halves_the_channels():
    features = torch.randn(2, 6, 4, 5)
    torch.testing.assert_close(Gate()(features), F.glu(features, dim=1))


def test_attention_is_its_sum_over_all_pixels():
    torch.manual_seed(0)
    layer = LinearAttention(4, AttentionSettings((32,), heads=2, channels=3)).double()
    features = torch.randn(2, 4, 5, 6, dtype=torch.float64)
    normal = F.layer_norm(features.movedim(1, 3), (4,))
    around = F.conv2d(normal.movedim(3, 1), layer.around.weight, padding=1, groups=4).movedim(1, 3)
    queries = layer.query(normal).view(2, 30, 2, 3).softmax(dim=3)
    keys, values = layer.key_value(around).view(2, 30, 2, 2, 3).unbind(dim=2)
    found = torch.einsum("nphc,nqhc,nqhd->nphd", queries, keys.softmax(dim=1), values) / 3**0.5
    expected = features + layer.output(F.gelu(found).reshape(2, 5, 6, 6)).movedim(3, 1)
    torch.testing.assert_close(layer(features), expected)


@pytest.mark.parametrize("size", [64, 128])
def test_features_attend_to_themselves_at_32_px_only(size):
    generator, discriminator = lightweight.build(**blocks(size), bands=3)
    seen = {"generator": [], "discriminator": [], "small": []}
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        for path, module in network.named_modules():
            if isinstance(module, LinearAttention):
                place = seen["small" if path.startswith("small") else name]
                module.register_forward_hook(lambda m, i, output, place=place: place.append(output.shape[2]))
    with torch.no_grad():
        discriminator(generator(torch.randn(1, 5, 1, 1)))
    assert seen == {"generator": [32], "discriminator": [32], "small": [32, 16]}


class Cut(nn.Module):
    """Lets nothing back."""

    def forward(self, features):
        return features.detach()


def slope_of_small_features(size, excitations, small):
    """Of an image, with the way through the layers cut behind the features of ``small`` px."""
    generator, _ = lightweight.build(**blocks(size, excitations), bands=3)
    seen = []
    generator.doublings[str(small)].register_forward_hook(lambda m, i, output: seen.append(output))
    generator.doublings[str(2 * small)].insert(0, Cut())
    painted = generator(torch.randn(2, 5, 1, 1))
    return torch.autograd.grad(painted.sum(), seen[0], allow_unused=True)[0]


def test_excitations_lead_from_small_features_to_large_ones():
    pairs = [(16, 128), (32, 256)]
    for small, _ in pairs:
        assert slope_of_small_features(256, pairs, small).abs().sum() > 0
    assert slope_of_small_features(64, [(8, 64)], 8).abs().sum() > 0
    assert slope_of_small_features(128, [(16, 128)], 8) is None


def test_an_excitation_scales_channels_by_a_factor_of_its_own_for_each(networks):
    excitation = networks["generator"].excitations["64"]
    factors = excitation(torch.randn(3, 4, 8, 8))
    assert factors.shape == (3, 4, 1, 1)
    assert 0 < factors.min() < factors.max() < 1
    assert excitation.factors[0].out_features == 3


def test_quarters_go_by_rows():
    image = torch.arange(16.0).view(1, 1, 4, 4)
    corners = [lightweight.quarter_of(image, quarter)[0, 0, 0, 0].item() for quarter in range(4)]
    assert corners == [0, 2, 8, 10]


@pytest.mark.parametrize("quarter", range(4))
def test_decoders_are_compared_with_what_they_saw(networks, quarter):
    discriminator, real = networks["discriminator"], images()
    logits, error = discriminator.judge(real, quarter)
    torch.testing.assert_close(logits, discriminator(real))
    levels = (real + 1) / 2
    before, last = discriminator._features(levels)
    y, x = divmod(quarter, 2)
    part = before[:, :, 8 * y : 8 * y + 8, 8 * x : 8 * x + 8]
    part_of_image = levels[:, :, 32 * y : 32 * y + 32, 32 * x : 32 * x + 32]
    expected = F.mse_loss(discriminator.whole(last), levels)
    expected += F.mse_loss(discriminator.quarter(part), part_of_image)
    torch.testing.assert_close(error, expected)


def test_large_images_are_compared_at_the_decoders_size():
    torch.testing.assert_close(
        lightweight.reduced(images(size=256), 128), F.interpolate(images(size=256), size=128)
    )


def test_losses_are_the_hinge_s():
    real, latent = images(3), torch.randn(3, 3, 64, 64)

    class Judge:
        def __call__(self, x):
            return x[:, :2].mean(dim=(2, 3)), x[:, 2:].amax(dim=(2, 3))

        def judge(self, x, quarter):
            return self(x), torch.tensor(0.125)

    networks = {"generator": lambda z: 2 * z, "discriminator": Judge()}
    batch = Batch(real, latent, step=1)
    (a, b), (c, d) = Judge()(real), Judge()(2 * latent)
    settings = HINGE | {"colour": 0}
    expected = 0.125 + (1 - a).clamp(0).mean() + (1 - b).clamp(0).mean()
    expected = expected + (1 + c).clamp(0).mean() + (1 + d).clamp(0).mean()
    torch.testing.assert_close(OBJECTIVES["hinge"]["discriminator"](networks, batch, settings), expected)
    loss = OBJECTIVES["hinge"]["generator"](networks, batch, settings)
    torch.testing.assert_close(loss, -c.mean() - d.mean())


def discriminator_loss(networks, step, **settings):
    torch.manual_seed(5)
    batch = Batch(images(3), torch.randn(3, 5, 1, 1, generator=torch.Generator().manual_seed(2)), step=step)
    return OBJECTIVES["hinge"]["discriminator"](networks, batch, HINGE | {"colour": 0} | settings)


def test_the_penalty_is_a_direct_computation_s_on_each_fourth_step(networks):
    discriminator, levels = networks["discriminator"], (images(3) + 1) / 2
    norms = []
    for level in levels[:, None]:
        level = level.requires_grad_()
        logits = torch.cat(discriminator(2 * level - 1), dim=1)
        norms.append(torch.autograd.grad(logits.sum(), level)[0].norm())
    penalty = (torch.stack(norms) - 1).square().mean()
    with torch.no_grad():
        # Only the penalty needs the graph.
        without = [discriminator_loss(networks, step) for step in (1, 2, 3)]
    for step, factor in ((0, 1), (4, 1), (4, 3), (8, 1)):
        loss = discriminator_loss(networks, step, penalty=10 * factor)
        torch.testing.assert_close(loss, without[0] + 10 * factor * penalty, rtol=1e-4, atol=1e-4)
    assert without[0] == without[1] == without[2]
    assert discriminator_loss(networks, 4, penalty_every=3) == without[0]
    assert discriminator_loss(networks, 3, penalty_every=3) > without[0]


def test_the_penalty_moves_weights(networks):
    """It is a gradient's gradient, through every kind of layer."""
    real = images().requires_grad_()
    gradient_penalty(networks["discriminator"](real), real).backward()
    moved = {name for name, p in networks["discriminator"].named_parameters() if p.grad is not None}
    weights = {n for n, _ in networks["discriminator"].named_parameters() if n.endswith("weight")}
    assert weights - moved == {n for n in weights if n.startswith(("whole", "quarter"))}


def test_colours_are_zhao_s_on_levels_from_0_to_1():
    real = images(4)
    torch.manual_seed(3)
    colours = Colours.draw(4, 1.0, real.device)
    torch.manual_seed(3)
    _, brightness, saturation, contrast = torch.rand(4, 4, 1, 1, 1)
    x = (real + 1) / 2 + brightness - 0.5
    grey = x.mean(dim=1, keepdim=True)
    x = (x - grey) * 2 * saturation + grey
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    x = (x - mean) * (contrast + 0.5) + mean
    torch.testing.assert_close(colours.apply(real), 2 * x - 1)


def test_colours_of_a_quarter_of_the_images_change_and_others_stay_as_they_are():
    torch.manual_seed(0)
    real = images(1, size=4).expand(4000, -1, -1, -1)
    changed = (Colours.draw(4000, 0.25, real.device).apply(real) != real).any(dim=(1, 2, 3))
    assert changed.float().mean().item() == pytest.approx(0.25, abs=0.03)
    assert torch.equal(Colours.draw(4000, 0.0, real.device).apply(real), real)
    shown = real.clone().requires_grad_()
    colours = Colours.draw(4000, 0.5, real.device)
    colours.apply(shown).sum().backward()
    assert shown.grad.abs().flatten(1).sum(dim=1).min() > 0


def test_real_and_generated_images_are_changed_alike():
    real, seen = images(8), []

    class Judge:
        def __call__(self, x):
            seen.append(x.detach())
            return x.mean(dim=(1, 2, 3))[:, None], x.mean(dim=(1, 2, 3))[:, None]

        def judge(self, x, quarter):
            return self(x), torch.tensor(0.0)

    networks = {"generator": lambda z: real, "discriminator": Judge()}
    for loss in OBJECTIVES["hinge"].values():
        torch.manual_seed(1)
        loss(networks, Batch(real, real, step=1), HINGE | {"colour": 0.5})
    shown_real, shown_generated, shown_to_the_generator = seen
    assert torch.equal(shown_real, shown_generated)
    for shown in (shown_real, shown_to_the_generator):
        unchanged = [torch.equal(a, b) for a, b in zip(shown, real, strict=True)]
        assert {True, False} == set(unchanged)


def test_every_quarter_has_its_turn():
    seen = []

    class Judge:
        def __call__(self, x):
            return x, x

        def judge(self, x, quarter):
            seen.append(quarter)
            return self(x), torch.tensor(0.0)

    for seed in range(40):
        torch.manual_seed(seed)
        networks = {"generator": lambda z: z, "discriminator": Judge()}
        OBJECTIVES["hinge"]["discriminator"](networks, Batch(images(1), images(1), step=1), HINGE)
    assert set(seen) == {0, 1, 2, 3}


def test_each_turn_updates_its_own_network_only(tmp_path, galaxies):
    training = start(SMALL, galaxies, tmp_path)
    names = [phase.name for phase in training.phases]
    assert names == ["discriminator", "generator"]
    for number, phase in enumerate(training.phases):
        before = {name: copies(network) for name, network in training.networks.items()}
        for network in training.networks.values():
            network.zero_grad(set_to_none=True)
        training._update(phase, number)
        for name, network in training.networks.items():
            moved = [n for n, p in network.named_parameters() if not torch.equal(p, before[name][n])]
            slopes = [n for n, p in network.named_parameters() if p.grad is not None]
            expected = [n for n, _ in network.named_parameters()] if name == phase.name else []
            assert (moved, slopes) == (expected, expected), (phase.name, name)


def test_decoders_are_not_run_in_the_generator_s_turn(tmp_path, galaxies):
    training, calls = start(SMALL, galaxies, tmp_path), []
    for decoder in (training.networks["discriminator"].whole, training.networks["discriminator"].quarter):
        decoder.register_forward_hook(lambda m, i, output: calls.append(len(output)))
    training._update(training.phases[1], 1)
    assert calls == []
    training._update(training.phases[0], 0)
    # Real images alone, in each of two batches.
    assert calls == [2, 2, 2, 2]


@pytest.mark.parametrize("number", [0, 1])
def test_a_step_s_gradient_is_that_of_the_mean_loss_over_its_batches(tmp_path, galaxies, number):
    run = dataclasses.replace(SMALL, accumulate=3)
    training = start(run, galaxies, tmp_path)
    phase, data = training.phases[number], training.data
    phase.optimiser.step = lambda: None
    loss = training._update(phase, number)
    network = training.networks[phase.name]
    found = [p.grad.clone() for p in network.parameters()]
    losses, batches = [], []
    for i in range(3):
        torch.manual_seed(integer_seed(run.seed, "small: networks", i, number))
        batches.append(data.draw(i, number))
        losses.append(phase.loss(training.networks, batches[-1], run.objective))
    mean = torch.stack(losses).mean()
    torch.testing.assert_close(loss, mean.detach())
    expected = torch.autograd.grad(mean, list(network.parameters()))
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4 * b.abs().max().item())
    assert len({batch.latent.numpy().tobytes() for batch in batches}) == 3
    assert len({image.numpy().tobytes() for batch in batches for image in batch.real}) == 6


def test_an_epoch_is_one_pass_over_whole_steps(tmp_path, galaxies):
    training, drawn = start(SMALL, galaxies, tmp_path), []
    draw = training.data.draw
    training.data.draw = lambda number, phase: drawn.append((number, phase)) or draw(number, phase)
    for _ in range(4):
        training.take_step()
    # Eleven images are five batches, of which two steps take four; the next epoch begins with the sixth.
    assert training.per_epoch == 2
    assert [number for number, phase in drawn if phase == 0] == [0, 1, 2, 3, 5, 6, 7, 8]
    assert [number for number, phase in drawn if phase == 1] == [0, 1, 2, 3, 5, 6, 7, 8]


def test_the_loss_knows_its_step(tmp_path, galaxies):
    training, steps = start(SMALL, galaxies, tmp_path), []
    phase = training.phases[0]
    spy = dataclasses.replace(
        phase,
        loss=lambda networks, batch, settings: (
            steps.append(batch.step) or phase.loss(networks, batch, settings)
        ),
    )
    training.phases[0] = spy
    for _ in range(3):
        training.take_step()
    assert steps == [0, 0, 1, 1, 2, 2]


def test_the_average_is_a_hand_s_and_is_what_is_kept(tmp_path, galaxies):
    training = start(SMALL, galaxies, tmp_path)
    generator = training.networks["generator"]
    expected = copies(generator)
    training._keep_weights()
    for step in range(1, 7):
        training.take_step()
        if step == 2:
            expected = copies(generator)
        elif step in (4, 6):
            for name, tensor in generator.state_dict().items():
                if tensor.is_floating_point():
                    expected[name] = 0.75 * expected[name] + 0.25 * tensor
                else:
                    expected[name] = tensor.clone()
    training._keep_weights()
    kept, settings = load_generator(training.weights(3), CPU)
    assert settings["step"] == 6
    for name, tensor in kept.state_dict().items():
        torch.testing.assert_close(tensor, expected[name], msg=name)
    assert not torch.equal(kept.output.weight, generator.output.weight)
    first, _ = load_generator(training.weights(0), CPU)
    assert not torch.equal(kept.output.weight, first.output.weight)
    assert all(not p.requires_grad for p in training.average.network.parameters())


def test_previews_are_of_the_average(tmp_path, galaxies, monkeypatch):
    training = start(SMALL, galaxies, tmp_path)
    for parameter in training.average.network.output.parameters():
        parameter.fill_(0.75 if parameter.ndim == 1 else 0)
    pictures = []
    monkeypatch.setattr(
        "mockskies.training.loop.write_preview", lambda path, picture: pictures.append(picture)
    )
    training._preview(1)
    assert set(np.unique(pictures[0])) == {191}


def weights(state):
    return {path.name: path.read_bytes() for path in sorted((state / "weights").iterdir())}


def test_a_run_that_is_stopped_and_goes_on_ends_in_the_same_bytes(tmp_path, galaxies):
    start(SMALL, galaxies, tmp_path / "whole").go()
    shorter = dataclasses.replace(SMALL, epochs=1)
    start(shorter, galaxies, tmp_path / "parts").go()
    # Now in the midst of an epoch, between two updates of the average.
    resumed = start(SMALL, galaxies, tmp_path / "parts")
    assert resumed.step == 2
    resumed.take_step()
    resumed._save()
    resumed = start(SMALL, galaxies, tmp_path / "parts")
    assert resumed.step == 3
    resumed.go()
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")
    ends = [(tmp_path / name / "checkpoint.safetensors").read_bytes() for name in ("whole", "parts")]
    assert ends[0] == ends[1]


def test_a_run_without_an_average_keeps_the_last_step_s_weights(tmp_path, galaxies):
    training = start(dataclasses.replace(SMALL, average=None, epochs=1), galaxies, tmp_path)
    training.go()
    tensors, _ = load_tensors(training.checkpoint)
    assert {name.split(".")[0] for name in tensors} == {
        "losses", "generator", "discriminator", "generator_adam", "discriminator_adam"
    }  # fmt: skip
    training._keep_weights()
    kept, _ = load_generator(training.weights(1), CPU)
    assert torch.equal(kept.output.weight, training.networks["generator"].output.weight)


def test_what_decides_the_course_is_in_the_fingerprint():
    settings = {"accumulate": 1, "average": None, "flips": True}
    plain = dataclasses.replace(SMALL, **settings)
    others = [dataclasses.replace(plain, **{key: getattr(SMALL, key)}) for key in settings]
    assert len({run.fingerprint("data", "float32") for run in (plain, *others)}) == 4


def test_images_are_flipped_only_where_the_run_says_so(galaxies):
    known = {(image.float() / 127.5 - 1).numpy().tobytes() for image in galaxies}
    drawn = {
        flips: [
            image.contiguous().numpy().tobytes() in known
            for number in range(5)
            for image in Images(dataclasses.replace(SMALL, flips=flips), galaxies).draw(number, 0).real
        ]
        for flips in (False, True)
    }
    assert all(drawn[False])
    assert not all(drawn[True])


def test_a_step_larger_than_the_set(galaxies):
    run = dataclasses.replace(SMALL, accumulate=6)
    message = "run small: a batch of 12 images is larger than the training set of 11"
    with pytest.raises(InputError, match=re.escape(message)):
        Images(run, galaxies)


def test_levels_beyond_the_range_are_clipped_when_drawn(networks):
    generator = networks["generator"].eval()
    blocks_of_images = draw_galaxies(generator, 5, 70, 0, "small: galaxies", CPU)
    drawn = np.concatenate(list(blocks_of_images))
    assert (drawn.shape, drawn.dtype) == ((70, 3, 64, 64), np.uint8)
    with torch.no_grad():
        generator.output.bias.fill_(3)
    assert min(block.min() for block in draw_galaxies(generator, 5, 2, 0, "small: galaxies", CPU)) == 255
