"""Scores of a generator's experiments from their chunks."""

import pandas as pd

from mockskies.job import run
from mockskies.measurement.columns import write_table


def main(snakemake):
    """input.chunks in their order."""
    table = pd.concat([pd.read_csv(path) for path in snakemake.input.chunks])
    write_table(snakemake.output.scores, table.sort_values(["experiment", "Id", "set"]))


if __name__ == "__main__":
    run(main, snakemake)
