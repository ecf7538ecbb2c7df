"""Train one run, from its last checkpoint if there is one."""

import hashlib
import shutil
from pathlib import Path

import torch

from mockskies.errors import InterruptedTrainingError
from mockskies.job import run as run_job
from mockskies.training.alone import alone_in
from mockskies.training.data import load_batches
from mockskies.training.loop import Training
from mockskies.training.precision import choose_compute
from mockskies.training.run import Run
from mockskies.training.stop import Stop, queue_again


def main(snakemake):
    stop = Stop()
    torch.set_num_threads(snakemake.threads)
    run = Run.from_block(snakemake.params.run)
    compute = choose_compute(snakemake.params.precision)
    data, checksum = load_batches(run, snakemake.input.arrays, snakemake.input.targets, compute.device)
    # A file of the user's can change under its name.
    for path in snakemake.input.initial_weights:
        with open(path, "rb") as file:
            checksum += f" {hashlib.file_digest(file, 'sha256').hexdigest()}"
    # Not a declared output: Snakemake deletes those of a job that failed, and this is what it goes on from.
    state = Path(snakemake.params.state) / run.fingerprint(checksum, snakemake.params.precision)
    with alone_in(state):
        try:
            Training(run, data, compute, state, compiled=snakemake.params.compile).go(stop)
        except InterruptedTrainingError:
            # Costs none of the job's attempts, of which a long run would need many.
            if stop.walltime_ends:
                queue_again(stop.job)
            raise
    (state / "previews").mkdir(exist_ok=True)
    shutil.copytree(state / "previews", snakemake.output.previews)
    shutil.copytree(state / "weights", snakemake.output.weights)
    shutil.copy(state / "losses.csv", snakemake.output.losses)


if __name__ == "__main__":
    run_job(main, snakemake)
