"""Sources of an image, as a catalogue has them, and how bright, of which colour and how large they are.

As `mockskies.measurement.detection` finds them, without background and deblending: the same number of
connected pixels above the same threshold. Gradients take which pixels are a source's as they are.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import Tensor

from mockskies.models.peaks import BLUR, COLOURS, HALF_MAGNITUDE, MARGIN

THRESHOLD = 5.0  # sigmas of the mean of all bands' skies, as smith2019 section 3 has it
EXTENT = 0.75  # of the threshold: how bright pixels of a source are at the least
MINIMUM_AREA = 5  # px above the threshold
PYRAMID = 1, 2, 1  # SExtractor's default.conv, along each axis
# Edges of bins: of the logarithm of flux, and of that of flux over peak, an area.
FLUXES = 2.5 + torch.arange(17) * HALF_MAGNITUDE
AREAS = torch.linspace(1.5, 7, 12)


def edges(bands: int) -> list[Tensor]:
    """Of the bins of each feature: flux in each band, colours of neighbours, area."""
    return bands * [FLUXES] + (bands - 1) * [COLOURS] + [AREAS]


def counted(flux: Tensor) -> tuple[list[Tensor], Tensor]:
    """Features of sources in ``(n, band, y, x)``, in sigmas of the sky, and what each adds to the density.

    Sources whose brightest pixel is within a margin are left out, since they may be cut off.

    Returns
    -------
    list of Tensor, Tensor
        Each ``(source,)``: one for each of `edges`, and a density per Mpx, less than that of one source
        where it is hardly detected.
    """
    bands, side = flux.shape[1], flux.shape[-1]
    light = _filtered(flux.mean(dim=1))
    threshold = THRESHOLD / math.sqrt(bands)
    pixels, source, brightest, least = _sources(light.detach(), EXTENT * threshold)
    of_sources = flux.transpose(0, 1).flatten(1).index_select(1, pixels)
    total = flux.new_zeros(bands, len(brightest)).index_add(1, source, of_sources)
    places = torch.stack([brightest // side % side, brightest % side])
    inside = ((places >= MARGIN) & (places < side - MARGIN)).all(dim=0)
    weights = inside * torch.sigmoid(torch.log(light.take(least) / threshold) / BLUR)
    megapixels = len(flux) * (side - 2 * MARGIN) ** 2 / 1e6
    return _features(total, light.take(brightest)), weights / megapixels


def _features(total: Tensor, peak: Tensor) -> list[Tensor]:
    """What is counted of sources, from their flux ``(band, source)`` and the mean band's brightest pixel."""
    total = total.clamp(min=1)
    logarithms = total.log()
    return [*logarithms, *(logarithms[:-1] - logarithms[1:]), torch.log(total.mean(dim=0) / peak)]


def _sources(light: Tensor, level: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Connected pixels of ``(n, y, x)`` above a level.

    Where each pixel of a source is in the flat array, the source's number, and where each source has its
    brightest pixel and the faintest of the least number that make one.
    """
    neighbours = np.zeros((3, 3, 3), dtype=bool)
    neighbours[1] = True
    labels, _ = ndimage.label(light.cpu().numpy() > level, neighbours)
    labels = torch.from_numpy(labels.ravel()).to(light.device, torch.int64)
    areas = labels.bincount()
    large = areas >= MINIMUM_AREA
    large[0] = False
    (pixels,) = large[labels].nonzero(as_tuple=True)
    pixels = pixels[light.take(pixels).argsort(descending=True)]
    pixels = pixels[labels[pixels].argsort(stable=True)]
    first = areas[large].cumsum(0) - areas[large]
    source = (large.cumsum(0) - 1)[labels[pixels]]
    return pixels, source, pixels[first], pixels[first + MINIMUM_AREA - 1]


def _filtered(light: Tensor) -> Tensor:
    kernel = (light.new_tensor(PYRAMID) / sum(PYRAMID)).view(1, 1, 1, -1)
    once = F.conv2d(light[:, None], kernel, padding=(0, 1))
    return F.conv2d(once, kernel.transpose(2, 3), padding=(1, 0)).squeeze(1)
