"""Pair correlation of the centres of galaxies: real, generated, and at uniform places."""

import pandas as pd

from mockskies.comparison.positions import compare_positions
from mockskies.job import run
from mockskies.measurement.columns import read_columns, write_table


def main(snakemake):
    """input: clusters of real frames, centres of generators'; params: frames (names), side (px), seed."""
    files, params = snakemake.input, snakemake.params
    columns = ["Id", "y", "x"]
    sets = {"real": read_columns(files.real, columns)[columns]}
    for name, path in zip(params.frames, files.centres, strict=True):
        sets[name] = read_columns(path, columns)[columns]
    pairs, positions = compare_positions(sets, params.side, params.seed, snakemake.threads)
    write_table(snakemake.output.pairs, pairs)
    write_table(snakemake.output.positions, pd.DataFrame(positions))


if __name__ == "__main__":
    run(main, snakemake)
