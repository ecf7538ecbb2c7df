"""A training step of the text's networks against a plain float32 NCHW step with crops cut on the host."""

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch

from mockskies.benchmark import Result, alone, seconds, write_result
from mockskies.models import spatial
from mockskies.training.batches import Batch
from mockskies.training.field_batches import Crops
from mockskies.training.loop import Training
from mockskies.training.objectives import OBJECTIVES
from mockskies.training.precision import choose_compute
from mockskies.training.run import Optimiser, Run

BATCH, CROP, FIELD = 16, 64, 1024
RUN = Run(
    name="bench",
    seed=0,
    model="spatial",
    objective={"loss": "relativistic_average"},
    networks={
        "generator": {"latent_channels": 50, "widths": [256, 128, 64, 32], "layers_per_set": 3},
        "discriminator": {"widths": [32, 64, 128, 256, 512], "packing": 2},
    },
    optimiser=Optimiser({"generator": 2e-4, "discriminator": 2e-4}, 0.5, 0.999),
    batch=BATCH,
    crops=(CROP,),
    batches_per_epoch=1000,
    epochs=1,
    snapshots=(),
    preview_every=1,
    checkpoint_seconds=1e9,
    tensorboard=False,
)


def ours() -> tuple[float, str]:
    compute = choose_compute("auto")
    field = torch.rand(3, FIELD, FIELD, device=compute.device)
    with tempfile.TemporaryDirectory() as state:
        training = Training(RUN, Crops(RUN, field), compute, Path(state))
        times = [seconds(training.take_step) for _ in range(6)]
    return statistics.median(times[1:]), compute.precision


def plain() -> float:
    networks = dict(zip(RUN.networks, spatial.build(**RUN.networks, bands=3), strict=True))
    adam = {n: torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for n, net in networks.items()}
    random = np.random.default_rng(0)
    field = random.random((3, FIELD, FIELD), np.float32)

    def crop() -> np.ndarray:
        y, x = random.integers(FIELD - CROP, size=2)
        return field[:, y : y + CROP, x : x + CROP][:, :: random.choice([-1, 1])]

    def step() -> None:
        for name, loss in OBJECTIVES["relativistic_average"].items():
            real = torch.from_numpy(np.stack([crop() for _ in range(BATCH)]))
            latent = torch.randn(BATCH, 50, CROP // 16, CROP // 16)
            adam[name].zero_grad()
            loss(networks, Batch(real, latent), RUN.objective).backward()
            adam[name].step()

    return statistics.median([seconds(step) for _ in range(6)][1:])


def main() -> None:
    (step, precision), _ = alone(ours)
    reference, _ = alone(plain)
    note = f"{BATCH} crops of {CROP} px; networks in {precision}"
    result = Result("train", step, reference, reference / step, "s a step", "at least 3", note)
    write_result(Path(sys.argv[1]), result)


if __name__ == "__main__":
    main()
