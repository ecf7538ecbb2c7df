"""Closest match of 64 images among as many as Galaxy Zoo has, at 64 px, against a plain search in float32.

python workflow/scripts/bench/closest.py OUT_FOLDER

The images are synthetic: elliptical exponential discs in three colours on the noise of Galaxy Zoo's. The
plain search takes a fifteenth of them and its time is multiplied.
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from scipy.spatial.distance import cdist

from mockskies.benchmark import Result, alone, seconds, write_result
from mockskies.measurement.closest import central_half, closest
from mockskies.randomness import random_generator

WANTED, AMONG, SIZE, SHARE = 64, 61578, 64, 15


def synthetic_galaxies(number: int, size: int, seed: int) -> np.ndarray:
    """Galaxies ``(n, band, y, x)``, uint8: sizes, colours, axis ratios and angles at random."""
    random = random_generator(seed, "synthetic galaxies")
    axis = (np.arange(size, dtype=np.float32) - (size - 1) / 2) / size
    images = np.empty((number, 3, size, size), np.uint8)
    for image in images:
        angle, ratio, scale = (
            random.uniform(0, np.pi),
            random.uniform(0.3, 1),
            np.exp(random.normal(-2.7, 0.3)),
        )
        along = axis * np.cos(angle) + axis[:, None] * np.sin(angle)
        across = (axis[:, None] * np.cos(angle) - axis * np.sin(angle)) / ratio
        profile = np.exp(-np.sqrt(along**2 + across**2 + 1e-4) / scale)
        peaks = random.uniform(90, 230) * random.uniform(0.7, 1.1, (3, 1, 1))
        noise = random.standard_normal(image.shape, np.float32) * 4 + 3
        image[:] = np.clip(peaks * profile + noise, 0, 255)
    return images


def ours(path: str) -> float:
    among = np.load(path, mmap_mode="r")
    return seconds(lambda: closest(np.array(among[:WANTED]), among[WANTED:], threads=os.cpu_count()))


def plain(path: str) -> float:
    among = np.load(path, mmap_mode="r")
    wanted, some = (
        central_half(part).reshape(len(part), -1).astype(np.float32)
        for part in (among[:WANTED], among[WANTED : WANTED + AMONG // SHARE])
    )
    return SHARE * seconds(lambda: cdist(wanted, some, "cityblock").argmin(axis=1))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/images.npy"
        np.save(path, synthetic_galaxies(WANTED + AMONG, SIZE, seed=1))
        (own, memory), (reference, plain_memory) = alone(ours, path), alone(plain, path)
    note = f"{WANTED} among {AMONG} at {SIZE} px on {os.cpu_count()} threads; reference: SciPy's cdist"
    folder = Path(sys.argv[1])
    write_result(folder, Result("closest", own, reference, reference / own, "s", "ours under 10 s", note))
    note = "peak of the whole process, mapped file included"
    ratio = plain_memory / memory
    write_result(folder, Result("closest_memory", memory, plain_memory, ratio, "GB", "ours under 2 GB", note))


if __name__ == "__main__":
    main()
