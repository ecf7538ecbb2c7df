"""SSIM of 40 images with as many as Galaxy Zoo has, at 256 px, against scikit-image in a loop.

python workflow/scripts/bench/ssim.py OUT_FOLDER

The images are synthetic, as those of closest.py. Ours takes a 40th of them and scikit-image 12 of them, and
both times are multiplied; the deviation is that of all pairs that both have seen.
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from closest import synthetic_galaxies
from skimage.metrics import structural_similarity

from mockskies.benchmark import Result, alone, seconds, write_result
from mockskies.measurement.similarity import similarities

WANTED, AMONG, SIZE, SHARE, PLAIN = 40, 61578, 256, 40, 12


def draw(path: str) -> None:
    np.save(path, synthetic_galaxies(WANTED + AMONG // SHARE, SIZE, seed=1))


def ours(path: str) -> tuple[float, np.ndarray]:
    """Seconds for all of Galaxy Zoo, and the similarities of the first images."""
    images = np.load(path, mmap_mode="r")
    wanted, among, found = np.array(images[:WANTED]), images[WANTED:], []
    taken = seconds(lambda: found.append(similarities(wanted, among, os.cpu_count())))
    return taken * AMONG / len(among), found[0][:, :PLAIN]


def plain(path: str) -> tuple[float, np.ndarray]:
    images = np.moveaxis(np.load(path, mmap_mode="r")[: WANTED + PLAIN], 1, -1).copy()
    found = np.empty((WANTED, PLAIN))

    def loop() -> None:
        for i, image in enumerate(images[:WANTED]):
            for j, other in enumerate(images[WANTED:]):
                found[i, j] = structural_similarity(image, other, channel_axis=-1)

    return seconds(loop) * AMONG / PLAIN, found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/images.npy"
        alone(draw, path)
        ((own, similar), memory), ((reference, expected), _) = alone(ours, path), alone(plain, path)
    folder = Path(sys.argv[1])
    note = (
        f"{WANTED} with {AMONG} at {SIZE} px on {os.cpu_count()} threads, from {AMONG // SHARE}; "
        f"reference: scikit-image in a loop, from {PLAIN}"
    )
    write_result(folder, Result("ssim", own, reference, reference / own, "s", "at least 10", note))
    deviation = float(np.abs(similar - expected).max())
    note = f"greatest deviation from scikit-image's in {expected.size} pairs"
    write_result(folder, Result("ssim_deviation", deviation, None, None, "", "ours at most 1e-4", note))
    note = "peak of the whole process, mapped file included"
    write_result(folder, Result("ssim_memory", memory, None, None, "GB", "-", note))


if __name__ == "__main__":
    main()
