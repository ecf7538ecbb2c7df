"""How a detector learns boxes: which cell answers for a galaxy, and what its answer costs."""

import torch
import torch.nn.functional as F
from torch import Tensor

from mockskies.models.detector import boxes_of
from mockskies.training import ranks

# Overlap with a galaxy above which a cell that does not answer for it is not told that there is none.
IGNORED = 0.5


def responsible_cells(boxes: Tensor, stride: int, shape: tuple[int, int]) -> Tensor:
    """Number of the cell in which each box of ``boxes``, ``(..., 4)``, has its centre, ``(...)``.

    Parameters
    ----------
    stride
        Side of a cell in px.
    shape
        Rows and columns of cells, numbered row by row.
    """
    centres = (boxes[..., :2] + boxes[..., 2:]) / 2
    row, column = (centres / stride).long().unbind(-1)
    return row.clamp(0, shape[0] - 1) * shape[1] + column.clamp(0, shape[1] - 1)


def overlap(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Intersection over union of boxes ``(..., 4)``, and its generalised form (Rezatofighi et al. 2019).

    The latter is less by the share of the box around both that neither covers, so that boxes which do
    not meet know where to go.
    """
    shared = torch.minimum(first[..., 2:], second[..., 2:]) - torch.maximum(first[..., :2], second[..., :2])
    shared = shared.clamp(min=0).prod(-1)
    areas = sum((box[..., 2:] - box[..., :2]).prod(-1) for box in (first, second))
    around = torch.maximum(first[..., 2:], second[..., 2:]) - torch.minimum(first[..., :2], second[..., :2])
    around = around.prod(-1)
    union = areas - shared
    plain = shared / union
    return plain, plain - (around - union) / around


def detection_loss(cells: Tensor, boxes: Tensor, stride: int, prior: float, box_weight: float) -> Tensor:
    """Cross-entropy of the confidences and generalised overlap of the boxes, a galaxy.

    As in YOLO the cell that holds a galaxy's centre answers for it, its confidence is to be its box's overlap
    with the galaxy, and all others' is to be 0 (Redmon et al. 2016, section 2; cells whose box is over
    a galaxy are let off, Redmon and Farhadi 2018, section 2.1). Their squares of differences are replaced
    by the losses that have been found better since.

    Parameters
    ----------
    cells
        What the network says, ``(n, 5, y, x)``.
    boxes
        Galaxies of each image, ``(n, m, 4)``, in px; where an image has fewer than m, boxes without area.
    stride, prior
        Of the network, in px.
    box_weight
        Of the boxes beside the confidences.
    """
    found, logits = boxes_of(cells, stride, prior)
    exists = boxes[..., 2] > boxes[..., 0]
    # Galaxies of the whole batch, a rank.
    number = ranks.mean(exists.sum().float()).clamp(min=1 / ranks.count())
    answer = responsible_cells(boxes, stride, cells.shape[2:])
    answers = found.gather(1, answer[..., None].expand(-1, -1, 4))
    # Anything with an area stands for boxes that do not exist: their overlap is not used.
    plain, generalised = overlap(answers, torch.where(exists[..., None], boxes, answers.detach()))
    with torch.no_grad():
        truth = torch.zeros_like(logits)
        # Of two galaxies in one cell the better found one counts, in whatever order they come.
        truth.scatter_reduce_(1, answer, plain * exists, "amax")
        meets, _ = overlap(found[:, :, None], boxes[:, None])
        told = (meets < IGNORED).all(2)
        told |= torch.zeros_like(logits).scatter_reduce_(1, answer, exists.float(), "amax") > 0
    entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return ((entropy * told).sum() + box_weight * ((1 - generalised) * exists).sum()) / number
