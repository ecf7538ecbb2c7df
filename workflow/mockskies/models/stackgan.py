"""Stage II of the StackGAN of Fussell and Moews (2019), section 2.3: from 64 to 128 pixels a side."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mockskies.models import dcgan
from mockskies.models.layers import start_as_dcgan


@dataclass(frozen=True)
class GeneratorSettings:
    """Shape of the generator.

    Attributes
    ----------
    width
        Channels of all layers but the last two (128).
    blocks
        Residual blocks of two layers (six).
    last_width
        Channels of the last layer but one (512).
    """

    width: int
    blocks: int
    last_width: int


class Residual(nn.Module):
    """Two convolutions whose input is added to what they give, before the activation."""

    def __init__(self, width: int):
        super().__init__()
        self.inner = nn.Sequential(*_convolution(width, width), nn.ReLU(), *_convolution(width, width))

    def forward(self, features: Tensor) -> Tensor:
        return torch.relu(features + self.inner(features))


class Generator(nn.Module):
    """Images ``(n, band, y, x)`` in [0, 1] to images ``(n, band, 2 y, 2 x)`` in (-1, 1).

    The first layer halves: a bottleneck, after which two doublings follow. The text's sixteen
    convolutions are this one, six blocks of two, one more to which the first's output is added, and two
    after nearest-neighbour doublings.
    """

    def __init__(self, settings: GeneratorSettings, bands: int):
        super().__init__()
        width = settings.width
        self.first = nn.Sequential(nn.Conv2d(bands, width, 4, 2, 1, bias=False), nn.ReLU())
        self.blocks = nn.Sequential(
            *(Residual(width) for _ in range(settings.blocks)), *_convolution(width, width)
        )
        self.enlarge = nn.Sequential(
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            *_convolution(width, settings.last_width),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
        )
        last = nn.Conv2d(settings.last_width, bands, 3, padding=1, bias=False)
        self.output = nn.Sequential(last, nn.Tanh())
        start_as_dcgan(self)

    def forward(self, images: Tensor) -> Tensor:
        first = self.first(images)
        features = self.enlarge(first + self.blocks(first))
        with torch.autocast(features.device.type, enabled=False):
            return self.output(features.float())


def build(generator: dict, discriminator: dict, bands: int) -> tuple[Generator, dcgan.Discriminator]:
    """Both networks from the ``generator`` and ``discriminator`` blocks of a run."""
    return Generator(GeneratorSettings(**generator), bands), dcgan.build_discriminator(discriminator, bands)


def _convolution(channels: int, width: int) -> list[nn.Module]:
    return [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)]
