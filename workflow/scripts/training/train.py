"""Train one run, from its last checkpoint if there is one, on as many GPUs as the job was given."""

import shutil
from pathlib import Path

from mockskies.job import run as run_job
from mockskies.training.alone import alone_in
from mockskies.training.launch import launch
from mockskies.training.run import Run
from mockskies.training.train import train


def main(snakemake):
    files, params = snakemake.input, snakemake.params
    run = Run.from_block(params.run)
    # Not a declared output: Snakemake deletes those of a job that failed, and this is what it goes on from.
    states = Path(params.state)
    settings = params.precision, params.compile, snakemake.threads
    with alone_in(states):
        state = launch(
            f"run {run.name}",
            # A site without GPUs may give 0.
            max(1, snakemake.resources.gpu),
            train,
            *(run, list(files.arrays), list(files.targets), list(files.initial_weights), states, *settings),
        )
    (state / "previews").mkdir(exist_ok=True)
    shutil.copytree(state / "previews", snakemake.output.previews)
    shutil.copytree(state / "weights", snakemake.output.weights)
    shutil.copy(state / "losses.csv", snakemake.output.losses)


if __name__ == "__main__":
    run_job(main, snakemake)
