"""`make setup`: one environment from the lock, made once; and what other targets run in it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A Python that notes what it is asked to install: a real environment takes its time.
STAND_IN = """#!/bin/sh
case "$*" in
    "-m venv --clear .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    *"--requirement requirements.lock") echo requirements.lock >> installed ;;
esac
"""


@pytest.fixture
def make(tmp_path):
    """Function that runs make beside a lock of no packages."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").write_text("# nothing\n")

    def run(*arguments):
        return subprocess.run(["make", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_setup_is_done_once_and_again_when_the_lock_changes(make, tmp_path):
    python = tmp_path / "python3"
    python.write_text(STAND_IN)
    python.chmod(0o755)
    assert make("setup", f"PYTHON={python}").returncode == 0
    assert (tmp_path / "installed").read_text().splitlines() == ["requirements.lock"]
    assert "Nothing to be done" in make("setup", f"PYTHON={python}").stdout
    (tmp_path / "requirements.lock").write_text("# nothing yet\n")
    assert make("setup", f"PYTHON={python}").returncode == 0
    assert len((tmp_path / "installed").read_text().splitlines()) == 2


def test_a_setup_that_failed_is_not_done(make, tmp_path):
    python = tmp_path / "python3"
    python.write_text(STAND_IN.replace("echo requirements.lock >> installed", "exit 1"))
    python.chmod(0o755)
    for _ in range(2):
        assert make("setup", f"PYTHON={python}").returncode != 0


def test_setup_says_which_python_it_needs(make, tmp_path):
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    outcome = make("setup", f"PYTHON={old}")
    assert outcome.returncode != 0
    assert outcome.stderr.splitlines()[:2] == [
        "mockskies needs Python 3.11 or newer with its venv module (Debian: python3-venv).",
        f"None of these will do: {old}. Name one: make PYTHON=/path/to/python3.12 setup",
    ]
    assert not (tmp_path / ".venv").exists()


def test_make_alone_lists_the_commands(make):
    listing = make().stdout
    for command in ("setup", "demo", "test", "lint", "bench"):
        assert f"make {command} " in listing


@pytest.mark.parametrize(
    ("configuration", "results"),
    [
        ("results: results/demo\n", "results/demo"),
        ("# Where all goes.\nresults: out\n", "out"),
        ("seed: 2\n", "results"),
    ],
)
def test_archives_and_reports_lie_among_their_results(make, tmp_path, configuration, results):
    (tmp_path / "mine.yaml").write_text(configuration)
    planned = make("--dry-run", "archive", "report", "PAPER=smith2019", "CONFIG=mine.yaml").stdout
    assert f"--configfile mine.yaml --cores all -- {results}/smith2019.zip\n" in planned
    assert f"--cores all -- all {results}/ro-crate-metadata.json\n" in planned
    assert f"--report {results}/report.html -- all\n" in planned
