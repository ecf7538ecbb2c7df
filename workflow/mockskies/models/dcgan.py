"""The DCGAN of Fussell and Moews (2019), section 2.2, for images of 64, 128, ... pixels.

The text's padding lists give 60 x 60 pixels; here, as in the authors' published models, every layer but the
generator's first and the discriminator's last doubles or halves exactly, and no convolution has a bias.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mockskies.models.layers import Ramp, RampedDropout, start_as_dcgan

FIRST = 4  # px after the generator's first layer and before the discriminator's last


@dataclass(frozen=True)
class GeneratorSettings:
    """Shape of the generator.

    Attributes
    ----------
    latent_channels
        Length of the noise vector (section 2.2: 100).
    widths
        Channels at 4, 8, 16, ... px; the image has twice the last of these sizes.
    kernel
        Kernel of the doublings: 4, or another even number (section 3.2.1).
    batch_norm
        Whether hidden layers but the first are normalised (section 3.2.3).
    dropout
        Spatial dropout between all hidden layers (section 3.2.5), or none.
    """

    latent_channels: int
    widths: tuple[int, ...]
    kernel: int
    batch_norm: bool
    dropout: Ramp | None


@dataclass(frozen=True)
class DiscriminatorSettings:
    """Shape of the discriminator; ``widths`` are its channels after each halving.

    Attributes
    ----------
    dropout
        Spatial dropout after ``dropout_after`` layers, or none.
    dropout_after
        ``all`` hidden layers (section 3.2.5), or the ``last`` (section 3.3).
    """

    widths: tuple[int, ...]
    kernel: int
    batch_norm: bool
    dropout: Ramp | None
    dropout_after: str


class Generator(nn.Module):
    """Latent ``(n, latent_channels, 1, 1)`` to images ``(n, band, y, x)`` in (-1, 1)."""

    def __init__(self, settings: GeneratorSettings, bands: int):
        super().__init__()
        kernel, padding = settings.kernel, settings.kernel // 2 - 1
        first, *others = settings.widths
        layers = [nn.ConvTranspose2d(settings.latent_channels, first, FIRST, bias=False), nn.ReLU()]
        channels = first
        for width in others:
            layers += _regularised(settings.dropout)
            layers.append(nn.ConvTranspose2d(channels, width, kernel, 2, padding, bias=False))
            layers += [nn.BatchNorm2d(width)] if settings.batch_norm else []
            layers.append(nn.ReLU())
            channels = width
        self.hidden = nn.Sequential(*layers)
        last = nn.ConvTranspose2d(channels, bands, kernel, 2, padding, bias=False)
        self.output = nn.Sequential(last, nn.Tanh())
        start_as_dcgan(self)

    def forward(self, latent: Tensor) -> Tensor:
        features = self.hidden(latent)
        with torch.autocast(features.device.type, enabled=False):
            return self.output(features.float())


class Discriminator(nn.Module):
    """Images ``(n, band, y, x)`` to one logit each, ``(n,)``; the text's sigmoid is in the loss."""

    def __init__(self, settings: DiscriminatorSettings, bands: int):
        super().__init__()
        kernel, padding = settings.kernel, settings.kernel // 2 - 1
        layers: list[nn.Module] = []
        channels = bands
        for number, width in enumerate(settings.widths):
            last = number == len(settings.widths) - 1
            layers.append(nn.Conv2d(channels, width, kernel, 2, padding, bias=False))
            layers += [nn.BatchNorm2d(width)] if settings.batch_norm and number > 0 else []
            layers.append(nn.LeakyReLU(0.2))
            if last or settings.dropout_after == "all":
                layers += _regularised(settings.dropout)
            channels = width
        self.hidden = nn.Sequential(*layers)
        self.judge = nn.Conv2d(channels, 1, FIRST, bias=False)
        start_as_dcgan(self)

    def forward(self, images: Tensor) -> Tensor:
        features = self.hidden(images)
        with torch.autocast(features.device.type, enabled=False):
            return self.judge(features.float()).flatten()


def build(generator: dict, discriminator: dict, bands: int) -> tuple[Generator, Discriminator]:
    """Both networks from the ``generator`` and ``discriminator`` blocks of a run."""
    return Generator(GeneratorSettings(**_read(generator)), bands), build_discriminator(discriminator, bands)


def build_discriminator(block: dict, bands: int) -> Discriminator:
    """The discriminator alone, from its block."""
    return Discriminator(DiscriminatorSettings(**_read(block)), bands)


def latent_shape(generator: dict, images: int, size: int, bands: int) -> tuple[int, int, int, int]:
    """Shape of the noise for ``images`` images."""
    return images, generator["latent_channels"], 1, 1


def _read(block: dict) -> dict:
    dropout = Ramp(**block["dropout"]) if block["dropout"] else None
    return block | {"widths": tuple(block["widths"]), "dropout": dropout}


def _regularised(dropout: Ramp | None) -> list[nn.Module]:
    return [RampedDropout(dropout)] if dropout else []
