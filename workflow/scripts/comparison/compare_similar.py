"""How similar drawn galaxies are to their most similar real ones, beside what real ones are to each other."""

import pandas as pd

from mockskies.comparison.similarity import compare_similarities
from mockskies.job import run
from mockskies.measurement.columns import write_table


def main(snakemake):
    """params: bootstraps, seed."""
    files, params = snakemake.input, snakemake.params
    tables = (pd.read_csv(path) for path in (files.drawn, files.real))
    found = compare_similarities(*tables, params.bootstraps, params.seed)
    write_table(snakemake.output.similarity, found)


if __name__ == "__main__":
    run(main, snakemake)
