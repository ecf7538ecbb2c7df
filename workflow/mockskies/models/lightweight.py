"""The Lightweight GAN (Liu et al. 2021) that Coccomini et al. (2021) trained.

Layers are those of the package lightweight-gan as it was when the paper appeared, 0.20.5 of November 2021;
1.0 of July 2022 and later have others. So there is no blur, and 5 x 5 logits; the second of the
discriminator's decoders, which the package has from 512 px on, is Liu et al.'s. As there, levels go from 0
to 1 inside the networks: a generator that has learnt nothing paints black, and black is what lies beyond an
edge.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mockskies.models.attention import AttentionSettings, LinearAttention
from mockskies.models.doubling import DoublingConvolution, Gate

FIRST = 4  # px after the generator's first layer
LAST = 8  # px after the discriminator's last halving
SMALL = 32  # px of the images that the discriminator judges once more, as a whole
DOUBLINGS = 4  # of a decoder, at most
LEAK = 0.1


@dataclass(frozen=True)
class GeneratorSettings:
    """Shape of the generator.

    Attributes
    ----------
    latent_channels
        Length of the noise vector.
    widths
        Channels at 4, 8, 16, ... px, the last of which is the image's size.
    excitations
        Pairs of sizes in px: features of the first scale the channels of those of the second.
    attention
        Where features attend to themselves before they are doubled.
    """

    latent_channels: int
    widths: tuple[int, ...]
    excitations: tuple[tuple[int, int], ...]
    attention: AttentionSettings


@dataclass(frozen=True)
class DiscriminatorSettings:
    """Shape of the discriminator.

    Attributes
    ----------
    widths
        Channels after each halving; the last features have 8 px.
    small_widths
        Channels of the layers that judge the image reduced to 32 px.
    attention
        Where features attend to themselves before they are halved; also the shape of the layers that do so
        in the reduced image.
    """

    widths: tuple[int, ...]
    small_widths: tuple[int, int]
    attention: AttentionSettings


class Excitation(nn.Module):
    """Skip-layer excitation: a factor in (0, 1) for each channel of larger features (Liu et al., 3.1).

    Smaller features are averaged with weights that they choose themselves (Cao et al. 2020).
    """

    def __init__(self, channels: int, width: int):
        super().__init__()
        self.weigh = nn.Linear(channels, 1)
        between = max(3, width // 2)
        layers = [nn.Linear(channels, between), nn.LeakyReLU(LEAK), nn.Linear(between, width), nn.Sigmoid()]
        self.factors = nn.Sequential(*layers)

    def forward(self, features: Tensor) -> Tensor:
        """From ``(n, channels, y, x)`` to ``(n, width, 1, 1)``."""
        pixels = features.permute(0, 2, 3, 1).flatten(1, 2)
        average = self.weigh(pixels).softmax(dim=1).mT @ pixels
        return self.factors(average).permute(0, 2, 1)[..., None]


class Generator(nn.Module):
    """Latent ``(n, latent_channels, 1, 1)`` to images ``(n, band, y, x)``.

    Levels are -1 to 1; the output is linear and may leave that range.
    """

    def __init__(self, settings: GeneratorSettings, bands: int):
        super().__init__()
        first = settings.widths[0]
        self.first = nn.Sequential(
            nn.ConvTranspose2d(settings.latent_channels, 2 * first, FIRST),
            nn.BatchNorm2d(2 * first),
            Gate(),
        )
        self.attention, self.doublings = nn.ModuleDict(), nn.ModuleDict()
        self.excitations = nn.ModuleDict()
        width_at = {FIRST * 2**number: width for number, width in enumerate(settings.widths)}
        for size, width in list(width_at.items())[1:]:
            before = width_at[size // 2]
            if size // 2 in settings.attention.sizes:
                self.attention[str(size // 2)] = LinearAttention(before, settings.attention)
            self.doublings[str(size)] = nn.Sequential(
                DoublingConvolution(before, 2 * width), nn.BatchNorm2d(2 * width), Gate()
            )
        self.excited = {str(large): str(small) for small, large in settings.excitations}
        for small, large in settings.excitations:
            self.excitations[str(large)] = Excitation(width_at[small], width_at[large])
        self.output = nn.Conv2d(settings.widths[-1], bands, 3, padding=1)
        self.apply(_start)

    def forward(self, latent: Tensor) -> Tensor:
        features = F.normalize(self.first(latent), dim=1)
        at = {str(FIRST): features}
        before = str(FIRST)
        for size, doubling in self.doublings.items():
            if before in self.attention:
                features = self.attention[before](features)
            features = doubling(features)
            if size in self.excited:
                features = features * self.excitations[size](at[self.excited[size]])
            at[size] = features
            before = size
        with torch.autocast(features.device.type, enabled=False):
            return 2 * self.output(features.float()) - 1


class Halving(nn.Module):
    """Features of half the size: strided convolutions and, beside them, an average (Liu et al., 3.2)."""

    def __init__(self, channels: int, width: int):
        super().__init__()
        self.strided = nn.Sequential(
            nn.Conv2d(channels, width, 4, 2, 1),
            nn.LeakyReLU(LEAK),
            nn.Conv2d(width, width, 3, padding=1),
            nn.LeakyReLU(LEAK),
        )
        self.averaged = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(channels, width, 1), nn.LeakyReLU(LEAK))

    def forward(self, features: Tensor) -> Tensor:
        return self.strided(features) + self.averaged(features)


class Decoder(nn.Sequential):
    """Features ``(n, channels, y, x)`` to a picture of what they hold; each doubling halves the channels."""

    def __init__(self, channels: int, doublings: int, bands: int):
        widths = [channels // 2**number for number in range(doublings)]
        outputs = [width // 2 for width in widths[:-1]] + [bands]
        pairs = zip(widths, outputs, strict=True)
        super().__init__(*(nn.Sequential(DoublingConvolution(w, 2 * o), Gate()) for w, o in pairs))


class Discriminator(nn.Module):
    """Images ``(n, band, y, x)`` to logits of 5 x 5 overlapping parts and of the whole, reduced to 32 px."""

    def __init__(self, settings: DiscriminatorSettings, bands: int):
        super().__init__()
        size = LAST * 2 ** len(settings.widths)
        self.attention, self.halvings = nn.ModuleDict(), nn.ModuleList()
        channels = bands
        for number, width in enumerate(settings.widths):
            if size // 2**number in settings.attention.sizes:
                self.attention[str(number)] = LinearAttention(channels, settings.attention)
            self.halvings.append(Halving(channels, width))
            channels = width
        self.judge_parts = nn.Sequential(nn.Conv2d(channels, channels, 1), nn.LeakyReLU(LEAK))
        self.parts_logits = nn.Conv2d(channels, 1, 4)
        wide, narrow = settings.small_widths
        self.small = nn.Sequential(
            nn.Conv2d(bands, wide, 3, padding=1),
            LinearAttention(wide, settings.attention),
            Halving(wide, narrow),
            LinearAttention(narrow, settings.attention),
            nn.AdaptiveAvgPool2d(4),
        )
        self.small_logit = nn.Conv2d(narrow, 1, 4)
        self.whole = Decoder(channels, min(DOUBLINGS, len(settings.widths)), bands)
        self.quarter = Decoder(settings.widths[-2], min(DOUBLINGS, len(settings.widths) - 1), bands)
        self.apply(_start)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the parts, ``(n, 25)``, and of the whole, ``(n, 1)``."""
        levels = (images + 1) / 2
        return self._logits(levels, self._features(levels)[1])

    def judge(self, images: Tensor, quarter: int) -> tuple[tuple[Tensor, Tensor], Tensor]:
        """Logits, and the error with which the decoders draw ``images`` from what was seen of them.

        One decoder draws the whole image from the last features; the other one quarter of it, 0 to 3 by rows,
        from a quarter of the features before. The error is the sum of both mean squares, of levels 0 to 1.
        """
        levels = (images + 1) / 2
        before, last = self._features(levels)
        part = self.quarter(quarter_of(before, quarter))
        error = _error(self.whole(last), levels) + _error(part, quarter_of(levels, quarter))
        return self._logits(levels, last), error

    def _features(self, levels: Tensor) -> tuple[Tensor, Tensor]:
        """What is seen at 16 px and at 8."""
        before, features = levels, levels
        for number, halving in enumerate(self.halvings):
            before = features
            if str(number) in self.attention:
                features = self.attention[str(number)](features)
            features = halving(features)
        return before, features

    def _logits(self, levels: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        parts, whole = self.judge_parts(features), self.small(reduced(levels, SMALL))
        with torch.autocast(levels.device.type, enabled=False):
            return self.parts_logits(parts.float()).flatten(1), self.small_logit(whole.float()).flatten(1)


def quarter_of(images: Tensor, quarter: int) -> Tensor:
    """One of the four quarters of square ``images``, counted by rows."""
    half = images.shape[-1] // 2
    y, x = divmod(quarter, 2)
    return images[..., y * half : (y + 1) * half, x * half : (x + 1) * half]


def reduced(images: Tensor, size: int) -> Tensor:
    """Square ``images`` at ``size`` px, a divisor of theirs, by their nearest pixels."""
    step = images.shape[-1] // size
    return images[..., ::step, ::step]


def build(generator: dict, discriminator: dict, bands: int) -> tuple[Generator, Discriminator]:
    """Both networks from the ``generator`` and ``discriminator`` blocks of a run."""
    return (
        Generator(GeneratorSettings(**_read(generator)), bands),
        Discriminator(DiscriminatorSettings(**_read(discriminator)), bands),
    )


def latent_shape(generator: dict, images: int, size: int, bands: int) -> tuple[int, int, int, int]:
    """Shape of the noise for ``images`` images."""
    return images, generator["latent_channels"], 1, 1


def _read(block: dict) -> dict:
    attention = block["attention"] | {"sizes": tuple(block["attention"]["sizes"])}
    lists = {key: tuple(block[key]) for key in ("widths", "small_widths") if key in block}
    return block | lists | {"attention": AttentionSettings(**attention)}


def _start(module: nn.Module) -> None:
    """Draw weights as the package does (He et al. 2015); transposed convolutions have PyTorch's own."""
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.kaiming_normal_(module.weight)


def _error(picture: Tensor, levels: Tensor) -> Tensor:
    """Mean squared difference from ``levels`` at the picture's size."""
    return F.mse_loss(picture.float(), reduced(levels, picture.shape[-1]))
