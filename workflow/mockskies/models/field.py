"""Our own generator of deep fields: its randomness is the sky's, rare points and noise.

Smith and Geach's generator (`mockskies.models.spatial`) makes 16 x 16 px from 50 numbers: neither the noise
of 256 px nor sources wherever they like can come from so few. Here a cell's latent is longer. It holds slow
numbers, one a cell; **points**, a map of rare impulses with a strength and other traits, meant to become
sources (how far they do: docs/fidelity.md, step 9); and white noise for every layer and for the sky of every
pixel. All of it is white noise, one array of cells as the other generator's latent is, so that fields are
drawn and painted in the same way.

Images are ``asinh(flux / sigma)`` of a sky around 0, as `mockskies.datasets.scale.SkyScaling` has them.

A run may be told **conditions**, one number a cell each, beside the noise: the density of sources and the
depth, relative to the training field's. Both networks are told them.

Everything wraps round at the edges: an image in training is a torus, which has none. A discriminator that
sees less than the whole cannot know, and the inside of a field is all that is ever learnt.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mockskies.models.peaks import PeakCounts

PIXELS_PER_CELL = 16
KERNEL = 5  # px of the sky's noise; positions of a point's own light
GENTLE = 0.2  # how fast light of points and noise of the sky are learnt, beside all else
FAINTEST = 1e-7  # of a uniform number, whose logarithm is a strength


@dataclass(frozen=True)
class GeneratorSettings:
    """Shape of the generator.

    Attributes
    ----------
    latent_channels
        Slow numbers, one a cell each.
    widths
        Channels at 1, 2, 4 and 8 times the cells.
    points
        Points a cell, on average.
    traits
        Numbers that a point has besides its strength.
    conditions
        What is told: ``density``, ``depth``.
    """

    latent_channels: int
    widths: tuple[int, int, int, int]
    points: float
    traits: int
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class DiscriminatorSettings:
    """Shape of the discriminator.

    Attributes
    ----------
    widths
        Channels of each layer of stride 2; the first also of a layer before them.
    view
        Side in px of the parts of an image that are judged one by one.
    """

    widths: tuple[int, ...]
    view: int


class Generator(nn.Module):
    """Latent ``(n, latent_channels, y, x)``, white noise, to images ``(n, band, 16 y, 16 x)`` on a torus.

    Behind the noise the latent holds a channel for each condition: ``density``, the binary logarithm of the
    density of sources, and ``depth`` in mag, by how much fainter what is as bright as the sky's noise is; 0
    for the training field's own.

    Attributes
    ----------
    latent_channels
        Of the latent's noise: slow numbers, noise of layers, points, noise of the sky.
    conditions
        Names of the conditions, in their order.
    halo
        Cells around a cell on which its pixels depend.
    ceiling
        Brightest value of each band in the training set, scaled as images are; a buffer.
    """

    halo = 4

    def __init__(self, settings: GeneratorSettings, bands: int):
        super().__init__()
        self.settings = settings
        self.conditions = settings.conditions
        point_maps = 2 + settings.traits
        channels = settings.latent_channels
        self.blocks = nn.ModuleList()
        for width in settings.widths:
            self.blocks.append(Block(channels + point_maps + len(self.conditions), width))
            channels = width
        self.output = _convolution(channels, 4 * bands)
        self.light = _convolution(point_maps, 4 * bands, KERNEL)
        self.noise = nn.Parameter(torch.zeros(bands, 1, KERNEL, KERNEL))
        self.photons = nn.Parameter(torch.full((bands, 1, 1), -4.0 / GENTLE))
        self.register_buffer("ceiling", torch.full((bands, 1, 1), math.inf))
        self.parts = _parts(settings, bands)
        self.latent_channels = sum(count * scale**2 for count, scale in self.parts)
        self._start(bands)

    def forward(self, latent: Tensor) -> Tensor:
        lengths = [count * scale**2 for count, scale in self.parts]
        *noise, told = latent.split([*lengths, len(self.conditions)], dim=1)
        slow, *injected, points, sky = (
            F.pixel_shuffle(part, scale) for part, (_, scale) in zip(noise, self.parts, strict=True)
        )
        points = self._points(points, self._condition("density", told))
        features = slow
        for level, (block, noise) in enumerate(zip(self.blocks, injected, strict=True)):
            if level:
                features = F.interpolate(features, scale_factor=2, mode="nearest")
            # A cell has the sum of its points, so that coarse layers and fine ones see the same sources.
            cell = 2 ** (len(self.blocks) - 1 - level)
            seen = torch.cat([cell**2 * F.avg_pool2d(points, cell), _enlarged(told, 2**level)], dim=1)
            features = block(features, seen, noise)
        with torch.autocast(features.device.type, enabled=False):
            # Half as much noise is 0.75 mag deeper.
            quieter = 10 ** (-0.4 * self._condition("depth", told).float())
            return self._image(features.float(), points.float(), sky.float(), quieter)

    def _condition(self, name: str, told: Tensor) -> Tensor:
        """A condition's map, ``(n, 1, y, x)``; 0 where the run is not told it."""
        if name not in self.conditions:
            return told.new_zeros(len(told), 1, *told.shape[2:])
        number = self.conditions.index(name)
        return told[:, number : number + 1]

    def _points(self, noise: Tensor, density: Tensor) -> Tensor:
        """Maps of points: 1 at each, its strength, its traits; 0 elsewhere.

        A point is where noise is high; how high makes its strength, whose distribution is exponential, as
        that of the magnitudes of sources nearly is.
        """
        scale = PIXELS_PER_CELL // 2
        rate = self.settings.points / scale**2 * _enlarged(2 ** density.float(), scale)
        chance = torch.special.ndtr(-noise[:, :1].float()).clamp(min=FAINTEST)
        there = (chance < rate).float()
        strength = -torch.log(chance / rate)
        return there * torch.cat([there, strength, noise[:, 1:].float()], dim=1)

    def _image(self, features: Tensor, points: Tensor, sky: Tensor, quieter: Tensor) -> Tensor:
        """Light of sources in sigmas of the sky, noise added as a detector adds it, asinh of the sum."""
        # Small, since normalised features move all at once when weights do.
        brightness = F.pixel_shuffle(0.1 * self.output(features) + GENTLE * self.light(points), 2)
        flux = torch.sinh(brightness.clamp(-8, 8))
        margin = KERNEL // 2
        wrapped = F.pad(sky, [margin] * 4, mode="circular")
        noise = F.conv2d(wrapped, GENTLE * self.noise, groups=len(self.noise))
        noise = noise * torch.sqrt(1 + F.softplus(GENTLE * self.photons) * F.relu(flux))
        noise = noise * _enlarged(quieter, PIXELS_PER_CELL)
        return torch.minimum(torch.asinh(flux + noise), self.ceiling)

    def _start(self, bands: int) -> None:
        """Start as a sky of point sources: white noise of deviation 1, and a small round image a point."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, 0.2)
                nn.init.zeros_(module.bias)
        nn.init.zeros_(self.output.weight)
        with torch.no_grad():
            self.noise[:, :, KERNEL // 2, KERNEL // 2] = 1 / GENTLE
            self.light.weight.zero_()
            offsets = 2 * (torch.arange(KERNEL) - KERNEL // 2)
            for part in range(4 * bands):
                # Distances in px of each of a position's four pixels from the middle of a point's position.
                y, x = offsets - ((part % 4) // 2 - 0.5), offsets - (part % 2 - 0.5)
                distance = y[:, None].square() + x[None].square()
                self.light.weight[part, 1] = 1.2 / GENTLE * torch.exp(-distance / (2 * 1.3**2))


class Block(nn.Module):
    """Two convolutions, each with noise of a learnt strength a channel; the first is told the points."""

    def __init__(self, channels: int, width: int):
        super().__init__()
        self.first, self.second = _convolution(channels, width), _convolution(width, width)
        self.strengths = nn.Parameter(torch.full((2, width, 1, 1), 0.1))

    def forward(self, features: Tensor, points: Tensor, noise: Tensor) -> Tensor:
        features = torch.cat([features, points.to(features.dtype)], dim=1)
        for number, layer in enumerate((self.first, self.second)):
            features = layer(features) + self.strengths[number] * noise[:, number : number + 1]
            features = _normalised(F.leaky_relu(features, 0.2))
        return features


class Discriminator(nn.Module):
    """Images ``(n, band, y, x)`` to a logit for each part of ``view`` px, ``(n, y / view, x / view)``.

    Behind the bands it is told as many conditions as the generator, each a map of the image's size.

    Attributes
    ----------
    peaks
        How many peaks of which kind it has seen; no part of its judgement.
    """

    def __init__(self, settings: DiscriminatorSettings, bands: int, conditions: int = 0):
        super().__init__()
        first, last = settings.widths[0], settings.widths[-1]
        layers = [nn.Conv2d(bands + conditions, first, 3, padding=1), nn.LeakyReLU(0.2)]
        channels = first
        for width in settings.widths:
            layers += [nn.Conv2d(channels, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
            channels = width
        layers += [nn.Conv2d(last, last, 3, padding=1), nn.LeakyReLU(0.2)]
        self.hidden, self.judge = nn.Sequential(*layers), nn.Conv2d(last, 1, 1, bias=False)
        self.pool = settings.view // 2 ** len(settings.widths)
        self.peaks = PeakCounts(bands)
        for module in self.hidden:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, 0.2)
                nn.init.zeros_(module.bias)

    def forward(self, images: Tensor) -> Tensor:
        features = self.hidden(images)
        with torch.autocast(features.device.type, enabled=False):
            return self.judge(F.avg_pool2d(features.float(), self.pool)).squeeze(1)


def build(generator: dict, discriminator: dict, bands: int) -> tuple[Generator, Discriminator]:
    """Both networks from the ``generator`` and ``discriminator`` blocks of a run."""
    settings = _settings(generator)
    judged = DiscriminatorSettings(tuple(discriminator["widths"]), discriminator["view"])
    return Generator(settings, bands), Discriminator(judged, bands, len(settings.conditions))


def latent_shape(generator: dict, images: int, size: int, bands: int) -> tuple[int, int, int, int]:
    """Shape of the noise for ``images`` of ``size`` pixels and ``bands``."""
    cells = size // PIXELS_PER_CELL
    channels = sum(count * scale**2 for count, scale in _parts(_settings(generator), bands))
    return images, channels, cells, cells


def _settings(block: dict) -> GeneratorSettings:
    return GeneratorSettings(
        **block | {key: tuple(block[key]) for key in ("widths", "conditions") if key in block}
    )


def _parts(settings: GeneratorSettings, bands: int) -> list[tuple[int, int]]:
    """What a cell's latent is made of: maps, and their positions along a cell."""
    layers = [(2, 2**level) for level in range(len(settings.widths))]
    points = (1 + settings.traits, PIXELS_PER_CELL // 2)
    return [(settings.latent_channels, 1), *layers, points, (bands, PIXELS_PER_CELL)]


def _enlarged(maps: Tensor, scale: int) -> Tensor:
    """Every cell of a map as ``scale`` times as many positions along each axis."""
    return maps.repeat_interleave(scale, dim=2).repeat_interleave(scale, dim=3)


def _convolution(channels: int, width: int, kernel: int = 3) -> nn.Conv2d:
    return nn.Conv2d(channels, width, kernel, padding=kernel // 2, padding_mode="circular")


def _normalised(features: Tensor) -> Tensor:
    """Each pixel's features brought to a mean square of 1 (Karras et al. 2018, section 4.2)."""
    power = features.float().square().mean(dim=1, keepdim=True)
    return features * torch.rsqrt(power + 1e-4).to(features.dtype)
