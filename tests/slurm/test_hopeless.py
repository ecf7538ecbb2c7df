"""Jobs that can never end are reported, not waited for."""

import signal

import pytest
from cluster import Cluster, wait_until
from heads import TARGET, Head


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (["--set-resources", "train:slurm_partition=brief", "train:runtime=5"], "PartitionTimeLimit"),
        (["--set-resources", "train:cpus_per_task=9999"], "PartitionConfig"),
    ],
)
def test_a_job_that_asks_for_more_than_its_partition_allows(cluster, project, asked, reason):
    head = Head(cluster, project, "--retries", "0", *asked, "--", TARGET)
    assert head.wait(60) != 0
    assert f"can never start: {reason}; what it asks for is set in slurm/config.yaml" in head.said()
    assert not cluster.run("squeue", "--noheader")


def test_a_job_that_slurm_has_forgotten(project):
    with Cluster(job_age=2) as forgetful:
        head = Head(forgetful, project, "--retries", "0", "--", TARGET)
        head.wait_for_training()
        # A laptop that sleeps for longer than the queue remembers jobs.
        head.process.send_signal(signal.SIGSTOP)
        forgetful.run("scancel", head.job())
        wait_until(
            lambda: not forgetful.run("squeue", "--noheader", "--states=all"), "a queue without it", 120
        )
        head.process.send_signal(signal.SIGCONT)
        assert head.wait(90) != 0
    assert "is not in the queue any more, and nobody saw how it ended" in head.said()
