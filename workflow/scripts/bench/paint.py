"""Painting 3232 x 3232 x 3 px with the text's network, against the same run plainly and the limit."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch

from mockskies.benchmark import Result, alone, seconds, write_result
from mockskies.models import spatial
from mockskies.sampling.paint import LatentField, paint_field
from mockskies.training.precision import choose_compute, matrix_product_rate

TEXT = {"latent_channels": 50, "widths": [256, 128, 64, 32], "layers_per_set": 3}
CELLS = 202
PIXELS = (CELLS * spatial.PIXELS_PER_CELL) ** 2
LATENT = LatentField(0, "bench", (), 50, CELLS, CELLS)
OPERATIONS = 347e3  # FLOP a pixel of the text's generator


def generator() -> spatial.Generator:
    torch.manual_seed(0)
    return spatial.build(TEXT, {"widths": [32], "packing": 2}, bands=3)[0]


def ours() -> tuple[float, str]:
    compute = choose_compute("auto")
    network = compute.place(generator())
    paint_field(network, LatentField(0, "warm", (), 50, 30, 30), compute)
    return seconds(lambda: paint_field(network, LATENT, compute)), compute.precision


@torch.inference_mode()
def plain() -> float:
    """The module as it stands: float32, NCHW, the whole field at once."""
    network = generator()
    network(torch.randn(1, 50, 30, 30))
    latent = torch.from_numpy(LATENT.window((0, CELLS), (0, CELLS)))[None]
    return seconds(lambda: network(latent))


def product_rate() -> float:
    formats = torch.float32, torch.bfloat16
    return max(matrix_product_rate("cpu", f, 2048 if f == torch.float32 else 512) for f in formats)


def main() -> None:
    folder = Path(sys.argv[1])
    (painted, precision), memory = alone(ours)
    whole, whole_memory = alone(plain)
    rate, _ = alone(product_rate)
    limit = PIXELS * OPERATIONS / rate
    note = f"networks in {precision}; {1e9 * painted / PIXELS:.0f} ns a pixel"
    write_result(folder, Result("paint", painted, whole, whole / painted, "s", "at least 4", note))
    note = f"best matrix product: {rate / 1e9:.0f} GFLOP/s"
    write_result(folder, Result("paint_limit", painted, limit, painted / limit, "s", "at most 2.5", note))
    note = "peak of the whole process"
    result = Result(
        "paint_memory", memory, whole_memory, whole_memory / memory, "GB", "ours under 2 GB", note
    )
    write_result(folder, result)


if __name__ == "__main__":
    main()
