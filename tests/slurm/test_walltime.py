"""A training longer than its walltime, on a cluster that keeps an account of its jobs."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from cluster import ACCOUNT, wait_until
from heads import LONGEST_LOSS, TARGET, Head, copy_of, lost_since, weights


def begin(cluster, project, partition, minutes):
    """A training of so many minutes at most, billed to an account."""
    asked = f"train:slurm_partition={partition}", f"train:runtime={minutes}", "train:gpu=0"
    defaults = "slurm_partition=cpu", f"slurm_account={ACCOUNT}", "mem_mb=2000", "runtime=30"
    options = "--set-resources", *asked, "--default-resources", *defaults
    return Head(cluster, project, *options, "--", TARGET)


def hold(head):
    """Stop a training's clock, but not its job's; returns the process, the job and the moment."""
    head.wait_for_training(checkpoints=1)
    process, job = head.training(), head.job()
    process.suspend()
    return process, job, time.time()


def meet_the_limit(head):
    """Three attempts end in TIMEOUT; returns what each lost."""
    lost = []
    for _ in range(3):
        _, job, moment = hold(head)
        wait_until(lambda job=job: head.job() != job, "TIMEOUT", 180)
        lost.append(lost_since(head, moment))
        state = head.cluster.run("sacct", "-X", "-n", "-P", "-j", job, "-o", "State")
        assert state == "TIMEOUT"
    assert head.wait() == 0, head.said()[-4000:]
    return lost


def stop_before_the_limit(head):
    """The training sees its walltime end, saves, and asks Slurm to run its job once more."""
    process, job, moment = hold(head)
    end = head.cluster.run("squeue", "-h", "-j", job, "-o", "%e")
    # Its margin is a twentieth of two minutes.
    time.sleep(datetime.fromisoformat(end).timestamp() - time.time() - 3)
    process.resume()
    lost = lost_since(head, moment)
    assert head.wait() == 0, head.said()[-4000:]
    return [lost]


@pytest.fixture(scope="module")
def outcomes(accounted, prepared, tmp_path_factory):
    """Both at once, since most of it is waiting."""
    heads = {
        meet_the_limit: begin(accounted, copy_of(prepared, tmp_path_factory), "brief", 1),
        stop_before_the_limit: begin(accounted, copy_of(prepared, tmp_path_factory), "cpu", 2),
    }
    with ThreadPoolExecutor() as pool:
        lost = {story: pool.submit(story, head) for story, head in heads.items()}
    return {story: (head, lost[story].result()) for story, head in heads.items()}


@pytest.mark.parametrize("story", [meet_the_limit, stop_before_the_limit])
def test_the_weights_are_the_same(outcomes, undisturbed, story, report):
    head, lost = outcomes[story]
    assert weights(head.project) == undisturbed
    assert max(lost) < LONGEST_LOSS
    report[f"{story.__name__}: seconds lost"] = [round(seconds, 1) for seconds in lost]


def test_each_timeout_costs_an_attempt(outcomes):
    assert outcomes[meet_the_limit][0].said().count("Trying to restart") == 3
    assert "SLURM status is: 'TIMEOUT'" in outcomes[meet_the_limit][0].said()


def test_stopping_in_time_costs_none(outcomes):
    head, _ = outcomes[stop_before_the_limit]
    assert "Trying to restart" not in head.said()
    assert head.said().count("has been submitted") == 1
