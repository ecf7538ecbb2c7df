"""How many peaks and sources of an image are how bright, of which colour and how large.

A discriminator judges looks. Of how many sources there are of each brightness one batch tells it little, and
networks chase each other there (docs/fidelity.md, steps 5 to 12). These counts are smooth functions of an
image's pixels, so that a generator can be held to those of real images.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mockskies.models import peaks, sources

SOFTNESS = 0.25  # of every edge, in the bins between which it lies


class NumberCounts(nn.Module):
    """Images ``(n, band, y, x)``, asinh of flux in sigmas of the sky, to densities in bins, per Mpx.

    Each of the bins of `mockskies.models.peaks` adds up to the density of all peaks, and each of those of
    `mockskies.models.sources` to that of all sources.

    Attributes
    ----------
    real, generated
        Densities over the steps so far, ``(bin,)``; buffers.
    steps
        How many those are; a buffer.
    """

    def __init__(self, bands: int):
        super().__init__()
        self.edges = [*peaks.edges(bands), *sources.edges(bands)]
        self.lengths = [len(edges) + 1 for edges in self.edges]
        for name in ("real", "generated"):
            self.register_buffer(name, torch.zeros(sum(self.lengths)))
        self.register_buffer("steps", torch.zeros(()))

    def forward(self, images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, enabled=False):
            flux = images.float().sinh()
            kinds = iter(self.edges)
            return torch.cat(
                [
                    _binned(feature, next(kinds).to(feature), weights)
                    for features, weights in (peaks.counted(flux), sources.counted(flux))
                    for feature in features
                ]
            )


def _binned(feature: Tensor, edges: Tensor, weights: Tensor) -> Tensor:
    """Sums of weights in the bins between edges, and in two open ones."""
    above = torch.sigmoid((feature[:, None] - edges) / (SOFTNESS * (edges[1] - edges[0])))
    beyond = F.pad(above, (1, 0), value=1) - F.pad(above, (0, 1))
    return weights @ beyond
