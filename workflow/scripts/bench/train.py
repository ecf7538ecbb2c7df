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
from mockskies.training.loop import Training
from mockskies.training.objectives import relativistic_average
from mockskies.training.precision import choose_compute
from mockskies.training.run import Optimiser, Run

BATCH, CROP, FIELD = 16, 64, 1024
RUN = Run(
    name="bench",
    seed=0,
    model="spatial",
    objective="relativistic_average",
    generator={"latent_channels": 50, "widths": [256, 128, 64, 32], "layers_per_set": 3},
    discriminator={"widths": [32, 64, 128, 256, 512], "packing": 2},
    optimiser=Optimiser(2e-4, 2e-4, 0.5, 0.999),
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
    with tempfile.TemporaryDirectory() as state:
        training = Training(RUN, torch.rand(3, FIELD, FIELD), compute, Path(state))
        times = [seconds(training.take_step) for _ in range(6)]
    return statistics.median(times[1:]), compute.precision


def plain() -> float:
    generator, discriminator = spatial.build(RUN.generator, RUN.discriminator, bands=3)
    adam = [torch.optim.Adam(n.parameters(), lr=2e-4, betas=(0.5, 0.999)) for n in (generator, discriminator)]
    random = np.random.default_rng(0)
    field = random.random((3, FIELD, FIELD), np.float32)

    def crop() -> np.ndarray:
        y, x = random.integers(FIELD - CROP, size=2)
        return field[:, y : y + CROP, x : x + CROP][:, :: random.choice([-1, 1])]

    def step() -> None:
        losses = relativistic_average.generator_loss, relativistic_average.discriminator_loss
        for loss, optimiser in zip(losses, adam, strict=True):
            real = torch.from_numpy(np.stack([crop() for _ in range(BATCH)]))
            latent = torch.randn(BATCH, 50, CROP // 16, CROP // 16)
            optimiser.zero_grad()
            loss(generator, discriminator, real, latent).backward()
            optimiser.step()

    return statistics.median([seconds(step) for _ in range(6)][1:])


def main() -> None:
    (step, precision), _ = alone(ours)
    reference, _ = alone(plain)
    note = f"{BATCH} crops of {CROP} px; networks in {precision}"
    result = Result("train", step, reference, reference / step, "s a step", "at least 3", note)
    write_result(Path(sys.argv[1]), result)


if __name__ == "__main__":
    main()
