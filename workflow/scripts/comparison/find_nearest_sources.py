"""The nearest real cut-out of every bright generated source; that of held-out real ones, for scale."""

import numpy as np

from mockskies.atomic import replacing
from mockskies.comparison.nearest import nearest_sources
from mockskies.comparison.statistics import write_statistics
from mockskies.datasets.field import read_field
from mockskies.job import run
from mockskies.measurement.table import read_catalogue


def main(snakemake):
    """params.limit in AB magnitudes, params.most sources."""
    files, params = snakemake.input, snakemake.params
    table, pictures = nearest_sources(
        (read_field(files.real), read_catalogue(files.real_catalogue)),
        (read_field(files.generated), read_catalogue(files.generated_catalogue)),
        params.limit,
        params.most,
    )
    write_statistics(snakemake.output.nearest, table)
    with replacing(snakemake.output.pictures) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **pictures)


if __name__ == "__main__":
    run(main, snakemake)
