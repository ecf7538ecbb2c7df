"""The wide view of 25 000 tiles at 256 px, 1.6 gigapixels, composed and written as a pyramid of JPEGs.

python workflow/scripts/bench/compose_view.py OUT_FOLDER

The galaxies are synthetic, as those of the bench of closest matches; a process apart draws them. All that
composing does is in threads of one process, whose peak includes the galaxies' mapped file.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import yaml
from closest import synthetic_galaxies

from mockskies.benchmark import Result, alone, write_result
from mockskies.sampling.tiles import View
from mockskies.sampling.view import write_view

SETTINGS = yaml.safe_load(Path("config/config.yaml").read_text())["coccomini2021"]
VIEW, SIZE = View(**SETTINGS["view"]), 256


def draw(path: str) -> None:
    np.save(path, synthetic_galaxies(SETTINGS["drawn"], SIZE, seed=1))


def compose(path: str, folder: str) -> tuple[float, int]:
    """Compose a view of the galaxies at ``path``; returns seconds, and bytes of all tiles."""
    galaxies = np.load(path, mmap_mode="r")
    rows = np.arange(SETTINGS["blanks"])
    write_view(folder, VIEW, galaxies, galaxies[rows], rows, 1, {}, os.cpu_count())
    size = sum(file.stat().st_size for file in Path(folder).rglob("*.jpg"))
    return json.loads(Path(folder, "view.json").read_text())["seconds"], size


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/galaxies.npy"
        alone(draw, path)
        (seconds, size), memory = alone(compose, path, f"{folder}/view")
    megapixels = VIEW.size[0] * VIEW.size[1] / 1e6
    tiles = VIEW.rows * VIEW.columns
    note = (
        f"{tiles} tiles, {megapixels:.0f} megapixels, {size / 1e9:.2f} GB of tiles, {os.cpu_count()} threads"
    )
    results = Path(sys.argv[1])
    write_result(results, Result("compose_view", seconds, None, None, "s", "-", note))
    note = f"{VIEW.size[1]} by {VIEW.size[0]} px and all levels below"
    speed = Result("compose_view_speed", seconds / megapixels, None, None, "s/megapixel", "-", note)
    write_result(results, speed)
    note = "peak of the whole process, mapped file included"
    result = Result("compose_view_memory", memory, None, None, "GB", "ours under 2 GB", note)
    write_result(results, result)


if __name__ == "__main__":
    main()
