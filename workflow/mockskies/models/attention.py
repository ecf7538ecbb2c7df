"""Attention over all pixels of a feature map."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class AttentionSettings:
    """Shape of a layer of attention.

    Attributes
    ----------
    sizes
        Sides in px of the features that attend to themselves.
    heads
        Parts that attend apart from each other.
    channels
        Length of the keys and values of each part.
    """

    sizes: tuple[int, ...]
    heads: int
    channels: int


class LinearAttention(nn.Module):
    """Adds to each pixel what it finds in all others, at a cost that is linear in pixels (Shen et al. 2021).

    Keys are normalised over pixels and queries over channels, so keys meet values before queries meet either.
    Keys and values see the pixels around them.
    """

    def __init__(self, width: int, settings: AttentionSettings):
        super().__init__()
        self.heads = settings.heads
        inner = settings.heads * settings.channels
        self.norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, inner, bias=False)
        self.around = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.key_value = nn.Linear(width, 2 * inner, bias=False)
        self.output = nn.Linear(inner, width)

    def forward(self, features: Tensor) -> Tensor:
        # In channels-last order pixels are rows already, and nothing here is copied.
        pixels = self.norm(features.permute(0, 2, 3, 1))
        queries = self.query(pixels)
        around = self.around(pixels.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        keys, values = self.key_value(around).chunk(2, dim=-1)
        queries, keys, values = (self._by_head(t) for t in (queries, keys, values))
        meeting = queries.shape[-1] ** -0.5 * (keys.softmax(dim=-2).mT @ values)
        found = queries.softmax(dim=-1) @ meeting
        joined = F.gelu(found).transpose(1, 2).reshape(*pixels.shape[:3], -1)
        return features + self.output(joined).permute(0, 3, 1, 2)

    def _by_head(self, pixels: Tensor) -> Tensor:
        """From ``(n, y, x, inner)`` to ``(n, head, pixel, channel)``."""
        return pixels.flatten(1, 2).unflatten(2, (self.heads, -1)).transpose(1, 2)
