"""How many peaks of an image are how bright, of which colour and how concentrated.

A discriminator judges looks. Of how many sources there are of each brightness one batch tells it little, and
networks chase each other there (docs/fidelity.md, steps 5 to 10). These counts are smooth functions of an
image's pixels, so that a generator can be held to those of real images.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SCALES = 1.5, 3.0, 6.0  # px, deviations of the Gaussians that images are smoothed with
MARGIN = 15  # px, within which the widest of them would look over the edge
WINDOW = 9  # px, in which a peak is the highest
FAINTEST = 2.0  # of a peak, the mean over bands and scales, in sigmas of the sky
HALF_MAGNITUDE = 0.2 * math.log(10)
SOFTNESS = 0.25  # of every edge, in the bins between which it lies
# Edges of bins: of the logarithm of flux, of that of a ratio of two bands, and of that of two scales.
FLUXES = torch.arange(7) * HALF_MAGNITUDE
COLOURS = torch.linspace(-1.5, 2.5, 17)
CONCENTRATIONS = torch.linspace(0.25, 2.25, 9)


class PeakCounts(nn.Module):
    """Images ``(n, band, y, x)``, asinh of flux in sigmas of the sky, to densities of peaks in bins, per Mpx.

    Bins of the flux at each scale in each band, of the colours of neighbouring bands, and of concentration:
    the densities of each add up to that of all peaks.

    Attributes
    ----------
    real, generated
        Densities over the steps so far, ``(bin,)``; buffers.
    steps
        How many those are; a buffer.
    """

    def __init__(self, bands: int):
        super().__init__()
        self.edges = len(SCALES) * bands * [FLUXES] + (bands - 1) * [COLOURS] + [CONCENTRATIONS]
        self.lengths = [len(edges) + 1 for edges in self.edges]
        for name in ("real", "generated"):
            self.register_buffer(name, torch.zeros(sum(self.lengths)))
        self.register_buffer("steps", torch.zeros(()))

    def forward(self, images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, enabled=False):
            flux = images.float().sinh()
            scales = torch.stack([_smoothed(flux, scale) for scale in SCALES], dim=1)
            brightness = scales.mean(dim=(1, 2))
            (image, y, x), weights = _peaks(brightness)
            densities = 1e6 / brightness.numel() * weights
            features = _features(scales[image, :, :, y, x])
            kinds = zip(features, self.edges, strict=True)
            return torch.cat([_binned(values, edges.to(values), densities) for values, edges in kinds])


def _peaks(brightness: Tensor) -> tuple[tuple[Tensor, ...], Tensor]:
    """Image, row and column of every peak, and how far each counts, between 0 and 1."""
    highest = F.max_pool2d(brightness, WINDOW, stride=1, padding=WINDOW // 2)
    peaks = (brightness == highest) & (brightness > FAINTEST / 2)
    # Cores are flat where the detector's range ends: what is highest together is one peak.
    ties = F.avg_pool2d(peaks.float(), WINDOW, stride=1, padding=WINDOW // 2) * WINDOW**2
    above = torch.log(brightness[peaks] / FAINTEST)
    return peaks.nonzero(as_tuple=True), torch.sigmoid(above / (SOFTNESS * HALF_MAGNITUDE)) / ties[peaks]


def _features(flux: Tensor) -> list[Tensor]:
    """What is counted of peaks, from their flux ``(peak, scale, band)``."""
    logarithms = flux.clamp(min=0.1).log()
    middle = logarithms[:, 1]
    colours = middle[:, :-1] - middle[:, 1:]
    concentration = (logarithms[:, 0] - logarithms[:, 2]).mean(dim=1)
    return [*logarithms.flatten(1).T, *colours.T, concentration]


def _smoothed(flux: Tensor, scale: float) -> Tensor:
    """Where no margin is missing, smoothed along one axis and then the other."""
    offsets = torch.arange(-MARGIN, MARGIN + 1, device=flux.device)
    kernel = torch.exp(-(offsets**2) / (2 * scale**2))
    kernel = (kernel / kernel.sum()).expand(flux.shape[1], 1, 1, -1)
    bands = flux.shape[1]
    return F.conv2d(F.conv2d(flux, kernel, groups=bands), kernel.transpose(2, 3), groups=bands)


def _binned(feature: Tensor, edges: Tensor, weights: Tensor) -> Tensor:
    """Sums of weights in the bins between edges, and in two open ones."""
    above = torch.sigmoid((feature[:, None] - edges) / (SOFTNESS * (edges[1] - edges[0])))
    beyond = F.pad(above, (1, 0), value=1) - F.pad(above, (0, 1))
    return weights @ beyond
