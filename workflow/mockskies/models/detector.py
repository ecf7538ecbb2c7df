"""A one-stage detector in the manner of YOLO: each cell of a grid tells whether a galaxy is centred there."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mockskies.models.morphology import Residual, layer


@dataclass(frozen=True)
class DetectorSettings:
    """Shape of the detector.

    Attributes
    ----------
    widths
        Channels after each halving; n of them make cells of 2^n px.
    blocks
        Residual layers at the last width, by which a cell sees what lies around it.
    groups
        Groups of channels that are normalised together (Wu and He 2018).
    prior
        Side in px of the box around which sizes are learnt: that of a common galaxy.
    """

    widths: tuple[int, ...]
    blocks: int
    groups: int
    prior: float


class Detector(nn.Module):
    """Images ``(n, band, y, x)`` in [-1, 1] to what each cell says, ``(n, 5, y, x)``.

    These are the logit of its confidence, and how far a box is from the cell's corner and from the prior, as
    `boxes_of` reads them. One prior in place of YOLOv2's five: galaxies have one shape at many sizes.
    """

    def __init__(self, settings: DetectorSettings, bands: int):
        super().__init__()
        self.stride = 2 ** len(settings.widths)
        self.prior = settings.prior
        layers: list[nn.Module] = []
        channels = bands
        for width in settings.widths:
            layers += [*layer(channels, width, 2, settings.groups), Residual(width, settings.groups)]
            channels = width
        layers += [Residual(channels, settings.groups) for _ in range(settings.blocks)]
        self.hidden = nn.Sequential(*layers)
        self.judge = nn.Conv2d(channels, 5, 1)
        nn.init.zeros_(self.judge.weight)
        nn.init.zeros_(self.judge.bias)
        # Few cells hold a galaxy: without this the first steps would only learn that (Lin et al. 2017, 4.1).
        nn.init.constant_(self.judge.bias[0], -4)

    def forward(self, images: Tensor) -> Tensor:
        features = self.hidden(images)
        # With the 8 bits of bfloat16 places would be coarse.
        with torch.autocast(features.device.type, enabled=False):
            return self.judge(features.float())


def boxes_of(cells: Tensor, stride: int, prior: float) -> tuple[Tensor, Tensor]:
    """Boxes and the logits of their confidence, from what each cell says.

    Redmon and Farhadi (2017), section 2, "Direct location prediction": the centre lies within the cell,
    b = sigmoid(t) + c, and the side is that of the prior times exp(t).

    Parameters
    ----------
    cells
        Shape ``(n, 5, y, x)``: logit, centre in y and x, height and width.
    stride
        Side of a cell in px.
    prior
        In px.

    Returns
    -------
    boxes
        Top, left, bottom and right in px, ``(n, cell, 4)``, cells row by row.
    logits
        Shape ``(n, cell)``.
    """
    rows, columns = (torch.arange(n, device=cells.device) for n in cells.shape[2:])
    corners = torch.stack(torch.meshgrid(rows, columns, indexing="ij"))
    centres = (torch.sigmoid(cells[:, 1:3]) + corners) * stride
    # A side of 400 priors is no galaxy, and its square no number to optimise.
    halves = prior / 2 * torch.exp(cells[:, 3:].clamp(-6, 6))
    boxes = torch.cat([centres - halves, centres + halves], dim=1).flatten(2).mT
    return boxes, cells[:, 0].flatten(1)


def build(detector: dict, bands: int) -> tuple[Detector]:
    """The network from the ``detector`` block of a run."""
    settings = detector | {"widths": tuple(detector["widths"])}
    return (Detector(DetectorSettings(**settings), bands),)
