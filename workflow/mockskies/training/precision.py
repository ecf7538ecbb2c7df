"""Which device and number format the networks run in, chosen by measurement and not by name."""

import logging
import statistics
import time
from dataclasses import dataclass

import torch
from torch import nn

from mockskies.training import ranks

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Compute:
    """Where and how networks run: device type, and ``float32`` or ``bfloat16`` for the hidden layers."""

    device: str
    precision: str

    def autocast(self) -> torch.autocast:
        """Context in which hidden layers run in this precision; weights and sums stay in float32."""
        return torch.autocast(self.device, torch.bfloat16, enabled=self.precision == "bfloat16")

    def place(self, network: nn.Module) -> nn.Module:
        """Move a network to the device, in channels-last order."""
        return network.to(self.device, memory_format=torch.channels_last)


def choose_compute(precision: str) -> Compute:
    """The GPU if there is one; ``precision`` as asked, or the faster one if it is ``auto``."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if precision != "auto":
        return Compute(device, precision)
    rates = {name: matrix_product_rate(device, dtype) for name, dtype in _FORMATS.items()}
    fastest = ranks.of_leader(max(rates, key=rates.__getitem__))
    logger.info(
        "%s: float32 %.0f GFLOP/s, bfloat16 %.0f GFLOP/s: networks run in %s",
        torch.cuda.get_device_name() if device == "cuda" else f"CPU ({torch.get_num_threads()} threads)",
        rates["float32"] / 1e9,
        rates["bfloat16"] / 1e9,
        fastest,
    )
    return Compute(device, fastest)


_FORMATS = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def matrix_product_rate(device: str, dtype: torch.dtype, size: int = 0) -> float:
    """FLOP/s of a square matrix product, median of five after one to warm up."""
    # Slow bfloat16 on old processors is emulated: 256 keeps the question itself short.
    size = size or (4096 if device == "cuda" else 256)
    left, right = (torch.ones(size, size, dtype=dtype, device=device) for _ in range(2))
    seconds = []
    for _ in range(6):
        start = time.perf_counter()
        left @ right
        if device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    return 2 * size**3 / statistics.median(seconds[1:])
