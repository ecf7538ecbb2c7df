"""BEGAN (Berthelot, Schumm and Metz 2017) for sparse frames' patches: de Fremond et al. (2020), section II B.

The discriminator is an autoencoder that should reproduce real patches and no others; the generator has the
shape of its decoder. The text names the architecture and nothing more: layers are those of the original, with
one doubling for each size from 8 px to the patch's and its skip connections, without which all galaxies came
out alike. Conditioned on a class, which joins the noise and, as one
constant channel for each class, the patch.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FIRST = 8  # px of the smallest features


@dataclass(frozen=True)
class GeneratorSettings:
    """Shape of the generator.

    Attributes
    ----------
    latent_channels
        Length of the noise vector.
    width
        Channels of every layer.
    doublings
        Sizes from 8 px to the patch's.
    classes
        Number of classes that join the noise; 0 for none.
    """

    latent_channels: int
    width: int
    doublings: int
    classes: int


@dataclass(frozen=True)
class DiscriminatorSettings:
    """Shape of the autoencoder; ``hidden`` numbers are all that its decoder sees of a patch."""

    hidden: int
    width: int
    doublings: int
    classes: int


class Decoder(nn.Module):
    """Vectors ``(n, channels)`` to patches ``(n, band, y, x)``; levels are -1 to 1, the output linear.

    The first features, enlarged, join those of every size. Before training patches are nearly black, as most
    of a patch is.
    """

    def __init__(self, channels: int, width: int, doublings: int, bands: int):
        super().__init__()
        self.width = width
        self.first = nn.Linear(channels, width * FIRST**2)
        self.smallest = nn.Sequential(*_pair(width, width))
        self.larger = nn.ModuleList(nn.Sequential(*_pair(2 * width, width)) for _ in range(doublings))
        self.output = nn.Conv2d(width, bands, 3, padding=1)
        nn.init.constant_(self.output.bias, -1)

    def forward(self, vector: Tensor) -> Tensor:
        first = self.first(vector).unflatten(1, (self.width, FIRST, FIRST))
        features = self.smallest(first.contiguous(memory_format=torch.channels_last))
        for layers in self.larger:
            first, features = (F.interpolate(x, scale_factor=2) for x in (first, features))
            features = layers(torch.cat([features, first], dim=1))
        with torch.autocast(features.device.type, enabled=False):
            return self.output(features.float())


class Generator(nn.Module):
    """Latent ``(n, latent_channels + classes, 1, 1)`` to patches ``(n, band, y, x)``."""

    def __init__(self, settings: GeneratorSettings, bands: int):
        super().__init__()
        channels = settings.latent_channels + settings.classes
        self.decoder = Decoder(channels, settings.width, settings.doublings, bands)

    def forward(self, latent: Tensor) -> Tensor:
        return self.decoder(latent.flatten(1))


class Discriminator(nn.Module):
    """Patches ``(n, band + classes, y, x)`` to what it makes of them, ``(n, band, y, x)``.

    Attributes
    ----------
    balance
        k of the equilibrium, the weight of generated patches in the discriminator's loss.
    real_error
        Error of the last real patches, which the generator's turn compares its own with.
    convergence
        The measure of convergence after the last step.
    """

    def __init__(self, settings: DiscriminatorSettings, bands: int):
        super().__init__()
        width = settings.width
        layers: list[nn.Module] = [nn.Conv2d(bands + settings.classes, width, 3, padding=1), nn.ELU()]
        for number in range(settings.doublings):
            channels = (number + 1) * width
            layers += _pair(channels, channels)
            layers += [nn.Conv2d(channels, channels + width, 3, stride=2, padding=1), nn.ELU()]
        last = (settings.doublings + 1) * width
        layers += [*_pair(last, last), nn.Flatten(), nn.Linear(last * FIRST**2, settings.hidden)]
        self.encoder = nn.Sequential(*layers)
        self.decoder = Decoder(settings.hidden, width, settings.doublings, bands)
        for name in ("balance", "real_error", "convergence"):
            self.register_buffer(name, torch.zeros(()))

    def forward(self, patches: Tensor) -> Tensor:
        return self.decoder(self.encoder(patches))


def build(generator: dict, discriminator: dict, bands: int) -> tuple[Generator, Discriminator]:
    """Both networks from the ``generator`` and ``discriminator`` blocks of a run."""
    return (
        Generator(GeneratorSettings(**generator), bands),
        Discriminator(DiscriminatorSettings(**discriminator), bands),
    )


def latent_shape(generator: dict, images: int, size: int, bands: int) -> tuple[int, int, int, int]:
    """Shape of the noise for ``images`` patches, to which their classes are joined."""
    return images, generator["latent_channels"], 1, 1


def _pair(channels: int, width: int) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, width, 3, padding=1),
        nn.ELU(),
        nn.Conv2d(width, width, 3, padding=1),
        nn.ELU(),
    ]
