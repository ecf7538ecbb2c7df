"""1000 conditional frames of 1000 px at the published settings, drawn on all cores, against the paper's 6 s.

python workflow/scripts/bench/draw_frames.py OUT_FOLDER

Weights are untrained. Grids of positions hold about as many galaxies as real frames, since the bias of the
network's last layer is set so. Frames are written as they are drawn, and the two are timed apart.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
import yaml

from mockskies.archives.frames import SIDE
from mockskies.archives.simulate_sparse import simulate_one
from mockskies.benchmark import Result, alone, write_result
from mockskies.datasets.clusters import find_clusters
from mockskies.datasets.grids import CELLS
from mockskies.run_blocks import resolve_runs
from mockskies.sampling.frames import BLOCK, write_set
from mockskies.sampling.two_stage import Stage, draw_two_stage
from mockskies.training.precision import Compute, choose_compute
from mockskies.training.run import Run

NUMBER, PAPER = 1000, 6.0  # frames, and the seconds in which the paper draws them
REAL, GRIDS = 32, 512  # frames whose galaxies are counted, and grids from which a share of cells is set
RUNS = resolve_runs(yaml.safe_load(Path("config/runs.yaml").read_text())["runs"])
SETTINGS = yaml.safe_load(Path("config/config.yaml").read_text())["defremond2020"]
OTHERS = {"name": "bench", "seed": 0, "snapshots": [], "checkpoint_seconds": 1e9}
UNUSED = "dataset", "milestones", "checkpoint_every", "threads"


def stage(name: str, bands: int, compute: Compute) -> Stage:
    """The generator of a run in its first state."""
    block = {key: value for key, value in RUNS[SETTINGS[name]].items() if key not in UNUSED}
    run = Run.from_block(block | OTHERS)
    settings = {"architecture": run.architecture(), "stretch": run.stretch}
    return Stage(compute.place(run.build(bands)["generator"]).eval(), settings)


def galaxies_of_real_frames() -> float:
    """Mean number of clusters."""
    frames = (simulate_one(1, "bench", "real", identifier)[0] for identifier in range(REAL))
    return float(np.mean([len(find_clusters(frame, SETTINGS["threshold"])) for frame in frames]))


@torch.inference_mode()
def occupy(positions: Stage, share: float, compute: Compute) -> None:
    """Shift the bias of occupation so that ``share`` of the cells hold a galaxy."""
    torch.manual_seed(0)
    latent = torch.randn(GRIDS, positions.channels, CELLS, CELLS, device=compute.device)
    occupied = ((positions.generator(latent) + 1) / 2).sum(dim=1).double().logit().cpu().numpy()
    positions.generator.output.bias[0] -= np.quantile(occupied, 1 - share)


def draw() -> dict:
    """What `write_set` records, with the precision and the galaxies of a frame."""
    torch.set_num_threads(os.cpu_count())
    compute = choose_compute("auto")
    positions, galaxies = stage("class_positions", 3, compute), stage("class_galaxies", 1, compute)
    occupy(positions, galaxies_of_real_frames() / CELLS**2, compute)
    list(draw_two_stage(positions, galaxies, SIDE, BLOCK, 0, "warm", compute))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn = draw_two_stage(positions, galaxies, SIDE, NUMBER, 0, "bench", compute)
        write_set(drawn, folder / "images", folder / "images.json", {"generator": "conditional"})
        record = json.loads((folder / "images.json").read_text())
        total = len(np.load(folder / "patches.npy", mmap_mode="r"))
    return record | {"compute": f"{compute.precision} on {compute.device}", "galaxies": total}


def main() -> None:
    record, _ = alone(draw)
    drawing, writing = record["seconds_drawing"], record["seconds_writing"]
    note = f"{NUMBER} frames with {record['galaxies']} galaxies; networks in {record['compute']}"
    note = f"{note}, {os.cpu_count()} threads; reference: the paper's"
    folder = Path(sys.argv[1])
    write_result(folder, Result("draw_frames", drawing, PAPER, PAPER / drawing, "s", "ours under 6 s", note))
    note = f"{NUMBER} PNGs of {SIDE} px in one thread"
    write_result(folder, Result("write_frames", writing, None, None, "s", "-", note))


if __name__ == "__main__":
    main()
