"""Random crops of a field, cut and flipped on the device that holds it."""

import torch
from torch import Tensor


def random_crops(field: Tensor, count: int, size: int, random: torch.Generator) -> Tensor:
    """Cut ``count`` squares at random places, each flipped at random along either axis (section 2.2).

    Parameters
    ----------
    field
        Shape ``(band, y, x)``.
    size
        Side in pixels.

    Returns
    -------
    Tensor
        Shape ``(count, band, size, size)``.
    """
    offsets = torch.arange(size, device=field.device)
    lines = []
    for length in field.shape[1:]:
        start = torch.randint(length - size + 1, (count, 1), generator=random, device=field.device)
        flip = torch.randint(2, (count, 1), generator=random, device=field.device, dtype=torch.bool)
        lines.append(start + torch.where(flip, size - 1 - offsets, offsets))
    rows, columns = lines
    return field[:, rows[:, :, None], columns[:, None, :]].transpose(0, 1)
