"""Snakemake's executor for Slurm, which never waits for a job that cannot end.

`snakemake-executor-plugin-slurm` submits the jobs and reads how they fare. It waits for ever for a job that
was preempted and not queued again, that Slurm has forgotten, that ended while Slurm did not answer, or that
asks for what its partition does not allow; such a job is reported as failed here, with the reason, so that
Snakemake tries it again as its retries allow.
"""

import shutil
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import NamedTuple

from snakemake_executor_plugin_slurm import Executor as SlurmExecutor
from snakemake_executor_plugin_slurm import ExecutorSettings, common_settings
from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo

__all__ = ["Executor", "ExecutorSettings", "common_settings"]

# Reasons for which a job waits that no waiting removes, as Slurm's manual of squeue lists them.
HOPELESS = {
    "AccountNotAllowed",
    "AssocMaxCpuPerJobLimit",
    "AssocMaxGRESPerJob",
    "AssocMaxMemPerJob",
    "AssocMaxWallDurationPerJobLimit",
    "BadConstraints",
    "DependencyNeverSatisfied",
    "InvalidAccount",
    "InvalidQOS",
    "MaxMemPerLimit",
    "PartitionConfig",
    "PartitionNodeLimit",
    "PartitionTimeLimit",
    "QOSMaxCpuPerJobLimit",
    "QOSMaxGRESPerJob",
    "QOSMaxMemoryPerJob",
    "QOSMaxWallDurationPerJobLimit",
    "launch_failed_requeued_held",
}
SECONDS_TO_CANCEL = 120


class Queued(NamedTuple):
    """What squeue says of a job."""

    state: str
    reason: str


class Executor(SlurmExecutor):
    """The executor for Slurm, with an eye on the queue."""

    def __init__(self, workflow, logger):
        # Before the base class, which starts the thread that asks for these.
        self._doubtful: set[str] = set()
        self._ended: set[str] = set()
        self._summary = ""
        super().__init__(workflow, logger)

    def __post_init__(self, test_mode: bool = False) -> None:
        super().__post_init__(test_mode)
        # Without the lock, they may be another Snakemake's.
        if self.workflow.execution_settings.lock:
            self._cancel_leftovers()

    def get_status_command(self) -> str:
        """sacct where an account is kept of jobs, else squeue: sacct may be there with nothing to read."""
        settings = self._ask("scontrol", "show", "config") or ""
        kept = any("accounting_storage/slurmdbd" in line for line in settings.splitlines())
        return "sacct" if kept and shutil.which("sacct") else "squeue"

    async def check_active_jobs(self, active_jobs: list[SubmittedJobInfo]) -> AsyncIterator[SubmittedJobInfo]:
        """Report jobs that have ended, as the base class does, and those that never will."""
        queue = self._queue() if active_jobs else {}
        hopeless = self._hopeless(active_jobs, queue) if queue is not None else {}
        for job in active_jobs:
            if reason := hopeless.get(job.external_jobid):
                self.report_job_error(job, msg=f"Slurm's job {job.external_jobid} {reason}")
        if hopeless:
            self._ask("scancel", *hopeless)
        unseen = {job.external_jobid: job for job in active_jobs if job.external_jobid not in hopeless}
        async for job in super().check_active_jobs(list(unseen.values())):
            unseen.pop(job.external_jobid)
            yield job
        # Where nobody answers, the base class lets go of all jobs, and would never report them.
        for job in unseen.values():
            if job.external_jobid not in self._ended:
                yield job
        # The same pause each time: a queue asked ever less often holds up all that depends on it.
        self.next_seconds_between_status_checks = (
            self.workflow.executor_settings.init_seconds_before_status_checks
        )

    def report_job_success(self, job_info: SubmittedJobInfo) -> None:
        self._ended.add(job_info.external_jobid)
        super().report_job_success(job_info)

    def report_job_error(self, job_info: SubmittedJobInfo, *arguments, **keywords) -> None:
        self._ended.add(job_info.external_jobid)
        super().report_job_error(job_info, *arguments, **keywords)

    def _hopeless(self, jobs: list[SubmittedJobInfo], queue: dict[str, Queued]) -> dict[str, str]:
        """Why a job will never end, by its id in Slurm."""
        reasons, doubtful = {}, {}
        counted = self.get_status_command() == "sacct"
        for number in (job.external_jobid for job in jobs):
            state, reason = queue.get(number, Queued("", ""))
            if state == "PENDING" and reason in HOPELESS:
                reasons[number] = f"can never start: {reason}; what it asks for is set in slurm/config.yaml"
            elif state == "PREEMPTED":
                doubtful[number] = "was preempted, and Slurm does not queue it again"
            elif not state and not counted:
                doubtful[number] = "is not in the queue any more, and nobody saw how it ended"
        # A job between two states looks like these for a moment.
        reasons |= {number: reason for number, reason in doubtful.items() if number in self._doubtful}
        self._doubtful = set(doubtful)
        self._say(queue[job.external_jobid] for job in jobs if job.external_jobid in queue)
        return reasons

    def _say(self, queued) -> None:
        """How many jobs run and why others wait, whenever that has changed."""
        states = Counter(
            f"{state.lower()} ({reason})" if state == "PENDING" else state.lower() for state, reason in queued
        )
        summary = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
        if summary and summary != self._summary:
            self.logger.info(f"Slurm's queue: {summary}")
        self._summary = summary

    def _queue(self) -> dict[str, Queued] | None:
        """This run's jobs by id, also those that ended of late; None if Slurm does not answer."""
        table = self._ask(
            "squeue", "--states=all", "--noheader", "--name", self.run_uuid, "--format", "%i|%T|%r"
        )
        if table is None:
            return None
        rows = (line.split("|") for line in table.splitlines())
        return {number: Queued(state, reason) for number, state, reason in rows}

    def _cancel_leftovers(self) -> None:
        """Cancel what a Snakemake that was killed in this folder has left in the queue."""
        table = self._ask("squeue", "--me", "--noheader", "--format", "%i|%k|%Z") or ""
        folder = str(self.workflow.workdir_init)
        rows = (line.split("|") for line in table.splitlines())
        left = [number for number, comment, at in rows if comment.startswith("rule_") and at == folder]
        if not left:
            return
        self.logger.warning(f"Cancelling jobs that an earlier run left in Slurm's queue: {', '.join(left)}")
        self._ask("scancel", *left)
        # Two of a kind must not write the same files.
        end = time.monotonic() + SECONDS_TO_CANCEL
        while self._ask("squeue", "--noheader", "--jobs", ",".join(left)) and time.monotonic() < end:
            time.sleep(1)

    def _ask(self, *command: str) -> str | None:
        """What a command of Slurm's answers; None if it fails."""
        try:
            return subprocess.run(
                command, capture_output=True, text=True, check=True, timeout=60
            ).stdout.strip()
        except (subprocess.SubprocessError, OSError) as error:
            self.logger.debug(f"{command[0]}: {error}")
            return None
