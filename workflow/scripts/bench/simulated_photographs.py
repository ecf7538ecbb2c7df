"""Simulated photographs beside the real ones: a sheet of both, colours and structure, and seconds for one.

python workflow/scripts/bench/simulated_photographs.py OUT_FOLDER

Needs the real photographs in ../shared; without them, says so and writes nothing.
"""

import sys
import time
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pandas as pd
from PIL import Image
from scipy.stats import ks_2samp

from mockskies.archives.photograph import read_photograph
from mockskies.archives.photographs import photograph_files
from mockskies.archives.simulate_photographs import simulate_one
from mockskies.atomic import replacing
from mockskies.benchmark import Result, write_result
from mockskies.datasets.squares import centred_square
from mockskies.measurement.columns import write_table

PHOTOGRAPHS = Path(__file__).resolve().parents[4] / "shared/data/space"
SEED, COUNT, SIDE, CORES = 1, 283, 128, 2
# Wave numbers, in cycles a side, between which the slope of the power is fitted; photographs in a row.
WAVES, ROW = (3, 50), 13


def simulated(index: int) -> tuple[np.ndarray, float]:
    """The square of one simulated photograph, and the seconds of the processor that drawing took."""
    start = time.process_time()
    photograph, _ = simulate_one(SEED, "bench", index)
    return centred_square(photograph, SIDE), time.process_time() - start


def properties(square: np.ndarray) -> dict[str, float]:
    """Levels of a square, ``(y, x, 3)``, and the slope by which its power falls."""
    red, green, blue = (float(level) for level in square.mean(axis=(0, 1)))
    grey = square.mean(axis=2)
    return {
        "red": red,
        "green": green,
        "blue": blue,
        "level": float(grey.mean()),
        "scatter": float(grey.std()),
        "colourfulness": float(np.ptp(square, axis=2).mean()),
        "black": float((square.max(axis=2) < 12).mean()),
        "slope": slope(grey),
    }


def slope(grey: np.ndarray) -> float:
    """Power, averaged over directions, falls as the wave number to the minus this."""
    window = np.hanning(SIDE)
    power = np.abs(np.fft.fft2((grey - grey.mean()) * np.outer(window, window))) ** 2
    waves = np.fft.fftfreq(SIDE) * SIDE
    ring = np.hypot(waves[:, None], waves[None, :]).astype(int).ravel()
    mean = (np.bincount(ring, power.ravel()) / np.bincount(ring))[slice(*WAVES)]
    return -float(np.polyfit(np.log(np.arange(*WAVES)), np.log(mean + 1e-9), 1)[0])


def sheet(squares: list[np.ndarray]) -> Image.Image:
    """Squares in rows, all that fill them."""
    rows = [np.concatenate(squares[i : i + ROW], axis=1) for i in range(0, len(squares) - ROW + 1, ROW)]
    return Image.fromarray(np.concatenate(rows))


def main() -> None:
    if not PHOTOGRAPHS.exists():
        print("simulated_photographs: needs the real photographs in ../shared, which are absent")
        return
    folder = Path(sys.argv[1])
    real = [centred_square(read_photograph(path), SIDE) for path in photograph_files(PHOTOGRAPHS)]
    with get_context("spawn").Pool(CORES) as pool:
        drawn, seconds = zip(*pool.map(simulated, range(COUNT), chunksize=8), strict=True)
    for name, squares in (("real", real), ("simulated", list(drawn)[: len(real)])):
        with replacing(folder / f"photographs_{name}.png") as temporary:
            sheet(squares).save(temporary)
    tables = [pd.DataFrame(map(properties, squares)) for squares in (real, drawn)]
    rows = []
    for name in tables[0]:
        quartiles = [np.percentile(table[name], [25, 50, 75]) for table in tables]
        row = {"property": name, "ks": ks_2samp(*(table[name] for table in tables)).statistic}
        for label, values in zip(("real", "simulated"), quartiles, strict=True):
            row |= {f"{label}_{share}": value for share, value in zip((25, 50, 75), values, strict=True)}
        rows.append(row)
    distances = pd.DataFrame(rows)
    write_table(folder / "simulated_photographs.csv", distances)
    print(distances.round(2).to_string(index=False))
    median = float(distances["ks"].median())
    note = (
        f"median KS distance of {len(distances)} properties, {COUNT} simulated against {len(real)} real ones"
    )
    write_result(folder, Result("simulated_photographs", median, 0.3, median / 0.3, "", "at most 0.3", note))
    each = float(np.mean(seconds))
    note = f"of one core for a photograph; {max(seconds):.2f} s for the slowest"
    write_result(folder, Result("simulate_photograph", each, 0.5, each / 0.5, "s", "at most 0.5", note))


if __name__ == "__main__":
    main()
