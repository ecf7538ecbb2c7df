"""The average of a network's weights over its steps, which paints better than the weights of any one step."""

import copy
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class AverageSettings:
    """How weights are averaged.

    Attributes
    ----------
    decay
        What the average keeps of itself.
    every
        Steps between two updates.
    start
        Steps until which the average is the network itself.
    """

    decay: float
    every: int
    start: int


class Average:
    """An exponential average of ``original``, weights and normalisations alike.

    Attributes
    ----------
    network
        The average, as a network of the same kind.
    """

    def __init__(self, original: nn.Module, settings: AverageSettings):
        self.original, self.settings = original, settings
        self.network = copy.deepcopy(original).requires_grad_(False)

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move the average after ``step`` steps, if that is its time."""
        settings = self.settings
        if step % settings.every:
            return
        weight = 1 - settings.decay if step > settings.start else 1.0
        originals = self.original.state_dict()
        for name, tensor in self.network.state_dict().items():
            if tensor.is_floating_point():
                tensor.lerp_(originals[name], weight)
            else:
                tensor.copy_(originals[name])
