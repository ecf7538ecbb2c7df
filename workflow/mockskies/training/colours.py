"""Random changes of colour, by which images are varied before a discriminator sees them.

As Zhao et al. (2020) vary them: brightness, then saturation, then contrast. All are differentiable.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from mockskies.training import ranks


@dataclass(frozen=True)
class Colours:
    """How the colours of each image of a batch are changed; every field has the shape ``(n, 1, 1, 1)``.

    Attributes
    ----------
    changed
        Whether an image is changed at all.
    brightness
        What is added to every level.
    saturation
        Factor of each pixel's difference from the mean of its bands.
    contrast
        Factor of each level's difference from the mean of the image.
    """

    changed: Tensor
    brightness: Tensor
    saturation: Tensor
    contrast: Tensor

    @classmethod
    def draw(cls, images: int, probability: float, device: torch.device) -> "Colours":
        """Draw from PyTorch's own stream; each image is changed with ``probability``."""
        draws = torch.rand(4, ranks.count() * images, 1, 1, 1, device=device)
        coin, brightness, saturation, contrast = ranks.share(draws, dim=1)
        # Half the range of levels up or down, as these go from -1 to 1.
        return cls(coin < probability, 2 * brightness - 1, 2 * saturation, contrast + 0.5)

    def apply(self, images: Tensor) -> Tensor:
        """Images ``(n, band, y, x)``, levels -1 to 1, with their new colours; levels may leave that range."""
        brighter = images + self.brightness
        grey = brighter.mean(dim=1, keepdim=True)
        saturated = grey + self.saturation * (brighter - grey)
        mean = saturated.mean(dim=(1, 2, 3), keepdim=True)
        return torch.where(self.changed, mean + self.contrast * (saturated - mean), images)
