"""A run trained from its files, in one process or as one rank of several."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch

from mockskies.errors import InterruptedTrainingError
from mockskies.training import ranks
from mockskies.training.data import load_batches
from mockskies.training.loop import Training
from mockskies.training.precision import choose_compute
from mockskies.training.run import Run
from mockskies.training.stop import Stop, queue_again


def train(
    run: Run,
    arrays: Sequence[str],
    targets: Sequence[str],
    initial_weights: Sequence[str],
    states: Path,
    precision: str,
    compiled: bool,
    threads: int,
) -> Path:
    """Train ``run`` to its end, from its last checkpoint if there is one.

    Parameters
    ----------
    arrays, targets
        As `mockskies.training.data.load_batches` takes them.
    initial_weights
        The file that the run starts from, if it names one.
    states
        Folder of the states of all trainings of this run.
    precision
        As `mockskies.training.precision.choose_compute` takes it.
    compiled
        Whether networks are compiled first.
    threads
        Cores that all ranks share.

    Raises
    ------
    InterruptedTrainingError
        If there was a reason to stop, as `mockskies.training.stop` has them.

    Returns
    -------
    Path
        Folder with the weights, previews and losses of this training.
    """
    stop = Stop()
    torch.set_num_threads(max(1, threads // ranks.count()))
    compute = choose_compute(precision)
    data, checksum = load_batches(run, arrays, targets, compute.device)
    # A file of the user's can change under its name.
    for path in initial_weights:
        with open(path, "rb") as file:
            checksum += f" {hashlib.file_digest(file, 'sha256').hexdigest()}"
    state = states / run.fingerprint(checksum, precision)
    try:
        Training(run, data, compute, state, compiled).go(stop)
    except InterruptedTrainingError:
        # Costs none of the job's attempts, of which a long run would need many.
        if stop.walltime_ends and ranks.leads():
            queue_again(stop.job)
        # Who leaves early takes the others with it.
        ranks.wait()
        raise
    return state
