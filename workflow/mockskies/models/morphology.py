"""A classifier of galaxies that learns the volunteers' votes; galaxies are compared in its features."""

from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True)
class ClassifierSettings:
    """Shape of the classifier.

    Attributes
    ----------
    widths
        Channels after each halving; the last is the number of features.
    groups
        Groups of channels that are normalised together (Wu and He 2018).
    answers
        Vote fractions that it predicts: 37 in the Galaxy Challenge.
    """

    widths: tuple[int, ...]
    groups: int
    answers: int


class Classifier(nn.Module):
    """Images ``(n, band, y, x)`` in [-1, 1] to the logits of vote fractions, ``(n, answers)``.

    Each stage halves and then adds a residual layer. Groups and not batches are normalised, so an image's
    features do not depend on what is beside it.
    """

    def __init__(self, settings: ClassifierSettings, bands: int):
        super().__init__()
        layers: list[nn.Module] = []
        channels = bands
        for width in settings.widths:
            layers += [*layer(channels, width, 2, settings.groups), Residual(width, settings.groups)]
            channels = width
        self.hidden = nn.Sequential(*layers)
        self.judge = nn.Linear(channels, settings.answers)

    def features(self, images: Tensor) -> Tensor:
        """What the answers are read from, ``(n, widths[-1])``."""
        return self.hidden(images).float().mean(dim=(2, 3))

    def forward(self, images: Tensor) -> Tensor:
        return self.judge(self.features(images))


class Residual(nn.Module):
    """A layer that adds to its input."""

    def __init__(self, width: int, groups: int):
        super().__init__()
        self.inner = nn.Sequential(*layer(width, width, 1, groups))

    def forward(self, features: Tensor) -> Tensor:
        return features + self.inner(features)


def build(classifier: dict, bands: int) -> tuple[Classifier]:
    """The network from the ``classifier`` block of a run."""
    settings = classifier | {"widths": tuple(classifier["widths"])}
    return (Classifier(ClassifierSettings(**settings), bands),)


def layer(channels: int, width: int, stride: int, groups: int) -> list[nn.Module]:
    convolution = nn.Conv2d(channels, width, 3, stride, padding=1, bias=False)
    return [convolution, nn.GroupNorm(groups, width), nn.ReLU()]
