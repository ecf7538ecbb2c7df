"""Speed as a ratio against a named reference, memory as a peak that was read, each in its own process."""

import json
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mockskies.atomic import replacing


@dataclass(frozen=True)
class Result:
    """One line of the table; ``ratio`` is reference over ours where ``goal`` says "at least"."""

    name: str
    ours: float
    reference: float
    ratio: float
    unit: str
    goal: str
    note: str


def write_result(folder: Path, result: Result) -> None:
    """Write ``<name>.json`` for the table of ``make bench``."""
    with replacing(folder / f"{result.name}.json") as temporary:
        temporary.write_text(json.dumps(asdict(result), indent=2) + "\n")


def alone(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Call ``function`` in a fresh process; returns its result and the process's peak memory in GB."""
    # Unlike multiprocessing's own pool, this one may have children of its own: a loader's workers.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_measured, function, arguments).result()


def seconds(function: Callable[[], Any]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _measured(function: Callable[..., Any], arguments: tuple) -> tuple[Any, float]:
    value = function(*arguments)
    return value, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
