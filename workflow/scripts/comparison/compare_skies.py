"""Pixels and power spectra of real and generated fields."""

from mockskies.comparison.skies import compare_skies
from mockskies.comparison.statistics import write_statistics
from mockskies.datasets.field import read_field
from mockskies.job import run


def main(snakemake):
    files, tables = snakemake.input, snakemake.output
    found = compare_skies(read_field(files.real), [read_field(path) for path in files.generated])
    for path, table in zip((tables.distances, tables.pixels, tables.spectra), found, strict=True):
        write_statistics(path, table)


if __name__ == "__main__":
    run(main, snakemake)
