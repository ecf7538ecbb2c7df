"""Why a training has to stop before its end: a signal, or the end of its job's walltime."""

import logging
import os
import signal
import subprocess
import time
from datetime import datetime

logger = logging.getLogger(__name__)

# Kept of a walltime, to save and to queue again: a part of what is left at the start, and at most so long.
MARGIN, LONGEST_MARGIN = 0.05, 300  # 1, s


class Stop:
    """Listens for SIGTERM and SIGINT, and knows when the job of Slurm that it is in will end.

    Slurm sends SIGTERM to a job that is preempted, cancelled or at its limit, some seconds before SIGKILL;
    Ctrl-C sends SIGINT. A second signal of a kind ends the process at once.
    """

    def __init__(self):
        self.signal = None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)
        self.job = os.environ.get("SLURM_JOB_ID")
        left = seconds_left(self.job) if self.job else None
        self.deadline = None
        if left is not None:
            self.deadline = time.monotonic() + left - min(MARGIN * left, LONGEST_MARGIN)
            logger.info("the job's walltime ends in %.0f min", left / 60)

    def reason(self) -> str | None:
        """Why to stop now, or None."""
        if self.signal:
            return f"got {self.signal.name}"
        return "the job's walltime is about to end" if self.walltime_ends else None

    @property
    def walltime_ends(self) -> bool:
        """Whether the job is about to end, and for no other reason."""
        return not self.signal and self.deadline is not None and time.monotonic() > self.deadline

    def _note(self, number, frame) -> None:
        self.signal = signal.Signals(number)
        signal.signal(number, signal.SIG_DFL)


def seconds_left(job: str) -> float | None:
    """Seconds until Slurm ends a job; None if it has no limit or nobody can say."""
    # squeue's own notation of what is left has days, hours and more in it; a date is one thing.
    end = _slurm("squeue", "--noheader", "--jobs", job, "--format", "%e")
    try:
        return datetime.fromisoformat(end).timestamp() - time.time()
    except (TypeError, ValueError):
        return None


def queue_again(job: str) -> bool:
    """Ask Slurm to run a job once more from its start, as the same job; whether it will."""
    return _slurm("scontrol", "requeue", job) is not None


def _slurm(*command: str) -> str | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    except (subprocess.SubprocessError, OSError) as error:
        logger.warning("%s: %s", " ".join(command), (getattr(error, "stderr", None) or str(error)).strip())
        return None
