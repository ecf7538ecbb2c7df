"""The spatial GAN of Smith and Geach (2019), section 2.3: fully convolutional, any size in, any size out.

"Same" padding keeps every doubling exact, so a latent of ``n`` cells paints ``16 n`` pixels. A
deconvolution with stride 1 is a convolution with its kernel turned round: the set of functions is the
same, and it is built as the faster of the two.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

PIXELS_PER_CELL = 16


@dataclass(frozen=True)
class GeneratorSettings:
    """Shape of the generator.

    Attributes
    ----------
    latent_channels
        Channels of the noise array (section 2.2: 50).
    widths
        Channels at 2, 4, 8 and 16 times the latent's size (256, 128, 64, 32).
    layers_per_set
        Layers of stride 1 after each doubling but the first: three in the text, two in the authors' code.
    """

    latent_channels: int
    widths: tuple[int, int, int, int]
    layers_per_set: int


@dataclass(frozen=True)
class DiscriminatorSettings:
    """Shape of the discriminator.

    Attributes
    ----------
    widths
        Channels of each layer of stride 2: five layers in the text, four in the authors' code.
    packing
        Images of one class that are judged together (Lin et al. 2018).
    """

    widths: tuple[int, ...]
    packing: int


class Generator(nn.Module):
    """Latent ``(n, latent_channels, y, x)`` to images ``(n, band, 16 y, 16 x)`` in (0, 1).

    A doubling, then three sets of a doubling and ``layers_per_set`` layers of stride 1, all with kernels
    of 4 and ELU; a last layer with a kernel of 3 and a sigmoid, in float32 whatever the precision of the
    others, since the sky is a thousandth of the range.
    """

    def __init__(self, settings: GeneratorSettings, bands: int):
        super().__init__()
        self.latent_channels = settings.latent_channels
        layers: list[nn.Module] = []
        channels = settings.latent_channels
        for doubling, width in enumerate(settings.widths):
            layers += [nn.ConvTranspose2d(channels, width, kernel_size=4, stride=2, padding=1), nn.ELU()]
            if doubling > 0:
                for _ in range(settings.layers_per_set):
                    # "Same" for an even kernel: one pixel before, two after, as TensorFlow pads.
                    layers += [nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(width, width, kernel_size=4), nn.ELU()]
            channels = width
        self.hidden = nn.Sequential(*layers)
        self.output = nn.Sequential(nn.Conv2d(channels, bands, kernel_size=3, padding=1), nn.Sigmoid())
        _start_as_keras(self)

    def forward(self, latent: Tensor) -> Tensor:
        features = self.hidden(latent)
        with torch.autocast(features.device.type, enabled=False):
            return self.output(features.float())


class Discriminator(nn.Module):
    """Images ``(n, band, y, x)`` to one logit a pack, ``(n / packing,)``.

    Packing joins ``packing`` equal parts of the batch on the channel axis.
    """

    def __init__(self, settings: DiscriminatorSettings, bands: int):
        super().__init__()
        self.packing = settings.packing
        layers: list[nn.Module] = []
        channels = bands * settings.packing
        for width in settings.widths:
            layers += [nn.Conv2d(channels, width, kernel_size=4, stride=2, padding=1), nn.LeakyReLU(0.1)]
            channels = width
        self.hidden = nn.Sequential(*layers)
        self.judge = nn.Linear(channels, 1)
        _start_as_keras(self)

    def forward(self, images: Tensor) -> Tensor:
        features = self.hidden(torch.cat(images.chunk(self.packing), dim=1))
        with torch.autocast(features.device.type, enabled=False):
            return self.judge(features.float().mean(dim=(2, 3))).squeeze(1)


def build(generator: dict, discriminator: dict, bands: int) -> tuple[Generator, Discriminator]:
    """Both networks from the ``generator`` and ``discriminator`` blocks of a run."""
    return (
        Generator(
            GeneratorSettings(
                generator["latent_channels"], tuple(generator["widths"]), generator["layers_per_set"]
            ),
            bands,
        ),
        Discriminator(DiscriminatorSettings(tuple(discriminator["widths"]), discriminator["packing"]), bands),
    )


def latent_shape(generator: dict, images: int, size: int, bands: int) -> tuple[int, int, int, int]:
    """Shape ``(images, latent_channels, cells, cells)`` of the noise for images of ``size`` pixels."""
    cells = size // PIXELS_PER_CELL
    return images, generator["latent_channels"], cells, cells


def _start_as_keras(network: nn.Module) -> None:
    """Start as Keras layers do, which the authors used: uniform Glorot weights and zero biases."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
