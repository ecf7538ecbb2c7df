"""What processes do together that train as one, each on its share of every batch.

Such processes are called ranks. Each rank's loss is that of its share, and the loss of the batch is their
mean. So is its gradient, as long as whatever else a batch decides is decided by a `mean` over ranks. Every
rank draws random numbers for the whole batch, from the same stream, and takes its `share` of them. To a
process that is alone nothing happens here.
"""

from collections.abc import Sequence

import torch
import torch.distributed as dist
from torch import Tensor


def count() -> int:
    """How many ranks there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


def index() -> int:
    """Which of them this one is, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def leads() -> bool:
    """Whether this rank is the one that writes files."""
    return index() == 0


def share(whole: Tensor, dim: int = 0, parts: int = 1) -> Tensor:
    """This rank's rows of ``whole``, those of each of ``parts`` equal parts side by side.

    So packs, which join rows from as many parts of a batch, are those of the whole batch.
    """
    if count() == 1:
        return whole
    return whole.unflatten(dim, (parts, count(), -1)).select(dim + 1, index()).flatten(dim, dim + 1)


def mean(values: Tensor) -> Tensor:
    """Mean over ranks, number by number; gradients go back to all of them."""
    return values if count() == 1 else _Mean.apply(values)


class _Mean(torch.autograd.Function):
    # Each value is one part in `count` of a mean on which all losses depend: the gradient of their sum by the
    # value is the mean of their gradients by the mean.
    @staticmethod
    def forward(ctx, values: Tensor) -> Tensor:
        total = values.clone()
        dist.all_reduce(total)
        return total / count()

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        return _Mean.apply(gradient.contiguous())


def average(tensors: Sequence[Tensor]) -> None:
    """Put in place of each tensor its mean over ranks; one message for all."""
    if count() == 1:
        return
    flat = torch.cat([tensor.flatten() for tensor in tensors])
    dist.all_reduce(flat)
    flat /= count()
    for tensor, values in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
        tensor.copy_(values.view(tensor.shape))


def of_leader(value: str | None) -> str | None:
    """What the leading rank gave here, so that all do alike."""
    values = [value]
    if count() > 1:
        dist.broadcast_object_list(values, device=torch.device("cpu"))
    return values[0]


def wait() -> None:
    """Wait until all ranks are here."""
    if count() > 1:
        dist.all_reduce(torch.zeros(()))
