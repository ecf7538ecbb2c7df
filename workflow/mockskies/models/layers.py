"""Layers that several models share."""

from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Ramp:
    """A probability that changes with the epoch: ``before`` until ``start``, ``after`` from ``end`` on.

    In between it goes in a straight line; with ``start`` equal to ``end`` it jumps.
    """

    before: float
    after: float
    start: int
    end: int

    def at(self, epoch: int) -> float:
        """Probability during ``epoch``, counted from 0."""
        if epoch < self.start:
            return self.before
        if epoch >= self.end:
            return self.after
        return self.before + (self.after - self.before) * (epoch - self.start) / (self.end - self.start)


class RampedDropout(nn.Dropout2d):
    """Spatial dropout (Tompson et al. 2015) whose probability follows a `Ramp`."""

    def __init__(self, ramp: Ramp):
        super().__init__(ramp.at(0))
        self.ramp = ramp

    def set_epoch(self, epoch: int) -> None:
        self.p = self.ramp.at(epoch)


def set_epoch(network: nn.Module, epoch: int) -> None:
    """Tell every layer of ``network`` that changes with the epoch which one it is."""
    for module in network.modules():
        if isinstance(module, RampedDropout):
            module.set_epoch(epoch)


def start_as_dcgan(network: nn.Module) -> None:
    """Draw weights from N(0, 0.02) (table 1 of Fussell and Moews 2019), normalisation near the identity."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1, 0.02)
            nn.init.zeros_(module.bias)
