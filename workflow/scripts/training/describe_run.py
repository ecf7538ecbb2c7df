"""Describe a run by what it left: networks layer by layer, rates, first weights, length."""

import json
from pathlib import Path

from mockskies.atomic import replacing
from mockskies.job import run as run_job
from mockskies.training.description import describe
from mockskies.training.run import Run


def main(snakemake):
    """params: run (its block)."""
    run = Run.from_block(snakemake.params.run)
    description = describe(run, Path(snakemake.input.weights), Path(snakemake.input.losses))
    with open(snakemake.input.about) as file:
        description["simulated"] = json.load(file)["simulated"]
    with replacing(snakemake.output.json) as temporary:
        temporary.write_text(json.dumps(description, indent=1) + "\n")


if __name__ == "__main__":
    run_job(main, snakemake)
