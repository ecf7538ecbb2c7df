"""A simulated collection of photographs of space: a folder of pictures and the truth behind them."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mockskies.archives.photograph_cluster import Cluster, cluster_light, draw_cluster
from mockskies.archives.photograph_galaxy import Galaxy, draw_galaxy, galaxy_light
from mockskies.archives.photograph_light import developed
from mockskies.archives.photograph_nebula import Nebula, draw_nebula, nebula_light
from mockskies.archives.photograph_planet import Planet, draw_planet, planet_light
from mockskies.archives.photographs import write_left_out
from mockskies.atomic import replacing, replacing_folder
from mockskies.randomness import random_generator

# What photographs show: its truth, how that is drawn, and its light; and the shares of each in a collection.
KINDS = {
    "nebula": (Nebula, draw_nebula, nebula_light),
    "galaxy": (Galaxy, draw_galaxy, galaxy_light),
    "planet": (Planet, draw_planet, planet_light),
    "cluster": (Cluster, draw_cluster, cluster_light),
}
SHARES = {"nebula": 0.4, "galaxy": 0.32, "planet": 0.16, "cluster": 0.12}
# Light of the sky at most, but behind planets: night is seldom quite black in a photograph.
SKY = 0.04
# Of the longer side, in px, and its ratios to the shorter one; some stand upright.
SIDES = (400, 720)
RATIOS, UPRIGHT = (1, 5 / 4, 4 / 3, 3 / 2, 16 / 9), 0.3
# Of the truth's table: what every photograph has, and what any kind of them has.
COMMON = ["name", "kind", "height", "width", "sky"]
COLUMNS = [*COMMON, *dict.fromkeys(field.name for truth, *_ in KINDS.values() for field in fields(truth))]
# Photographs that a process takes at a time.
CHUNK = 4


def simulate_one(seed: int, archive: str, index: int) -> tuple[np.ndarray, dict]:
    """Photograph ``index``, ``(y, x, 3)``, uint8, and its truth; they depend on nothing but the arguments."""
    stream = random_generator(seed, f"photographs {archive}", index)
    kind = str(stream.choice(list(SHARES), p=list(SHARES.values())))
    longer = int(stream.integers(SIDES[0], SIDES[1] + 1))
    shape = (round(longer / stream.choice(RATIOS)), longer)
    if stream.random() < UPRIGHT:
        shape = shape[::-1]
    _, draw, light = KINDS[kind]
    drawn = draw(stream)
    sky = 0.0 if kind == "planet" else float(stream.uniform(0, SKY))
    photograph = developed(light(drawn, shape, stream) + np.float32(sky), stream)
    common = dict(zip(COMMON, [f"simulated_{index + 1:04d}.png", kind, *shape, sky], strict=True))
    return photograph, common | asdict(drawn)


def simulate_photographs(
    seed: int,
    archive: str,
    count: int,
    photographs: str | Path,
    left_out: str | Path,
    truth: str | Path,
    *,
    workers: int,
    progress: Callable[..., Iterable],
) -> None:
    """Draw ``count`` photographs in ``workers`` processes.

    Parameters
    ----------
    seed, archive
        Of the configuration, and its name there.
    count
        How many.
    photographs, left_out, truth
        Folder of PNGs; table of photographs that were left out, of which there are none; table of what was
        drawn, a row for each photograph, empty in columns that its kind has not: all to be written.
    workers
        Processes.
    progress
        Wraps the photographs as they come, such as `tqdm.tqdm`; takes their ``total``.
    """
    # Forked workers would inherit the locks of the parent's threads.
    with replacing_folder(photographs) as folder, get_context("spawn").Pool(min(workers, count)) as pool:
        drawn = pool.imap(partial(_write_one, folder, seed, archive), range(count), CHUNK)
        rows = list(progress(drawn, total=count))
    write_left_out(left_out, {})
    with replacing(truth) as temporary, open(temporary, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_one(folder: Path, seed: int, archive: str, index: int) -> dict:
    photograph, truth = simulate_one(seed, archive, index)
    about = PngInfo()
    about.add_text("Source", "simulated by mockskies; no camera saw this")
    Image.fromarray(photograph).save(folder / truth["name"], pnginfo=about, compress_level=4)
    return truth
