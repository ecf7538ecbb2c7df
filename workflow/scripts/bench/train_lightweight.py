"""A training step of the Lightweight GAN at 256 px against the package lightweight-gan 1.2.1 doing the same.

Batch of 3, the published widths, hinge losses, the decoder's error, the gradient penalty on each fourth
step; augmentation and averages of weights are left out of both. 1.2.1 has other layers than the package had
when the paper appeared, which are ours: the note tells how 0.20.5 does, and how ours do in its precision.

The packages, which the project does not use, are installed beside the results. They want CUDA and torchvision
when they are imported, and need neither here.
"""

import dataclasses
import importlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
import torch.nn.functional as F
import yaml

from mockskies.benchmark import Result, alone, seconds, write_result
from mockskies.run_blocks import resolve_runs
from mockskies.training.batches import Images
from mockskies.training.loop import Training
from mockskies.training.objectives import gradient_penalty
from mockskies.training.precision import Compute, choose_compute
from mockskies.training.run import Run

ROUNDS, CYCLE = 3, 4  # one step of a cycle has the penalty
NEEDED = [
    "kornia==0.8.1", "kornia-rs==0.1.9", "einops==0.8.1", "adabelief-pytorch==0.2.1", "colorama==0.4.6",
    "tabulate==0.9.0",
]  # fmt: skip
VERSIONS = "1.2.1", "0.20.5"
BLOCK = resolve_runs(yaml.safe_load(Path("config/runs.yaml").read_text())["runs"])["coccomini2021_galaxies"]
OTHERS = {"name": "bench", "seed": 0, "snapshots": [], "checkpoint_seconds": 1e9, "accumulate": 1}
UNUSED = "dataset", "milestones", "checkpoint_every", "threads", "average"
BARE = {key: value for key, value in BLOCK.items() if key not in UNUSED} | OTHERS
RUN = Run.from_block(BARE | {"objective": BLOCK["objective"] | {"colour": 0}})
SIZE = RUN.sizes[0]


def install(folder: Path) -> None:
    """Bring the packages, without what they depend on: torch is there already."""
    for target, packages in (("needed", NEEDED), *((v, [f"lightweight-gan=={v}"]) for v in VERSIONS)):
        if not (folder / target).exists():
            print(f"installing {' '.join(packages)} into {folder / target}", flush=True)
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
            subprocess.run([*command, folder / target, *packages], check=True)


def ours(compute: Compute, state: str) -> Callable[[], None]:
    galaxies = np.random.default_rng(0).integers(0, 256, (60, 3, SIZE, SIZE), np.uint8)
    data = Images(RUN, torch.from_numpy(galaxies).to(compute.device))
    return Training(RUN, data, compute, Path(state)).take_step


def package(folder: Path, version: str) -> ModuleType:
    """The module that holds the networks of one version."""
    torchvision = ModuleType("torchvision")
    torchvision.transforms = ModuleType("torchvision.transforms")
    placeholders = {"torchvision": torchvision, "torchvision.transforms": torchvision.transforms}
    for name in [name for name in sys.modules if name.startswith("lightweight_gan")]:
        del sys.modules[name]
    sys.path[:0] = [str(folder / version), str(folder / "needed")]
    import kornia.filters

    kornia.filter2d = kornia.filters.filter2d  # where 0.20.5 looks for it
    with patch("torch.cuda.is_available", return_value=True), patch.dict(sys.modules, placeholders):
        module = importlib.import_module("lightweight_gan.lightweight_gan")
    module.Blur = torch.nn.Identity  # as its trainer has it without `antialias`
    return module


def theirs(module: ModuleType, device: str) -> Callable[[], None]:
    shape = {"image_size": SIZE, "attn_res_layers": [32]}
    generator = module.Generator(latent_dim=256, **shape).to(device)
    discriminator = module.Discriminator(disc_output_size=5, **shape).to(device)
    adam = [torch.optim.Adam(n.parameters(), 2e-4, (0.5, 0.9)) for n in (discriminator, generator)]
    galaxies, step = torch.rand(RUN.batch, 3, SIZE, SIZE, device=device), 0

    def noise() -> torch.Tensor:
        return torch.randn(RUN.batch, 256, device=device)

    def take_step() -> None:
        nonlocal step
        penalised = step % RUN.objective["penalty_every"] == 0
        discriminator.requires_grad_(True)
        with torch.no_grad():
            generated = generator(noise())
        real = galaxies.clone().requires_grad_(penalised)
        *real_logits, error = discriminator(real, calc_aux_loss=True)
        *fake_logits, _ = discriminator(generated)
        loss = error + sum(F.relu(1 + logits).mean() for logits in real_logits)
        loss = loss + sum(F.relu(1 - logits).mean() for logits in fake_logits)
        if penalised:
            loss = loss + RUN.objective["penalty"] * gradient_penalty(real_logits, real)
        adam[0].zero_grad()
        loss.backward()
        adam[0].step()
        discriminator.requires_grad_(False)
        *logits, _ = discriminator(generator(noise()))
        adam[1].zero_grad()
        sum(t.mean() for t in logits).backward()
        adam[1].step()
        step += 1

    return take_step


def measure(folder: Path) -> tuple[dict[str, float], str]:
    """Seconds a step of each, in turn, so that what else the machine does hits all; and our precision."""
    compute = choose_compute("auto")
    with tempfile.TemporaryDirectory() as auto, tempfile.TemporaryDirectory() as plain:
        steps = {
            "ours": ours(compute, auto),
            "float32": ours(dataclasses.replace(compute, precision="float32"), plain),
            **{version: theirs(package(folder, version), compute.device) for version in VERSIONS},
        }
        times = {name: [] for name in steps}
        for _ in range(ROUNDS + 1):
            for name, step in steps.items():
                times[name].append(seconds(lambda step=step: _cycle(step, compute.device)) / CYCLE)
    return {name: statistics.median(values[1:]) for name, values in times.items()}, compute.precision


def _cycle(step: Callable[[], None], device: str) -> None:
    for _ in range(CYCLE):
        step()
    if device == "cuda":
        torch.cuda.synchronize()


def main() -> None:
    folder = Path(sys.argv[1])
    install(folder / "lightweight-gan")
    (times, precision), _ = alone(measure, folder / "lightweight-gan")
    ratios = {v: [times[v] / times[name] for name in ("ours", "float32")] for v in VERSIONS}
    (new, new_plain), (old, old_plain) = ratios.values()
    note = (
        f"batch of {RUN.batch} at {SIZE} px; ours in {precision}, the package in float32 "
        f"(both in float32: {new_plain:.2f}); 0.20.5, of the paper's time and with our layers: "
        f"{old:.2f} (both in float32: {old_plain:.2f})"
    )
    result = Result("train_lightweight", times["ours"], times["1.2.1"], new, "s a step", "at least 1.5", note)
    write_result(folder, result)


if __name__ == "__main__":
    main()
