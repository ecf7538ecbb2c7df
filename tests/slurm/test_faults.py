"""What can go wrong while a training runs: the weights are those of one that nobody disturbed."""

import os
import signal
import subprocess
import time
from contextlib import suppress

import pytest
from cluster import wait_until
from heads import HERE, LONGEST_LOSS, TARGET, Head, lost_since, unlock, weights


@pytest.fixture
def begun(cluster, project):
    """A training that runs, in the partition of GPUs."""
    head = Head(cluster, project, "--", TARGET)
    head.wait_for_training()
    yield head
    if head.process.poll() is None:
        head.process.kill()


@pytest.fixture
def judge(undisturbed, report, request):
    """Function that holds a training that was disturbed against one that was not."""

    def check(head, lost, seconds=300):
        assert head.wait(seconds) == 0, head.said()[-4000:]
        assert weights(head.project) == undisturbed
        assert lost < LONGEST_LOSS
        report[f"{request.node.name}: seconds lost"] = round(lost, 1)

    return check


def attempts(head):
    """How often Snakemake submitted the training."""
    return head.said().count("rule_train/smith2019/")


def test_scancel(begun, cluster, judge):
    cluster.run("scancel", begun.job())
    judge(begun, lost_since(begun, time.time()))
    assert "Trying to restart" in begun.said()


def test_requeue(begun, cluster, judge):
    cluster.run("scontrol", "requeue", begun.job())
    judge(begun, lost_since(begun, time.time()))
    assert "Trying to restart" not in begun.said()


def urgent(cluster):
    """A job that takes the whole node from others for a moment."""
    cluster.run(
        "sbatch", "--partition=urgent", "--exclusive", "--time=1", "--output=/dev/null", "--wrap=sleep 3"
    )


def test_preemption_that_requeues(begun, cluster, judge):
    urgent(cluster)
    job = begun.job()
    wait_until(lambda: begun.job() != job or not job, "preemption", 60)
    judge(begun, lost_since(begun, time.time()))
    assert "Trying to restart" not in begun.said()


def test_preemption_that_cancels(cluster, project, judge):
    head = Head(cluster, project, "--set-resources", "train:slurm_partition=cancellable", "--", TARGET)
    head.wait_for_training()
    urgent(cluster)
    wait_until(lambda: not head.job(), "preemption", 60)
    judge(head, lost_since(head, time.time()))
    assert "was preempted, and Slurm does not queue it again" in head.said()


def test_out_of_memory(cluster, project, judge):
    head = Head(cluster, project, "--", TARGET, variables={"PYTHONPATH": str(HERE / "hungry")})
    head.wait_for_training()
    job = head.job()
    moment = time.time()
    head.training().send_signal(signal.SIGUSR2)
    wait_until(lambda: head.job() != job, "the end of a job that takes too much memory", 60)
    lost = lost_since(head, moment)
    judge(head, lost)
    assert "Trying to restart" in head.said()
    log = project / f".snakemake/slurm_logs/rule_train/smith2019/{job}.log"
    assert "exceeded memory limit" in log.read_text()


def wait_for_loss(cluster):
    state = "sinfo", "-h", "-p", "gpu", "-o", "%t"
    wait_until(lambda: "down" in cluster.run(*state), "a node that is down", 90)


def test_a_node_is_lost(begun, cluster, judge):
    moment = time.time()
    cluster.kill("slurmd")
    # With the node goes all that runs on it.
    steps = begun.training().parents()
    for process in [begun.training(), *steps[: [p.name() for p in steps].index("slurmstepd") + 1]]:
        process.kill()
    lost = lost_since(begun, moment)
    wait_until(
        lambda: "down" in cluster.run("sinfo", "-h", "-p", "gpu", "-o", "%t"), "a node that is down", 90
    )
    cluster.start_node()
    judge(begun, lost)


def test_slurmd_is_killed_and_its_jobs_live_on(begun, cluster, judge):
    cluster.kill("slurmd")
    wait_until(
        lambda: "down" in cluster.run("sinfo", "-h", "-p", "gpu", "-o", "%t"), "a node that is down", 90
    )
    cluster.start_node()
    judge(begun, 0.0)


def test_slurmctld_is_restarted(begun, cluster, judge):
    cluster.kill("slurmctld")
    time.sleep(5)
    cluster.start_controller()
    judge(begun, 0.0)
    assert "Trying to restart" not in begun.said()


def test_a_full_disk(cluster, project, judge):
    state = project / "results/training"
    state.mkdir(parents=True)
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "none", state], check=False).returncode
    ):
        pytest.skip("only root can make a small disk")
    try:
        head = Head(cluster, project, "--", TARGET)
        head.wait_for_training()
        with open(state / "ballast", "wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(bytes(2**12))
        moment = time.time()
        log = project / "results/logs/train/smith2019.log"
        wait_until(lambda: "no space left on the disk" in log.read_text(), "a message on the full disk", 60)
        lost = max(0.0, moment - head.saved())
        (state / "ballast").unlink()
        judge(head, lost)
    finally:
        subprocess.run(["umount", state], check=True)


def test_ctrl_c(begun, cluster, project, judge):
    begun.interrupt(signal.SIGINT)
    lost = lost_since(begun, time.time())
    assert begun.wait(60) != 0
    wait_until(lambda: not begun.job(), "an empty queue", 30)
    judge(Head(cluster, project, "--", TARGET), lost)


def test_sigterm(begun, cluster, project, judge):
    """Running jobs may end; nothing new is submitted."""
    begun.interrupt(signal.SIGTERM)
    begun.wait(300)
    judge(Head(cluster, project, "--", TARGET), 0.0)


def test_the_head_is_killed(begun, cluster, project, judge):
    begun.interrupt(signal.SIGKILL)
    begun.wait()
    job = begun.job()
    assert job
    unlock(cluster, project)
    again = Head(cluster, project, "--", TARGET)
    wait_until(lambda: again.job() != job, "the end of the job that was left", 60)
    judge(again, lost_since(again, time.time()))
    assert f"Cancelling jobs that an earlier run left in Slurm's queue: {job}" in again.said()
