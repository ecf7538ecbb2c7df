"""A training step of DCGAN 64 at batch 32 against the same step fed by a DataLoader with a worker a core.

Images are decoded already on both sides. Ours holds all of them on the device and flips there; the
DataLoader's workers flip and scale on the host.
"""

import os
import statistics
import sys
import tempfile
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
import yaml
from torch.utils.data import DataLoader, Dataset

from mockskies.benchmark import Result, alone, seconds, write_result
from mockskies.training.batches import Batch, Images
from mockskies.training.loop import Training
from mockskies.training.objectives import OBJECTIVES
from mockskies.training.precision import choose_compute
from mockskies.training.run import Run

IMAGES, STEPS = 2048, 6
BLOCK = yaml.safe_load(Path("config/runs.yaml").read_text())["runs"]["fussell2019_dcgan64"]
OTHERS = {"name": "bench", "seed": 0, "snapshots": [], "checkpoint_seconds": 1e9}
UNUSED = "dataset", "milestones", "checkpoint_every", "threads"
RUN = Run.from_block({key: value for key, value in BLOCK.items() if key not in UNUSED} | OTHERS)


def galaxies() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (IMAGES, 3, 64, 64), np.uint8)


def _timed(step, device: str) -> float:
    def waited() -> None:
        step()
        if device == "cuda":
            torch.cuda.synchronize()

    return statistics.median([seconds(waited) for _ in range(STEPS)][1:])


def ours() -> tuple[float, str]:
    compute = choose_compute("auto")
    data = Images(RUN, torch.from_numpy(galaxies()).to(compute.device))
    with tempfile.TemporaryDirectory() as state:
        training = Training(RUN, data, compute, Path(state))
        return _timed(training.take_step, compute.device), compute.precision


class Decoded(Dataset):
    """Decoded images, flipped and scaled where they are asked for."""

    def __init__(self):
        self.images = galaxies()

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, row: int) -> torch.Tensor:
        image = torch.from_numpy(self.images[row]).float() / 127.5 - 1
        flips = [axis for axis in (1, 2) if torch.rand(()) < 0.5]
        return image.flip(flips)


def plain() -> float:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    networks = {name: network.to(device) for name, network in RUN.build(bands=3).items()}
    adam = {n: torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999)) for n, net in networks.items()}
    loader = DataLoader(Decoded(), RUN.batch, shuffle=True, drop_last=True, num_workers=os.cpu_count())
    batches = islice(iter(loader), STEPS)

    def step() -> None:
        real = next(batches).to(device)
        for name, loss in OBJECTIVES[RUN.objective["loss"]].items():
            batch = Batch(real, torch.randn(RUN.latent_shape(RUN.batch, 64, 3), device=device))
            adam[name].zero_grad()
            loss(networks, batch, RUN.objective).backward()
            adam[name].step()

    return _timed(step, device)


def main() -> None:
    (step, precision), _ = alone(ours)
    reference, _ = alone(plain)
    note = f"batch of {RUN.batch}; networks in {precision}; {os.cpu_count()} workers"
    write_result(
        Path(sys.argv[1]),
        Result("train_dcgan", step, reference, reference / step, "s a step", "at least 2", note),
    )


if __name__ == "__main__":
    main()
