"""A simulated archive of sparse frames: three folders, two tables, and the truth behind them."""

import csv
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from mockskies.archives.frames import png
from mockskies.archives.sparse import PARTS, write_table
from mockskies.archives.sparse_frame import render
from mockskies.archives.sparse_scores import draw_fake, draw_real, draw_scored, score
from mockskies.atomic import replacing, replacing_folder
from mockskies.randomness import random_generator

# Identifiers have seven digits, as the archive's.
FIRST, LAST = 1_000_000, 9_999_999
# Share of the labelled frames that are real: 1000 of 1200.
REAL = 5 / 6
# How each kind of frame is drawn.
DRAWS = {"real": draw_real, "fake": draw_fake, "scored": draw_scored}
# Frames that a process takes at a time.
CHUNK = 8


def identifiers(seed: int, archive: str, images: dict[str, int]) -> dict[str, list[int]]:
    """Identifiers of each part's frames, ascending; none is drawn twice."""
    total = sum(images.values())
    # Twice as many as are needed: some come again.
    stream = random_generator(seed, f"sparse {archive} identifiers")
    drawn = list(dict.fromkeys(stream.integers(FIRST, LAST + 1, 2 * total + 100).tolist()))[:total]
    parts, start = {}, 0
    for part in PARTS:
        parts[part] = sorted(drawn[start : start + images[part]])
        start += images[part]
    return parts


def kinds(parts: dict[str, list[int]]) -> list[tuple[str, str, int]]:
    """Part, kind (a key of `DRAWS`) and identifier of every frame; every sixth labelled one is a fake."""
    labelled = [
        ("labeled", "real" if int((row + 1) * REAL) > int(row * REAL) else "fake", identifier)
        for row, identifier in enumerate(parts["labeled"])
    ]
    return labelled + [(part, "scored", i) for part in ("scored", "query") for i in parts[part]]


def simulate_one(seed: int, archive: str, kind: str, identifier: int) -> tuple[np.ndarray, dict]:
    """Pixels and truth of one frame, which depend on nothing but the arguments."""
    stream = random_generator(seed, f"sparse {archive}", identifier)
    frame = DRAWS[kind](stream)
    truth = {"Id": identifier, "kind": kind} | asdict(frame) | {"score": score(frame)}
    return render(frame, stream), truth


def simulate_sparse(
    seed: int,
    archive: str,
    images: dict[str, int],
    parts: dict[str, str | Path],
    tables: dict[str, str | Path],
    truth: str | Path,
    *,
    workers: int,
    progress: Callable[..., Iterable],
) -> None:
    """Draw an archive in ``workers`` processes.

    Parameters
    ----------
    seed, archive
        Of the configuration, and its name there.
    images
        Frames of each part.
    parts, tables, truth
        Folders and tables by part, and the table of what was drawn, all to be written.
    progress
        Wraps the frames as they come, such as `tqdm.tqdm`; takes their ``total``.
    """
    tasks = kinds(identifiers(seed, archive, images))
    # Forked workers would inherit the parent's threads' locks.
    with ExitStack() as stack, get_context("spawn").Pool(workers) as pool:
        folders = {part: stack.enter_context(replacing_folder(path)) for part, path in parts.items()}
        drawn = pool.imap(partial(_write_one, folders, seed, archive), tasks, CHUNK)
        rows = list(progress(drawn, total=len(tasks)))
    actual = {
        "labeled": {row["Id"]: float(row["kind"] == "real") for row in rows if row["part"] == "labeled"},
        "scored": {row["Id"]: row["score"] for row in rows if row["part"] == "scored"},
    }
    for part, path in tables.items():
        write_table(path, actual[part])
    with replacing(truth) as temporary, open(temporary, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_one(folders: dict[str, Path], seed: int, archive: str, task: tuple[str, str, int]) -> dict:
    part, kind, identifier = task
    frame, truth = simulate_one(seed, archive, kind, identifier)
    (folders[part] / f"{identifier}.png").write_bytes(png(frame))
    return {"part": part} | truth
