"""What a run's fields are like as its training goes on."""

import pandas as pd

from mockskies.comparison.progress import progress
from mockskies.comparison.statistics import write_statistics
from mockskies.job import run
from mockskies.measurement.table import read_catalogue


def main(snakemake):
    """params.epochs, params.limit in AB magnitudes."""
    files, params = snakemake.input, snakemake.params
    catalogues = {
        epoch: read_catalogue(path) for epoch, path in zip(params.epochs, files.generated, strict=True)
    }
    table = progress(read_catalogue(files.real), catalogues, pd.read_csv(files.losses), params.limit)
    write_statistics(snakemake.output.progress, table)


if __name__ == "__main__":
    run(main, snakemake)
