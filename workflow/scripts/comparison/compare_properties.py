"""Shapes, fluxes and sizes of real against generated galaxies."""

from mockskies.comparison.properties import compare_properties, write_properties
from mockskies.job import run
from mockskies.measurement.ellipses import read_ellipses


def main(snakemake):
    """params.bootstraps resamples behind an interval; params.seed."""
    files, params = snakemake.input, snakemake.params
    frame = compare_properties(
        read_ellipses(files.real), read_ellipses(files.generated), params.bootstraps, params.seed
    )
    write_properties(snakemake.output.properties, frame)


if __name__ == "__main__":
    run(main, snakemake)
