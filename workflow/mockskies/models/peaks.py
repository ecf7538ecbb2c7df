"""Peaks of smoothed images, and how bright, of which colour and how concentrated they are."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

SCALES = 1.5, 3.0, 6.0  # px, deviations of the Gaussians that images are smoothed with
MARGIN = 15  # px, within which the widest of them would look over the edge
WINDOW = 9  # px, in which a peak is the highest
FAINTEST = 2.0  # of a peak, the mean over bands and scales, in sigmas of the sky
HALF_MAGNITUDE = 0.2 * math.log(10)
BLUR = 0.25 * HALF_MAGNITUDE  # of what is bright enough
# Edges of bins: of the logarithm of flux, of that of a ratio of two bands, and of that of two scales.
FLUXES = torch.arange(7) * HALF_MAGNITUDE
COLOURS = torch.linspace(-1.5, 2.5, 17)
CONCENTRATIONS = torch.linspace(0.25, 2.25, 9)


def edges(bands: int) -> list[Tensor]:
    """Of the bins of each feature: flux at each scale in each band, colours of neighbours, concentration."""
    return len(SCALES) * bands * [FLUXES] + (bands - 1) * [COLOURS] + [CONCENTRATIONS]


def counted(flux: Tensor) -> tuple[list[Tensor], Tensor]:
    """Features of peaks in ``(n, band, y, x)``, in sigmas of the sky, and what each adds to the density.

    Returns
    -------
    list of Tensor, Tensor
        Each ``(peak,)``: one for each of `edges`, and a density per Mpx, less than that of one peak where
        it is hardly bright enough.
    """
    scales = torch.stack([_smoothed(flux, scale) for scale in SCALES], dim=1)
    brightness = scales.mean(dim=(1, 2))
    (image, y, x), weights = _peaks(brightness)
    return _features(scales[image, :, :, y, x]), 1e6 / brightness.numel() * weights


def _peaks(brightness: Tensor) -> tuple[tuple[Tensor, ...], Tensor]:
    """Image, row and column of every peak, and how far each counts, between 0 and 1."""
    highest = F.max_pool2d(brightness, WINDOW, stride=1, padding=WINDOW // 2)
    peaks = (brightness == highest) & (brightness > FAINTEST / 2)
    # Cores are flat where the detector's range ends: what is highest together is one peak.
    ties = F.avg_pool2d(peaks.float(), WINDOW, stride=1, padding=WINDOW // 2) * WINDOW**2
    above = torch.log(brightness[peaks] / FAINTEST)
    return peaks.nonzero(as_tuple=True), torch.sigmoid(above / BLUR) / ties[peaks]


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
