"""Numbers of peaks, and how a generator is held to those of real images."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from field_run import OBJECTIVE, RUN

from mockskies.models.peaks import MARGIN, SCALES, PeakCounts
from mockskies.run_blocks import SMALLEST_WITH_PEAKS
from mockskies.training.batches import Batch
from mockskies.training.field_batches import Crops
from mockskies.training.loop import Training
from mockskies.training.objectives import MEMORY, OBJECTIVES
from mockskies.training.precision import Compute

SIDE = 150
MPX = (SIDE - 2 * MARGIN) ** 2 / 1e6  # in which peaks are looked for


def sky(flux, places=((40, 40), (40, 100), (100, 70)), width=2.0, colours=(1.0, 1.0)):
    """Round sources of one brightness, ``flux`` sigmas px in the first band, in ``(1, 2, SIDE, SIDE)``."""
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    shapes = [
        torch.exp(-((y - v) ** 2 + (x - u) ** 2) / (2 * width**2)) / (2 * math.pi * width**2)
        for v, u in places
    ]
    return torch.asinh(flux * sum(shapes) * torch.tensor(colours)[:, None, None])[None]


def kinds(counts, images):
    """Densities by kind: two bands at each of three scales, one colour, concentration."""
    return counts(images).split(counts.lengths)


def test_each_source_is_one_peak_in_the_bins_of_its_brightness_colour_and_concentration():
    counts = PeakCounts(bands=2)
    found = kinds(counts, sky(900, colours=(1.0, 0.5)))
    for densities in found:
        assert densities.sum().item() * MPX == pytest.approx(3, rel=1e-4)
    for number, densities in enumerate(found[:-2]):
        scale, dimming = SCALES[number // 2], (1.0, 0.5)[number % 2]
        expected = math.log(dimming * 900 / (2 * math.pi * (2.0**2 + scale**2)))
        assert densities.argmax() == torch.searchsorted(counts.edges[number], expected)
    assert found[-2].argmax() == torch.searchsorted(counts.edges[-2], math.log(2))
    ratio = math.log((2.0**2 + SCALES[2] ** 2) / (2.0**2 + SCALES[0] ** 2))
    assert found[-1].argmax() == torch.searchsorted(counts.edges[-1], ratio)


def test_a_flat_core_is_one_peak():
    images = sky(2e5, places=[(75, 75)], width=5.0).clamp(max=3.0)
    core = int((images[0, 0] == 3).sum())
    assert core > 400
    assert PeakCounts(2)(images)[:8].sum().item() * MPX == pytest.approx(1, abs=0.5)


def test_noise_has_no_peaks_and_no_gradient():
    images = torch.randn(4, 2, 64, 64, generator=torch.Generator().manual_seed(1)).requires_grad_()
    densities = PeakCounts(2)(images)
    densities.sum().backward()
    assert not densities.any()
    assert not images.grad.any()


def test_densities_follow_brightness_as_their_gradient_says():
    counts, weights = PeakCounts(2), torch.randn(2 * 3 * 8 + 18 + 10, generator=torch.manual_seed(2))

    def score(scale):
        return counts(torch.asinh(scale * sky(900).sinh())) @ weights

    scale = torch.tensor(1.0, requires_grad=True)
    (gradient,) = torch.autograd.grad(score(scale), scale)
    assert gradient.item() == pytest.approx((score(1.01) - score(0.99)).item() / 0.02, rel=0.02)


class Judge:
    """A discriminator that has no opinion."""

    def __init__(self):
        self.peaks = PeakCounts(2)

    def __call__(self, images):
        return images.new_zeros(len(images))


def loss(judge, real, generated, epoch=9, weight=1.0):
    settings = OBJECTIVE | {"peaks": weight, "penalty_fall": (4, 8)}
    batch = Batch(real, generated=generated, epoch=epoch)
    return OBJECTIVES["relativistic_pairing"]["generator"]({"discriminator": judge}, batch, settings)


@pytest.mark.parametrize(("flux", "better"), [(500, 1), (2000, -1)])
def test_what_is_too_faint_is_made_brighter_and_the_reverse(flux, better):
    scale = torch.tensor(1.0, requires_grad=True)
    loss(Judge(), sky(1000), torch.asinh(scale * sky(flux).sinh())).backward()
    assert -better * scale.grad > 0


def test_equal_peaks_are_left_alone():
    images = sky(1000).requires_grad_()
    loss(Judge(), sky(1000), images).backward()
    assert images.grad.abs().max() < 1e-6


def test_without_weight_nothing_is_counted():
    judge = Judge()
    for settings in ({"weight": 0}, {"epoch": 4}):
        assert loss(judge, sky(1000), sky(10), **settings).item() == pytest.approx(math.log(2))
        assert not judge.peaks.real.any()


def test_weight_grows_as_penalties_fall():
    added = [loss(Judge(), sky(1000), sky(500), epoch).item() - math.log(2) for epoch in (5, 6, 8, 20)]
    assert added == pytest.approx([added[-1] / 4, added[-1] / 2, added[-1], added[-1]])


def test_real_densities_are_means_over_all_steps_and_generated_ones_over_the_last():
    judge = Judge()
    fluxes = [300, 1000, 3000]
    for flux in fluxes:
        loss(judge, sky(flux), sky(flux))
    counted = torch.stack([PeakCounts(2)(sky(flux)) for flux in fluxes])
    torch.testing.assert_close(judge.peaks.real, counted.mean(dim=0))
    torch.testing.assert_close(judge.peaks.generated, counted.mean(dim=0))
    before = judge.peaks.generated.clone()
    judge.peaks.steps.fill_(10_000)
    loss(judge, sky(300), sky(300))
    torch.testing.assert_close(judge.peaks.generated, MEMORY * before + (1 - MEMORY) * counted[0])


def test_a_training_that_goes_on_knows_what_it_has_counted(tmp_path):
    random = np.random.default_rng(0)
    field = torch.from_numpy(random.exponential(3, (3, 90, 90)).astype(np.float32)).asinh()
    compute = Compute("cpu", "float32")
    objective = OBJECTIVE | {"penalty_fall": (-1, 3)}
    run = dataclasses.replace(RUN, objective=objective, crops=(48,), hold_out=False)
    trainings = [Training(run, Crops(run, field), compute, tmp_path)]
    trainings[0].take_step()
    trainings[0]._save()
    trainings.append(Training(run, Crops(run, field), compute, tmp_path))
    for name in ("real", "generated", "steps"):
        first, second = (getattr(t.networks["discriminator"].peaks, name) for t in trainings)
        assert torch.equal(first, second)
    assert trainings[1].networks["discriminator"].peaks.real.any()


def test_the_smallest_crop_has_room_for_peaks():
    assert SMALLEST_WITH_PEAKS > 2 * MARGIN
    PeakCounts(2)(torch.zeros(1, 2, SMALLEST_WITH_PEAKS, SMALLEST_WITH_PEAKS))
