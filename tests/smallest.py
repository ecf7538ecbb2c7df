"""The workflow run for real, at its smallest, in a copy of the project."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = "Snakefile", "CITATION.cff", "rules", "workflow", "config", "envs", "slurm"


def copy_project(folder: Path) -> Path:
    """The workflow without its results, its tests and its history."""
    folder.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    shutil.copy(ROOT / "tests/workflow/smallest.yaml", folder / "config/smallest.yaml")
    return folder


def snakemake(
    folder: Path, *arguments: str, overlays: tuple[str, ...] = ("demo", "smallest")
) -> subprocess.CompletedProcess:
    """Run Snakemake in ``folder`` with overlays from its ``config``; both streams are captured as text."""
    files = ["--configfile", *(f"config/{name}.yaml" for name in overlays)] if overlays else []
    command = [sys.executable, "-m", "snakemake", *files, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def run_smallest(folder: Path) -> Path:
    """Everything of smith2019, from simulated archives to the page; returns its results."""
    outcome = snakemake(folder, "--cores", "2", "smith2019")
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    return folder / "results"
