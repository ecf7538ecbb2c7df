"""Many sparse frames, of which a few are in memory at any moment."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mockskies.archives.frames import read_frame
from mockskies.atomic import replacing
from mockskies.errors import InputError
from mockskies.measurement.columns import write_table
from mockskies.measurement.features import COLUMNS, columns_of, measure

# Tasks that a process is handed at once.
TASKS = 4


@contextmanager
def processes(number: int) -> Iterator[Callable[..., Iterable]]:
    """Yield a ``map`` that keeps the order and runs in so many processes; in this one if it is one."""
    if number == 1:
        yield map
    else:
        with ProcessPoolExecutor(number, get_context("spawn")) as pool:
            yield partial(pool.map, chunksize=TASKS)


def chunk_of(rows: Sequence[Any], chunk: str) -> Sequence[Any]:
    """The part of ``rows`` that ``chunk`` names as Snakemake does: ``1-of-16``."""
    number, _, chunks = chunk.partition("-of-")
    edges = np.linspace(0, len(rows), int(chunks) + 1).astype(int)
    return rows[edges[int(number) - 1] : edges[int(number)]]


def measure_frames(
    paths: Sequence[Path], features: Sequence[str], number: int, progress: Callable = iter
) -> np.ndarray:
    """Sets of ``features`` of PNGs, ``(n, column)``, float32, in so many processes.

    Each has one frame in memory. ``progress`` wraps the frames as they are done, such as `tqdm.tqdm`.
    """
    measured = np.empty((len(paths), len(columns_of(features))), np.float32)
    with processes(number) as run:
        for row, values in enumerate(progress(run(partial(_read_and_measure, features=features), paths))):
            measured[row] = values
    return measured


def write_chunk(path: str | Path, ids: Sequence[int], features: Sequence[str], measured: np.ndarray) -> None:
    """Write what `measure_frames` returned for the frames ``ids``, an array for each set of features."""
    edges = np.cumsum([len(COLUMNS[name]) for name in features])
    arrays = dict(zip(features, np.split(measured, edges[:-1], axis=1), strict=True))
    with replacing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, Id=np.array(ids, np.int64), **arrays)


def gather_chunks(paths: Sequence[str | Path], outputs: dict[str, str | Path]) -> None:
    """Write each set of features of all chunks: properties as a table with ``Id``, others as arrays.

    Raises
    ------
    InputError
        If the chunks are not in the order of their frames' identifiers.
    """
    chunks = [np.load(path) for path in paths]
    ids = np.concatenate([chunk["Id"] for chunk in chunks])
    if np.any(np.diff(ids) <= 0):
        raise InputError(f"{paths[0]}: expected chunks with ascending Ids, found other ones")
    for name, path in outputs.items():
        values = np.concatenate([chunk[name] for chunk in chunks])
        if name == "properties":
            table = pd.DataFrame(values, index=pd.Index(ids, name="Id"), columns=list(COLUMNS[name]))
            write_table(path, table.reset_index())
        else:
            with replacing(path) as temporary, open(temporary, "wb") as file:
                np.save(file, values)


def _read_and_measure(path: Path, features: Sequence[str]) -> np.ndarray:
    return measure(read_frame(path), features)
