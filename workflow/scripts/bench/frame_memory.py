"""Peak memory of measuring all six sets of features of as many sparse frames as are scored, in two processes.

python workflow/scripts/bench/frame_memory.py OUT_FOLDER

A few simulated frames, noise and clouds among them, are read again and again. The peak is measured for two
numbers of frames, and extrapolated to all of the archive by what the parent grows.
"""

import resource
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import yaml

from mockskies.archives.frames import write_frame
from mockskies.archives.simulate_sparse import simulate_one
from mockskies.benchmark import Result, alone, write_result
from mockskies.measurement.features import MEASURES, columns_of
from mockskies.measurement.frames import measure_frames

WORKERS, DRAWN = 2, 64
FEW, MORE = 300, 600  # frames that are measured
ALL = yaml.safe_load(Path("config/config.yaml").read_text())["archives"]["sparse"]["images"]["scored"]


def draw(folder: Path) -> None:
    for identifier in range(DRAWN):
        write_frame(folder / f"{identifier}.png", simulate_one(1, "bench", "scored", identifier)[0])


def largest_worker(folder: Path, number: int) -> float:
    """Measure ``number`` frames of ``folder``; returns the peak in GB of the largest worker."""
    measure_frames(list(islice(cycle(sorted(folder.glob("*.png"))), number)), list(MEASURES), WORKERS)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e9


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Apart, too: a process that is started counts what its parent held then as a peak of its own.
        alone(draw, folder)
        few, more = (alone(largest_worker, folder, number) for number in (FEW, MORE))
    row = len(columns_of(list(MEASURES))) * 4 / 1e9
    # No less than the rows of the parent's array, and all else of it that grows.
    growth = max(row, (more[1] - few[1]) / (MORE - FEW))
    worker, parent = max(few[0], more[0]), more[1] + (ALL - MORE) * growth
    note = (
        f"sum of peaks: {WORKERS} workers of {worker:.3f}, a parent of {few[1]:.3f} at {FEW} frames, "
        f"{more[1]:.3f} at {MORE}, and extrapolated to {ALL}, {parent:.3f}"
    )
    result = Result("frame_memory", parent + WORKERS * worker, None, None, "GB", "ours under 2 GB", note)
    write_result(Path(sys.argv[1]), result)


if __name__ == "__main__":
    main()
