"""Train one run, from its last checkpoint if there is one."""

import hashlib
import shutil
from pathlib import Path

import torch

from mockskies.job import run as run_job
from mockskies.training.data import load_batches
from mockskies.training.loop import Training
from mockskies.training.precision import choose_compute
from mockskies.training.run import Run


def main(snakemake):
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
    Training(run, data, compute, state, compiled=snakemake.params.compile).go()
    (state / "previews").mkdir(exist_ok=True)
    shutil.copytree(state / "previews", snakemake.output.previews)
    shutil.copytree(state / "weights", snakemake.output.weights)
    shutil.copy(state / "losses.csv", snakemake.output.losses)


if __name__ == "__main__":
    run_job(main, snakemake)
