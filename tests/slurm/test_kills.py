"""Twenty random kills over a whole small run: every artefact is that of a run that nobody disturbed."""

import random
import signal
import time

import psutil
import pytest
from heads import ONE_CPU, OVERLAYS, Head, copy_of, unlock
from smallest import snakemake

KILLS = 20
KEPT = "training/*/weights/*", "sampling/**/*", "measurement/**/*", "comparison/**/*", "artefacts/**/*"


def made(project):
    """Bytes of everything that was made, but for what tells how long it took."""
    results = project / "results"
    paths = (path for pattern in KEPT for path in sorted(results.glob(pattern)) if path.is_file())
    return {str(p.relative_to(results)): p.read_bytes() for p in paths if not p.name.startswith("timing")}


@pytest.fixture(scope="module")
def in_peace(prepared, tmp_path_factory):
    project = copy_of(prepared, tmp_path_factory)
    outcome = snakemake(project, "--cores", "2", *ONE_CPU, "--", "smith2019", overlays=OVERLAYS)
    assert outcome.returncode == 0, outcome.stderr[-4000:]
    return made(project)


def processes(project):
    """Whatever works in a project: its head, Slurm's commands, jobs, their scripts."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(project):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def test_random_kills(cluster, prepared, in_peace, tmp_path_factory, report):
    project = copy_of(prepared, tmp_path_factory)
    chance = random.Random(KILLS)
    killed, starts, started = [], 0, time.monotonic()
    while True:
        starts += 1
        head = Head(cluster, project, "--retries", "20", "--", "smith2019")
        while head.process.poll() is None and len(killed) < KILLS:
            time.sleep(chance.uniform(1, 7))
            if victims := processes(project):
                victim = chance.choice(victims)
                try:
                    command = victim.cmdline()
                    victim.kill()
                except psutil.Error:
                    continue
                killed.append(" ".join(command)[:100])
        status = head.wait(900)
        if status == 0 and len(killed) == KILLS:
            break
        assert starts < 2 * KILLS, head.said()[-4000:]
        if status == -signal.SIGKILL:
            unlock(cluster, project)
    assert made(project) == in_peace
    report["random kills"] = {
        "kills": len(killed),
        "starts of Snakemake": starts,
        "seconds": round(time.monotonic() - started),
        "files compared": len(in_peace),
    }
