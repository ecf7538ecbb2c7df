"""Files that were cut, flipped, shuffled or overwritten: each is used, left out or refused in one clear line.

Every script runs as users see it, to its exit status and the last line of its log. `MOCKSKIES_FUZZ=10`
multiplies the number of cases; they are the same ones every time.
"""

import functools
import importlib
import logging
import multiprocessing.dummy
import os
import re
import resource
import shutil
import signal
import time

import pytest
from fuzz_victims import VICTIMS, namespace, script
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockskies.job import run

MORE = int(os.environ.get("MOCKSKIES_FUZZ", "1"))
CASES = {
    "mosaic": 500,
    "truth": 250,
    "galaxyzoo": 500,
    "gz2": 500,
    "frames": 250,
    "photographs": 300,
    "weights": 400,
    "checkpoint": 250,
    "first weights": 150,
}
PATIENCE = 30  # s
ROOM = 2 << 30  # bytes beyond what the tests' own process has
LONGEST = 1500  # characters of a line

# Modules that spread their work over processes: here over threads, since a process takes a second to start.
SPREAD = [
    "archives.unpack",
    "archives.photographs",
    "datasets.downscale",
    "datasets.squares",
    "datasets.real_frames",
]

OPERATIONS = ["cut", "flip", "zero", "fill", "double", "swap", "drop", "write", "insert"]
places = st.one_of(st.floats(0, 1), st.floats(0, 0.02), st.floats(0.9, 1))
damages = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), places, st.integers(1, 3000), st.binary(min_size=1, max_size=6)),
    min_size=1,
    max_size=3,
)


def damaged(data, damage):
    data = bytearray(data)
    for operation, place, length, new in damage:
        at = min(int(place * len(data)), max(len(data) - 1, 0))
        end = min(at + length, len(data))
        block = data[at:end]
        match operation:
            case "cut":
                del data[at:]
            case "flip" if data:
                data[at] ^= new[0] or 1
            case "zero":
                data[at:end] = bytes(len(block))
            case "fill":
                data[at : at + 8] = b"\xff" * len(data[at : at + 8])
            case "double":
                data[end:end] = block
            case "swap":
                data[at : end + len(block)] = data[end : end + len(block)] + block
            case "drop":
                del data[at:end]
            case "write":
                data[at : at + len(new)] = new
            case "insert":
                data[at:at] = new
    return bytes(data)


class Late(BaseException):
    """Not an Exception, so that nothing on the way takes it for a damaged file."""


def late(*_):
    raise Late


def as_a_job(main, parts):
    """Run a script to its end: its exit status and its log."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers = []
    try:
        run(main, parts)
        status = 0
    except SystemExit as stop:
        status = stop.code
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers, root.level = before
        logging.captureWarnings(False)
    with open(parts.log[0]) as log:
        return status, log.read()


@pytest.fixture(autouse=True)
def bounded(monkeypatch):
    """Threads in place of processes, and a limit of memory."""
    for name in SPREAD:
        module = importlib.import_module(f"mockskies.{name}")
        monkeypatch.setattr(module, "get_context", lambda _: multiprocessing.dummy)
    with open("/proc/self/statm") as file:
        mapped = int(file.read().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    handler = signal.signal(signal.SIGALRM, late)
    resource.setrlimit(resource.RLIMIT_AS, (mapped + ROOM, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    signal.signal(signal.SIGALRM, handler)


@functools.cache
def good(kind, folder):
    """Files of a kind, written once."""
    folder.mkdir()
    return VICTIMS[kind].write(folder), [(script(name), name, parts) for name, parts in VICTIMS[kind].jobs]


def attempt(kind, folder, name, damage, seen):
    """Damage a file and let every script read what there is."""
    inputs, outputs = folder / "in", folder / "out"
    shutil.rmtree(inputs, ignore_errors=True)
    shutil.rmtree(outputs, ignore_errors=True)
    shutil.copytree(folder / "good", inputs)
    outputs.mkdir()
    (inputs / name).write_bytes(damaged((inputs / name).read_bytes(), damage))
    _, jobs = good(kind, folder / "good")
    for main, title, parts in jobs:
        there = {path for path in outputs.rglob("*")}
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        try:
            status, log = as_a_job(main, namespace(parts, folder / "job.log", inputs, outputs))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        assert "Traceback" not in log, f"{title}\n{log}"
        hidden = [path.name for path in outputs.rglob("*") if re.match(r"\.\d+\.", path.name)]
        assert hidden == []
        seen["jobs"] += 1
        if status:
            last = log.splitlines()[-1]
            assert re.fullmatch(r"\d\d:\d\d:\d\d error: \S.*", last), log
            assert len(last) < LONGEST, last
            # What had been there before the script still is, and nothing else.
            assert {path for path in outputs.rglob("*")} == there, title
            seen["refused"] += 1
            return
    seen["used"] += 1


@pytest.mark.parametrize("kind", VICTIMS)
@pytest.mark.filterwarnings("default")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # as outside tests; astropy leaves damaged files open
def test_damaged_files_are_used_or_refused_in_one_line(kind, tmp_path, capsys):
    names, _ = good(kind, tmp_path / "good")
    seen = {"jobs": 0, "refused": 0, "used": 0}

    @settings(
        max_examples=CASES[kind] * MORE,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(name=st.sampled_from(names), damage=damages)
    def check(name, damage):
        attempt(kind, tmp_path, name, damage, seen)

    started = time.monotonic()
    check()
    with capsys.disabled():
        took = time.monotonic() - started
        print(f" {kind}: {seen['refused']} refused, {seen['used']} used, {took:.0f} s", end=" ")
    assert seen["refused"] + seen["used"] >= CASES[kind]
    # Of photographs, those that are damaged are left out and the others used.
    assert seen["refused"] > CASES[kind] / 4 or kind == "photographs"
