"""The small network that scores frames, section II C of de Fremond et al. (2020): three convolutions."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Settings:
    """Channels of the three convolutions, and of the layer between them and the score."""

    widths: tuple[int, int, int]
    hidden: int


class Scorer(nn.Module):
    """Frames ``(n, band, y, x)`` of any size to scores ``(n,)``.

    Each convolution is followed by a pooling of the brightest pixels, since a mean would lose sparse
    objects; the last pools to 4 x 4 cells whatever the frame's size.
    """

    CELLS = 4

    def __init__(self, settings: Settings, bands: int):
        super().__init__()
        layers: list[nn.Module] = []
        for width in settings.widths:
            layers += [nn.Conv2d(bands, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
            bands = width
        self.features = nn.Sequential(*layers, nn.AdaptiveMaxPool2d(self.CELLS), nn.Flatten())
        self.judge = nn.Sequential(
            nn.Linear(bands * self.CELLS**2, settings.hidden), nn.ReLU(), nn.Linear(settings.hidden, 1)
        )

    def forward(self, frames: Tensor) -> Tensor:
        features = self.features(frames)
        with torch.autocast(features.device.type, enabled=False):
            return self.judge(features.float()).flatten()


def build(scorer: dict, bands: int) -> tuple[Scorer]:
    """The network from the ``scorer`` block of a run."""
    return (Scorer(Settings(**scorer | {"widths": tuple(scorer["widths"])}), bands),)
