"""A doubling by nearest neighbours and the convolution after it, as one layer; and the gate that follows."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Which rows of a kernel of three meet the same pixel, for each row of the transposed kernel of four.
ROWS = torch.tensor([[0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]])


class DoublingConvolution(nn.Conv2d):
    """Doubles each side by nearest neighbours, then convolves 3 x 3; weights are those of the convolution.

    Of the nine pixels under a kernel only four differ. Their weights are summed first, so that one transposed
    convolution gives the same image with four products in place of nine.
    """

    def __init__(self, channels: int, width: int):
        super().__init__(channels, width, 3)
        sums = torch.kron(ROWS, ROWS).float()
        self.register_buffer("sums", sums, persistent=False)

    def forward(self, features: Tensor) -> Tensor:
        """From ``(n, channels, y, x)`` to ``(n, width, 2 y, 2 x)``."""
        width, channels = self.weight.shape[:2]
        # (tap, channels, width): neither this nor the product moves much in channels-last order.
        taps = self.weight.permute(2, 3, 1, 0).reshape(9, -1)
        kernel = (self.sums @ taps).view(4, 4, channels, width).permute(2, 3, 0, 1)
        return F.conv_transpose2d(features, kernel, self.bias, stride=2, padding=1)


class Gate(nn.Module):
    """Half of the channels, each times the sigmoid of one of the other half (Dauphin et al. 2017)."""

    def forward(self, features: Tensor) -> Tensor:
        # Along the last axis gradients stay in channels-last order.
        return F.glu(features.permute(0, 2, 3, 1), dim=-1).permute(0, 3, 1, 2)
