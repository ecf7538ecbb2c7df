"""Crops as a shorter exposure would have them: with noise added that correlates as the field's own does."""

import torch
import torch.nn.functional as F
from torch import Tensor

REACH = 4  # px over which noise correlates
SOURCE = 3.0  # sigma, above which a pixel is a source's; so are those within `REACH` of it


def noise_kernel(field: Tensor) -> Tensor:
    """Kernel that makes white noise correlate as the blank pixels of a field do.

    Parameters
    ----------
    field
        Shape ``(band, y, x)``, asinh of the flux in sigmas of the sky.

    Returns
    -------
    Tensor
        Shape ``(band, 1, k, k)``, symmetric, the sum of its squares 1.
    """
    side = 2 * REACH + 1
    near_sources = F.max_pool2d((field > SOURCE).float()[None], side, 1, REACH)[0]
    blank = (near_sources == 0).float()
    flux = torch.sinh(field) * blank
    height, width = field.shape[1:]
    lags = [torch.arange(-REACH, REACH + 1, device=field.device) % length for length in (height, width)]

    def correlated(maps: Tensor) -> Tensor:
        products = torch.fft.irfft2(torch.fft.rfft2(maps).abs().square(), s=(height, width))
        return products[:, lags[0]][:, :, lags[1]]

    covariance = correlated(flux) / correlated(blank).clamp(min=1)
    # The kernel whose autocorrelation this is, of all those the one without a phase.
    power = torch.fft.fft2(torch.fft.ifftshift(covariance, dim=(1, 2))).real.clamp(min=0)
    kernel = torch.fft.fftshift(torch.fft.ifft2(power.sqrt()).real, dim=(1, 2))
    return (kernel / kernel.square().sum(dim=(1, 2), keepdim=True).sqrt())[:, None]


def shallower(images: Tensor, depth: Tensor, kernel: Tensor, random: torch.Generator) -> Tensor:
    """Images ``(n, band, y, x)``, asinh of flux in sigmas, made shallower by ``depth`` mag, ``(n,)`` <= 0."""
    margin = kernel.shape[-1] // 2
    count, bands, height, width = images.shape
    white = torch.randn(
        (count, bands, height + 2 * margin, width + 2 * margin), generator=random, device=images.device
    )
    noise = F.conv2d(white, kernel, groups=bands)
    added = (10 ** (-0.8 * depth) - 1).clamp(min=0).sqrt()
    return torch.asinh(torch.sinh(images) + added[:, None, None, None] * noise)
