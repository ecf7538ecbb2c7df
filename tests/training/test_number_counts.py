"""Numbers of peaks and sources, and how a generator is held to those of real images."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from field_run import OBJECTIVE, RUN

from mockskies.measurement.detection import Image, detect
from mockskies.measurement.settings import CatalogueSettings
from mockskies.models import peaks, sources
from mockskies.models.number_counts import NumberCounts
from mockskies.models.peaks import MARGIN, SCALES
from mockskies.run_blocks import SMALLEST_WITH_COUNTS
from mockskies.training.batches import Batch
from mockskies.training.field_batches import Crops
from mockskies.training.loop import Training
from mockskies.training.objectives import MEMORY, OBJECTIVES
from mockskies.training.precision import Compute

SIDE = 150
MPX = (SIDE - 2 * MARGIN) ** 2 / 1e6  # in which peaks and sources are looked for
PEAK_KINDS = len(peaks.edges(2))


def sky(flux, places=((40, 40), (40, 100), (100, 70)), width=2.0, colours=(1.0, 1.0)):
    """Round sources of one brightness, ``flux`` sigmas px in the first band, in ``(1, 2, SIDE, SIDE)``."""
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    shapes = [
        torch.exp(-((y - v) ** 2 + (x - u) ** 2) / (2 * width**2)) / (2 * math.pi * width**2)
        for v, u in places
    ]
    return torch.asinh(flux * sum(shapes) * torch.tensor(colours)[:, None, None])[None]


def kinds(counts, images):
    """Densities in the bins of each feature of peaks, and in those of each feature of sources."""
    densities = counts(images).split(counts.lengths)
    return densities[:PEAK_KINDS], densities[PEAK_KINDS:]


def bin_of(value, edges):
    return torch.searchsorted(edges, torch.tensor(float(value)))


def test_each_source_is_one_peak_in_the_bins_of_its_brightness_colour_and_concentration():
    counts = NumberCounts(bands=2)
    found, _ = kinds(counts, sky(900, colours=(1.0, 0.5)))
    for densities in found:
        assert densities.sum().item() * MPX == pytest.approx(3, rel=1e-4)
    for number, densities in enumerate(found[:-2]):
        scale, dimming = SCALES[number // 2], (1.0, 0.5)[number % 2]
        expected = math.log(dimming * 900 / (2 * math.pi * (2.0**2 + scale**2)))
        assert densities.argmax() == bin_of(expected, peaks.FLUXES)
    assert found[-2].argmax() == bin_of(math.log(2), peaks.COLOURS)
    ratio = math.log((2.0**2 + SCALES[2] ** 2) / (2.0**2 + SCALES[0] ** 2))
    assert found[-1].argmax() == bin_of(ratio, peaks.CONCENTRATIONS)


def test_each_source_is_counted_in_the_bins_of_its_flux_colour_and_area():
    *fluxes, colour, area = kinds(NumberCounts(bands=2), sky(900, colours=(1.0, 0.4)))[1]
    for densities in (*fluxes, colour, area):
        assert densities.sum().item() * MPX == pytest.approx(3, rel=1e-4)
    for densities, dimming in zip(fluxes, (1.0, 0.4), strict=True):
        assert densities.argmax() == bin_of(math.log(0.9 * dimming * 900), sources.FLUXES)
    assert colour.argmax() == bin_of(math.log(1 / 0.4), peaks.COLOURS)
    # What default.conv adds to the variance of a Gaussian, half a pixel's square along each axis.
    assert area.argmax() == bin_of(math.log(2 * math.pi * (2.0**2 + 0.5)), sources.AREAS)


def test_sources_are_those_that_sep_finds():
    random = np.random.default_rng(5)
    places = [(x, y) for x in range(25, 130, 25) for y in range(25, 130, 25)]
    light = sum(
        sky(flux, [place]).sinh() for flux, place in zip(np.geomspace(30, 900, 25), places, strict=True)
    )
    noise = torch.from_numpy(random.standard_normal(light.shape).astype(np.float32))
    image = (light + noise).mean(dim=1)[0].numpy()
    settings = CatalogueSettings()
    detections = detect(Image(image, np.zeros(image.shape, bool), 1 / math.sqrt(2)), settings)
    _, weights = sources.counted(light + noise)
    assert 8 < len(detections.sources) < 25
    assert weights.sum().item() * MPX == pytest.approx(len(detections.sources), abs=1.5)


def test_a_source_on_the_edge_is_not_counted_but_its_neighbour_is():
    found = kinds(NumberCounts(2), sky(900, places=[(MARGIN - 2, 75), (MARGIN + 2, 75 + 40)]))[1]
    for densities in found:
        assert densities.sum().item() * MPX == pytest.approx(1, rel=1e-3)


def test_equal_images_have_equal_sources_each_of_its_own():
    one = sky(900)
    counts = NumberCounts(2)
    torch.testing.assert_close(counts(torch.cat([one, one])), counts(one))


def test_a_flat_core_is_one_peak():
    images = sky(2e5, places=[(75, 75)], width=5.0).clamp(max=3.0)
    core = int((images[0, 0] == 3).sum())
    assert core > 400
    for found in kinds(NumberCounts(2), images):
        assert found[0].sum().item() * MPX == pytest.approx(1, abs=0.5)


def test_noise_has_no_peaks_no_sources_and_no_gradient():
    images = torch.randn(4, 2, 64, 64, generator=torch.Generator().manual_seed(1)).requires_grad_()
    densities = NumberCounts(2)(images)
    densities.sum().backward()
    assert not densities.any()
    assert not images.grad.any()


def test_densities_follow_brightness_as_their_gradient_says():
    counts = NumberCounts(2)
    weights = torch.randn(len(counts.real), generator=torch.manual_seed(2))

    def score(scale):
        return counts(torch.asinh(scale * sky(900).sinh())) @ weights

    scale = torch.tensor(1.0, requires_grad=True)
    (gradient,) = torch.autograd.grad(score(scale), scale)
    assert gradient.item() == pytest.approx((score(1.01) - score(0.99)).item() / 0.02, rel=0.02)


class Judge:
    """A discriminator that has no opinion."""

    def __init__(self):
        self.counts = NumberCounts(2)

    def __call__(self, images):
        return images.new_zeros(len(images))


def loss(judge, real, generated, epoch=9, weight=1.0):
    settings = OBJECTIVE | {"counts": weight, "penalty_fall": (4, 8)}
    batch = Batch(real, generated=generated, epoch=epoch)
    return OBJECTIVES["relativistic_pairing"]["generator"]({"discriminator": judge}, batch, settings)


@pytest.mark.parametrize(("flux", "better"), [(500, 1), (2000, -1)])
def test_what_is_too_faint_is_made_brighter_and_the_reverse(flux, better):
    scale = torch.tensor(1.0, requires_grad=True)
    loss(Judge(), sky(1000), torch.asinh(scale * sky(flux).sinh())).backward()
    assert -better * scale.grad > 0


def test_equal_skies_are_left_alone():
    images = sky(1000).requires_grad_()
    loss(Judge(), sky(1000), images).backward()
    assert images.grad.abs().max() < 1e-6


def test_without_weight_nothing_is_counted():
    judge = Judge()
    for settings in ({"weight": 0}, {"epoch": 4}):
        assert loss(judge, sky(1000), sky(10), **settings).item() == pytest.approx(math.log(2))
        assert not judge.counts.real.any()


def test_weight_grows_as_penalties_fall():
    added = [loss(Judge(), sky(1000), sky(500), epoch).item() - math.log(2) for epoch in (5, 6, 8, 20)]
    assert added == pytest.approx([added[-1] / 4, added[-1] / 2, added[-1], added[-1]])


def test_real_densities_are_means_over_all_steps_and_generated_ones_over_the_last():
    judge = Judge()
    fluxes = [300, 1000, 3000]
    for flux in fluxes:
        loss(judge, sky(flux), sky(flux))
    counted = torch.stack([NumberCounts(2)(sky(flux)) for flux in fluxes])
    torch.testing.assert_close(judge.counts.real, counted.mean(dim=0))
    torch.testing.assert_close(judge.counts.generated, counted.mean(dim=0))
    before = judge.counts.generated.clone()
    judge.counts.steps.fill_(10_000)
    loss(judge, sky(300), sky(300))
    torch.testing.assert_close(judge.counts.generated, MEMORY * before + (1 - MEMORY) * counted[0])


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
        first, second = (getattr(t.networks["discriminator"].counts, name) for t in trainings)
        assert torch.equal(first, second)
    assert trainings[1].networks["discriminator"].counts.real.any()


def test_the_smallest_crop_has_room_for_sources():
    assert SMALLEST_WITH_COUNTS > 2 * MARGIN
    NumberCounts(2)(torch.zeros(1, 2, SMALLEST_WITH_COUNTS, SMALLEST_WITH_COUNTS))
