"""Levels of 8-bit images as networks see them, and back.

A ``stretch`` is ``linear``, or ``square_root``: most light of a sparse frame lies in few pixels, and the root
lifts a level of 1 from 0.004 to 0.06 of the range.
"""

import torch
from torch import Tensor


def from_levels(images: Tensor, stretch: str) -> Tensor:
    """Levels 0 to 255, uint8, as -1 to 1."""
    if stretch == "linear":
        return images.float() / 127.5 - 1
    return 2 * torch.sqrt(images.float() / 255) - 1


def to_levels(output: Tensor, stretch: str) -> Tensor:
    """What a generator paints as levels, uint8; what lies beyond -1 and 1 is clipped."""
    if stretch == "linear":
        return (127.5 * (output + 1)).round().clamp(0, 255).to(torch.uint8)
    return (255 * ((output + 1) / 2).clamp(0, 1).square()).round().to(torch.uint8)
