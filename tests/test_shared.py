"""Randomness, atomic files and jobs."""

import errno
import logging
from types import SimpleNamespace

import numpy as np
import pytest

from mockskies.atomic import replacing
from mockskies.errors import DivergenceError, InputError
from mockskies.job import run
from mockskies.randomness import integer_seed, random_generator


def test_streams_are_the_same_again_and_differ_from_each_other():
    names = [(1, "a"), (2, "a"), (1, "b"), (1, "a", 0), (1, "a", 1), (1, "a", 0, 1), (1, "a", 1, 0)]
    draws = [random_generator(*name).integers(2**62) for name in names]
    assert len(set(draws)) == len(names)
    assert draws == [random_generator(*name).integers(2**62) for name in names]
    assert len({integer_seed(*name) for name in names}) == len(names)
    assert 0 <= integer_seed(1, "a") < 2**63


def test_a_stream_is_named_by_the_hash_of_its_consumer():
    stream = np.random.SeedSequence(20190904, spawn_key=(13827694175311466537, 3))
    expected = np.random.default_rng(stream).integers(1000, size=3)
    np.testing.assert_array_equal(random_generator(20190904, "fields", 3).integers(1000, size=3), expected)


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new" / "a.txt"
    with replacing(path) as temporary:
        temporary.write_text("first")

    def fail():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "first"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


@pytest.fixture
def job(tmp_path):
    """Run a function as a rule's script would be run; returns the log."""

    def go(function, status):
        log = tmp_path / "logs" / "job.log"
        root = logging.getLogger()
        before = root.handlers[:], root.level
        root.handlers = []
        try:
            with pytest.raises(SystemExit) as stop:
                run(function, SimpleNamespace(log=[str(log)]))
        finally:
            for handler in root.handlers:
                handler.close()
            root.handlers, root.level = before
            logging.captureWarnings(False)
        assert stop.value.code == status
        return log.read_text()

    return go


@pytest.mark.parametrize("kind", [InputError, DivergenceError])
def test_an_expected_error_is_one_line_in_the_log(job, kind):
    def fail(_):
        raise kind("field.fits: expected 3 bands, found 2")

    log = job(fail, 1)
    assert log.splitlines()[0].endswith("error: field.fits: expected 3 bands, found 2")
    assert len(log.splitlines()) == 1


def test_a_full_disk_is_one_line_and_leaves_nothing(job, tmp_path):
    def fail(_):
        with replacing(tmp_path / "field.fits") as temporary:
            temporary.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "field.fits"))

    log = job(fail, 1)
    expected = f"error: {tmp_path / 'field.fits'}: no space left on the disk; nothing was written"
    assert log.rstrip().endswith(expected)
    assert len(log.splitlines()) == 1
    assert not (tmp_path / "field.fits").exists()


def test_a_defect_keeps_its_traceback(job):
    def fail(_):
        raise ZeroDivisionError("defect")

    assert "Traceback" in job(fail, 1)
