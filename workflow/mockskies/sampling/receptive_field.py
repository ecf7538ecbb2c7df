"""Which inputs a stretch of a convolutional network's output depends on, read from its layers."""

from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Layer:
    """One layer that moves information sideways, along one axis.

    ``kernel``, ``stride`` and ``before`` (zeros put in front) as in PyTorch; ``upsamples`` tells a transposed
    convolution from a convolution, whose stride here is always 1. ``pointwise`` follow the layer.
    """

    module: nn.Conv2d | nn.ConvTranspose2d
    kernel: int
    stride: int
    before: int
    upsamples: bool
    pointwise: tuple[nn.Module, ...]

    def needs(self, start: int, stop: int) -> tuple[int, int]:
        """Input positions that output positions ``[start, stop)`` depend on; may reach beyond the input."""
        if self.upsamples:
            first = -(-(start + self.before - self.kernel + 1) // self.stride)
            return first, (stop - 1 + self.before) // self.stride + 1
        return start - self.before, stop - self.before + self.kernel - 1


def layers(network: nn.Sequential) -> list[Layer]:
    """The layers of a sequence of paddings, convolutions, transposed convolutions and pointwise functions.

    Raises
    ------
    TypeError
        If a module is none of these, or a convolution strides, dilates or pads otherwise.
    """
    found: list[Layer] = []
    padded = 0
    for module in network:
        match module:
            case nn.ZeroPad2d():
                padded = module.padding[0]
            case nn.Conv2d(stride=(1, 1), dilation=(1, 1)):
                found.append(Layer(module, module.kernel_size[0], 1, padded + module.padding[0], False, ()))
                padded = 0
            case nn.ConvTranspose2d(dilation=(1, 1), output_padding=(0, 0)):
                found.append(
                    Layer(module, module.kernel_size[0], module.stride[0], module.padding[0], True, ())
                )
            case nn.ELU() | nn.ReLU() | nn.LeakyReLU() | nn.Sigmoid() | nn.Tanh():
                last = found.pop()
                found.append(
                    Layer(
                        last.module,
                        last.kernel,
                        last.stride,
                        last.before,
                        last.upsamples,
                        (*last.pointwise, module),
                    )
                )
            case _:
                raise TypeError(f"no receptive field is known for {module}")
    return found


def halo(chain: list[Layer], cell: int) -> int:
    """Input cells beyond its own that the ``cell`` pixels of one cell depend on, on the farther side."""
    start, stop = 0, cell
    for layer in reversed(chain):
        start, stop = layer.needs(start, stop)
    return max(-start, stop - 1)
