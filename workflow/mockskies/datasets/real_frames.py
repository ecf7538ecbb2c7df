"""Frames that count as real, and the clusters on them."""

import csv
import logging
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from mockskies.archives.frames import read_frame
from mockskies.archives.sparse import read_table
from mockskies.atomic import replacing
from mockskies.datasets.clusters import Clusters, find_clusters
from mockskies.errors import InputError

logger = logging.getLogger("mockskies.datasets")

COLUMNS = ["Id", "y", "x", "size", "peak", "flux", "edge"]
# Frames that a process takes at a time.
CHUNK = 16


def candidates(labeled: str | Path, scored: str | Path, real_above: float) -> dict[int, str]:
    """Part by Id, ascending, of the frames labelled real and of those with a score above ``real_above``.

    Both tables are of the form ``Id,Actual``; the choice is that of section III A.

    Raises
    ------
    InputError
        If there are none, or a table is not what it should be.
    """
    chosen = {i: "labeled" for i, label in read_table(labeled, "labeled").items() if label == 1}
    chosen |= {i: "scored" for i, score in read_table(scored, "scored").items() if score > real_above}
    if not chosen:
        raise InputError(
            f"{labeled}, {scored}: expected frames labelled 1 or scored above {real_above:g}, found none"
        )
    return dict(sorted(chosen.items()))


def list_real_frames(
    folders: dict[str, str | Path],
    chosen: dict[int, str],
    threshold: int,
    real: str | Path,
    table: str | Path,
    *,
    workers: int,
    progress: Callable[..., Iterable],
) -> None:
    """Write the list of real frames with a background of 0 and at least one galaxy, and all their clusters.

    Parameters
    ----------
    folders
        Of the frames, by part.
    chosen
        Part by Id, as `candidates` finds them.
    threshold
        Level above which pixels belong to a cluster.
    real
        Table to be written, with the columns Id and part.
    table
        Table to be written: Id; y and x of the brightest pixel; size in px; peak and flux in levels; edge, 1
        where the cluster is cut by the frame's border.
    workers
        Processes that read frames.
    progress
        Wraps the frames as they come, such as `tqdm.tqdm`; takes their ``total``.

    Raises
    ------
    InputError
        If no such frame is left, or a frame cannot be read.
    """
    tasks = [(i, Path(folders[part]) / f"{i}.png") for i, part in chosen.items()]
    read = partial(_read, threshold)
    counts = {"real": 0, "with a background above 0": 0, "without a galaxy": 0}
    with (
        replacing(real) as real_file,
        replacing(table) as table_file,
        open(real_file, "w", newline="") as real_lines,
        open(table_file, "w", newline="") as table_lines,
        get_context("spawn").Pool(workers) as pool,
    ):
        reals, clusters = (csv.writer(lines, lineterminator="\n") for lines in (real_lines, table_lines))
        reals.writerow(["Id", "part"])
        clusters.writerow(COLUMNS)
        for identifier, rows in progress(pool.imap(read, tasks, CHUNK), total=len(tasks)):
            if rows:
                counts["real"] += 1
                reals.writerow([identifier, chosen[identifier]])
                clusters.writerows([identifier, *row] for row in rows)
            else:
                counts["with a background above 0" if rows is None else "without a galaxy"] += 1
        if counts["real"] == 0:
            raise InputError(
                f"{', '.join(map(str, folders.values()))}: expected real frames with a background of 0 and a "
                f"galaxy above level {threshold}, found none among {len(tasks)}: "
                f"{counts['with a background above 0']} with a background above 0, "
                f"{counts['without a galaxy']} without a galaxy"
            )
    for what, count in counts.items():
        logger.log(
            logging.WARNING if what == "without a galaxy" and count else logging.INFO, "%s: %d", what, count
        )


def read_real_frames(path: str | Path) -> dict[int, str]:
    """Part by Id of the frames that count as real."""
    with open(path, newline="") as file:
        return {int(line["Id"]): line["part"] for line in csv.DictReader(file)}


def read_clusters(path: str | Path) -> np.ndarray:
    """Table of clusters, ``(n, 7)``, int64, columns as of `COLUMNS`."""
    return np.loadtxt(path, np.int64, delimiter=",", skiprows=1, ndmin=2)


def _read(threshold: int, task: tuple[int, Path]) -> tuple[int, list[list[int]] | None]:
    """Rows of a frame's clusters; None where its background is not 0."""
    identifier, path = task
    frame = read_frame(path)
    if np.bincount(frame.ravel()).argmax() > 0:
        return identifier, None
    return identifier, _rows(find_clusters(frame, threshold))


def _rows(clusters: Clusters) -> list[list[int]]:
    columns = (clusters.centre, clusters.size, clusters.peak, clusters.flux, clusters.edge)
    return np.column_stack(columns).astype(int).tolist()
