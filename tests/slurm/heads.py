"""Snakemake at the head of a cluster, and what it left when something went wrong."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from cluster import Cluster, wait_until
from smallest import copy_project

HERE = Path(__file__).resolve().parent
TARGET = "results/training/smith2019/losses.csv"
# Between two checkpoints, and one step and the start of a process to spare.
LONGEST_LOSS = 0.03 * 60 + 3
OVERLAYS = "demo", "smallest", "faults"
# One CPU a job: jobs of more would wait for each other. Sums of floats depend on it.
ONE_CPU = "--max-threads", "1"
# Of a cluster's patience, what a test need not have.
HASTE = "--latency-wait", "10", "--slurm-watched-init-seconds-before-status-checks", "2"


def project_in(folder: Path, overlays: tuple[str, ...] = OVERLAYS) -> Path:
    """A copy of the project, with the overlays of these tests."""
    project = copy_project(folder)
    for name in set(overlays) & {"faults"}:
        shutil.copy(HERE / f"{name}.yaml", project / "config")
    return project


def copy_of(project: Path, folders) -> Path:
    """A copy of a project and its results, in one of pytest's folders."""
    return Path(shutil.copytree(project, folders.mktemp("copy") / "project"))


class Head:
    """One `snakemake --profile slurm`, at work in a project."""

    def __init__(
        self,
        cluster: Cluster,
        project: Path,
        *arguments: str,
        overlays: tuple[str, ...] = OVERLAYS,
        variables: dict[str, str] | None = None,
    ):
        self.cluster, self.project = cluster, project
        self.log = project / "head.log"
        files = [f"config/{name}.yaml" for name in overlays]
        options = *ONE_CPU, *HASTE, "--configfile", *files
        command = [sys.executable, "-m", "snakemake", "--profile", "slurm", *options]
        # Slurm's commands and Python's lie in different places.
        environment = {**cluster.environment, **(variables or {})}
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [*command, *arguments], cwd=project, env=environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def wait(self, seconds: float = 300) -> int:
        """Its exit status."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"Snakemake hangs after {seconds:g} s:\n{self.said()[-4000:]}") from None

    def said(self) -> str:
        return self.log.read_text()

    def job(self) -> str:
        """Slurm's id of the training that runs; empty if none does."""
        table = self.cluster.run("squeue", "--noheader", "--states=RUNNING", "--format", "%i|%k|%Z")
        rows = (line.split("|") for line in table.splitlines())
        return next(
            (n for n, comment, at in rows if comment.startswith("rule_train") and at == str(self.project)), ""
        )

    def wait_for_training(self, checkpoints: int = 2) -> None:
        """Wait until the training has written some checkpoints since now."""
        for _ in range(checkpoints):
            before = self.saved()
            wait_until(lambda before=before: self.saved() > before, "a checkpoint", 180)

    def training(self) -> psutil.Process:
        """The process that trains."""
        for process in psutil.process_iter():
            try:
                if "train.py" in process.cmdline()[-1] and process.cwd() == str(self.project):
                    return process
            except (psutil.Error, OSError, IndexError):
                continue
        raise AssertionError("nothing trains")

    def saved(self) -> float:
        """When the training's last checkpoint was written; 0 if there is none."""
        found = list((self.project / "results/training/smith2019/state").glob("*/checkpoint.safetensors"))
        return found[0].stat().st_mtime if found else 0.0

    def interrupt(self, how: signal.Signals) -> None:
        self.process.send_signal(how)


def unlock(cluster: Cluster, project: Path) -> None:
    """What Snakemake asks for after one that was killed."""
    outcome = Head(cluster, project, "--unlock", TARGET)
    assert outcome.wait(60) == 0, outcome.said()[-2000:]


def weights(project: Path) -> dict[str, bytes]:
    folder = project / "results/training/smith2019/weights"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def lost_since(head: Head, moment: float) -> float:
    """Seconds of training between its last checkpoint and ``moment``, at which it was ended."""
    time.sleep(1.5)  # to save on SIGTERM, before the next attempt saves
    return max(0.0, moment - head.saved())
