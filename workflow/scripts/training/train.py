"""Train one run, from its last checkpoint if there is one."""

import shutil
from pathlib import Path

import numpy as np
import torch

from mockskies.datasets.scale import read_training
from mockskies.job import run as run_job
from mockskies.training.loop import Training
from mockskies.training.precision import choose_compute
from mockskies.training.run import Run


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    run = Run.from_block(snakemake.params.run)
    field, constants = read_training(snakemake.input.array)
    # Not a declared output: Snakemake deletes those of a job that failed, and this is what it goes on from.
    fingerprint = run.fingerprint(constants["sha256"], snakemake.params.precision)
    state = Path(snakemake.params.state) / fingerprint
    training = Training(
        run,
        torch.from_numpy(np.array(field)),
        choose_compute(snakemake.params.precision),
        state,
        compiled=snakemake.params.compile,
    )
    training.go()
    shutil.copytree(state / "previews", snakemake.output.previews)
    shutil.copytree(state / "weights", snakemake.output.weights)
    shutil.copy(state / "losses.csv", snakemake.output.losses)


if __name__ == "__main__":
    run_job(main, snakemake)
