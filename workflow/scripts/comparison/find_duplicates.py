"""Generated galaxies that are nearer to a real one, or to one another, than real ones are."""

import logging

from mockskies.comparison.duplicates import find_duplicates, write_duplicates
from mockskies.job import run
from mockskies.measurement.matches import read_matches


def main(snakemake):
    """input.real and input.generated: tables of closest matches."""
    frame = find_duplicates(read_matches(snakemake.input.real), read_matches(snakemake.input.generated))
    for row in frame.itertuples():
        logging.info("%s: %d of %d, caught: %s", row.kind, row.duplicates, row.number, row.caught)
    write_duplicates(snakemake.output.duplicates, frame)


if __name__ == "__main__":
    run(main, snakemake)
