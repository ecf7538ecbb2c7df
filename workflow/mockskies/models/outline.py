"""The outline of a network: what a forward pass really goes through, layer by layer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

ADDITIONS = {torch.add, Tensor.add, Tensor.add_, Tensor.__add__, Tensor.__iadd__}
# Activations that a network may call without a module.
FUNCTIONS = {
    torch.relu: "ReLU",
    F.relu: "ReLU",
    F.leaky_relu: "LeakyReLU",
    torch.tanh: "Tanh",
    torch.sigmoid: "Sigmoid",
}
# Settings of a layer that are kept, where it has them.
SETTINGS = ("kernel_size", "stride", "padding", "scale_factor", "negative_slope", "p")


@dataclass
class Outline:
    """What a forward pass goes through.

    Attributes
    ----------
    input
        Shape of the network's input without the batch, ``(channel, y, x)``.
    parameters
        Numbers that training changes.
    layers
        In the order in which they are called: ``name`` (class), ``path`` (in the network; empty for a
        function), ``settings`` and ``shape`` (of the output, without the batch).
    skips
        Pairs of layers by number: the first's output is added to the second's. The network's input is -1.
    """

    input: list[int]
    parameters: int
    layers: list[dict] = field(default_factory=list)
    skips: list[list[int]] = field(default_factory=list)


def outline(network: nn.Module, size: int) -> Outline:
    """Send one input of ``size`` pixels a side through ``network`` and write down what it meets.

    The input has as many channels as the first convolution takes.
    """
    first = next(m for m in network.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d))
    shape = (first.in_channels, size, size)
    parameters = sum(p.numel() for p in network.parameters() if p.requires_grad)
    record = _Record(Outline(list(shape), parameters))
    with _evaluated(network), record.listening(network), torch.no_grad(), record:
        record.follow(start := torch.zeros(1, *shape), -1)
        network(start)
    return record.outline


class _Record(TorchFunctionMode):
    """Listens to modules through hooks, and to additions and bare activations as functions."""

    def __init__(self, outline: Outline):
        super().__init__()
        self.outline = outline
        self.origin: dict[int, int] = {}  # number of the layer that a tensor came from, by the tensor's id
        self.alive: list[Tensor] = []  # ids are only unique among tensors that exist
        self.inside = 0

    def follow(self, tensor: Tensor, layer: int) -> None:
        self.origin[id(tensor)] = layer
        self.alive.append(tensor)

    def add_layer(self, name: str, path: str, settings: dict, output: Tensor) -> None:
        self.outline.layers.append(
            {"name": name, "path": path, "settings": settings, "shape": list(output.shape[1:])}
        )
        self.follow(output, len(self.outline.layers) - 1)

    @contextmanager
    def listening(self, network: nn.Module) -> Iterator[None]:
        handles = []
        for path, module in network.named_modules():
            if not list(module.children()):
                handles += [
                    module.register_forward_pre_hook(self._enter),
                    module.register_forward_hook(self._leave(path)),
                ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _enter(self, module, inputs):
        self.inside += 1

    def _leave(self, path):
        def note(module, inputs, output):
            self.inside -= 1
            # A name of PyTorch's own, also for a layer that is derived from one.
            known = [kind for kind in type(module).__mro__ if kind.__module__.startswith("torch.")]
            settings = {key: _plain(getattr(module, key)) for key in SETTINGS if hasattr(module, key)}
            self.add_layer(known[0].__name__, path, settings, output)

        return note

    def __torch_function__(self, function, types, arguments=(), keywords=None):
        output = function(*arguments, **(keywords or {}))
        if self.inside:
            return output
        if function in FUNCTIONS:
            self.add_layer(FUNCTIONS[function], "", {}, output)
        elif function in ADDITIONS:
            ends = sorted(self.origin[id(term)] for term in arguments[:2] if id(term) in self.origin)
            if len(ends) == 2:
                self.outline.skips.append(ends)
                self.follow(output, ends[1])
        return output


@contextmanager
def _evaluated(network: nn.Module) -> Iterator[None]:
    """One image has no batch to be normalised by."""
    training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(training)


def _plain(value):
    """One number for a square kernel or step."""
    if isinstance(value, tuple) and len(set(value)) == 1:
        return value[0]
    return value
