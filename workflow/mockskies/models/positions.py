"""The generator of grids of positions, section II B 3 of de Fremond et al. (2020).

The text says that a GAN learns grids of 32 x 32 cells, and no more. This one has noise in every cell, since
galaxies stand where they stand largely by chance, and layers of stride 1, since doublings would print their
own grid; what cells have in common, such as how many hold a galaxy, comes from the noise's means.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mockskies.models import dcgan


@dataclass(frozen=True)
class GeneratorSettings:
    """Channels of noise in each cell, and of each hidden layer."""

    latent_channels: int
    widths: tuple[int, ...]


class Generator(nn.Module):
    """Latent ``(n, latent_channels, y, x)`` to grids ``(n, band, y, x)`` in (-1, 1)."""

    def __init__(self, settings: GeneratorSettings, bands: int):
        super().__init__()
        channels = 2 * settings.latent_channels
        layers: list[nn.Module] = []
        for width in settings.widths:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.LeakyReLU(0.2)]
            channels = width
        self.hidden = nn.Sequential(*layers)
        self.output = nn.Conv2d(channels, 1 + bands, 1)

    def forward(self, latent: Tensor) -> Tensor:
        cells = latent.shape[2] * latent.shape[3]
        # Means of n numbers of unit variance, times the root of n, have unit variance again.
        common = latent.mean(dim=(2, 3), keepdim=True) * cells**0.5
        features = self.hidden(torch.cat([latent, common.expand_as(latent)], dim=1))
        with torch.autocast(features.device.type, enabled=False):
            # A cell is first occupied or not, and then of one class.
            occupied, classes = self.output(features.float()).tensor_split([1], dim=1)
            return 2 * occupied.sigmoid() * classes.softmax(dim=1) - 1


def build(generator: dict, discriminator: dict, bands: int) -> tuple[Generator, dcgan.Discriminator]:
    """Both networks from the ``generator`` and ``discriminator`` blocks of a run."""
    settings = GeneratorSettings(**generator | {"widths": tuple(generator["widths"])})
    return Generator(settings, bands), dcgan.build_discriminator(discriminator, bands)


def latent_shape(generator: dict, images: int, size: int, bands: int) -> tuple[int, int, int, int]:
    """Shape of the noise for ``images`` grids of ``size`` cells a side."""
    return images, generator["latent_channels"], size, size
