"""Drawn galaxies that are nearer to a real one, or to one another, than real ones are."""

import logging

import pandas as pd

from mockskies.comparison.duplicates import find_duplicates, write_duplicates
from mockskies.job import run
from mockskies.measurement.matches import read_matches


def main(snakemake):
    """input.real and input.generated: tables of closest matches; params: samples, their names."""
    tables = []
    files = zip(snakemake.params.samples, snakemake.input.real, snakemake.input.generated, strict=True)
    for sample, real, generated in files:
        frame = find_duplicates(read_matches(real), read_matches(generated))
        for row in frame[frame["caught"]].itertuples():
            logging.warning("%s: %s: %d of %d galaxies", sample, row.kind, row.duplicates, row.number)
        frame.insert(0, "sample", sample)
        tables.append(frame)
    write_duplicates(snakemake.output.duplicates, pd.concat(tables))


if __name__ == "__main__":
    run(main, snakemake)
