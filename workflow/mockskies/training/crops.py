"""Random crops of a field, cut and flipped on the device that holds it."""

import torch
from torch import Tensor

TRIALS = 32  # places drawn for each crop, of which the first outside the quadrant is taken


def random_crops(
    field: Tensor, count: int, size: int, random: torch.Generator, hold_out: bool = False, turn: bool = False
) -> Tensor:
    """Cut ``count`` squares at random places, each flipped at random along either axis (section 2.2).

    Parameters
    ----------
    field
        Shape ``(band, y, x)``.
    size
        Side in pixels.
    hold_out
        Whether no crop touches the quadrant of the highest rows and columns.
    turn
        Whether half of the crops, at random, also have their axes exchanged.

    Returns
    -------
    Tensor
        Shape ``(count, band, size, size)``.
    """
    offsets = torch.arange(size, device=field.device)
    starts = _starts(field, count, size, random, hold_out)
    lines = []
    for start in starts:
        flip = torch.randint(2, (count, 1), generator=random, device=field.device, dtype=torch.bool)
        lines.append(start + torch.where(flip, size - 1 - offsets, offsets))
    rows, columns = lines
    crops = field[:, rows[:, :, None], columns[:, None, :]].transpose(0, 1)
    if turn:
        turned = torch.randint(2, (count, 1, 1, 1), generator=random, device=field.device, dtype=torch.bool)
        crops = torch.where(turned, crops.transpose(2, 3), crops)
    return crops


def _starts(
    field: Tensor, count: int, size: int, random: torch.Generator, hold_out: bool
) -> tuple[Tensor, Tensor]:
    """First rows and first columns of crops, each ``(count, 1)``."""
    trials = TRIALS if hold_out else 1
    rows, columns = (
        torch.randint(length - size + 1, (count, trials), generator=random, device=field.device)
        for length in field.shape[1:]
    )
    if hold_out:
        height, width = field.shape[1:]
        outside = (rows + size <= height // 2) | (columns + size <= width // 2)
        first = outside.byte().argmax(dim=1, keepdim=True)
        rows, columns = rows.gather(1, first), columns.gather(1, first)
    return rows, columns
