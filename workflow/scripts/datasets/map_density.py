"""Map the density of an archive's sources, which conditioned runs are told."""

import numpy as np

from mockskies.atomic import replacing
from mockskies.datasets.density import density_map
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.measurement.table import read_catalogue


def main(snakemake):
    sources = read_catalogue(snakemake.input.catalogue)
    if not len(sources):
        raise InputError(
            f"{snakemake.input.catalogue}: expected sources, whose density is mapped, found none"
        )
    with replacing(snakemake.output.density) as temporary, open(temporary, "wb") as file:
        np.save(file, density_map(sources, sources.meta["XSIZE"]))


if __name__ == "__main__":
    run(main, snakemake)
