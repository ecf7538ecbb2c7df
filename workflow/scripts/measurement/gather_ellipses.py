"""One table of ellipses from its chunks."""

import pandas as pd

from mockskies.job import run
from mockskies.measurement.ellipses import read_ellipses, write_ellipses


def main(snakemake):
    """input.chunks in their order."""
    chunks = [read_ellipses(path) for path in snakemake.input.chunks]
    write_ellipses(snakemake.output.ellipses, pd.concat(chunks, ignore_index=True))


if __name__ == "__main__":
    run(main, snakemake)
