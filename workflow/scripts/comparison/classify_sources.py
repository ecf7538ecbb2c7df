"""A classifier of real and generated sources, judged on the quadrant held out."""

from mockskies.comparison.source_classifier import classify_sources
from mockskies.comparison.statistics import write_statistics
from mockskies.job import run
from mockskies.measurement.table import read_catalogue


def main(snakemake):
    """params.limit in AB magnitudes, params.seed."""
    files, params = snakemake.input, snakemake.params
    real, generated = read_catalogue(files.real), [read_catalogue(path) for path in files.generated]
    table = classify_sources(real, generated, params.limit, params.seed, snakemake.threads)
    write_statistics(snakemake.output.classifier, table)


if __name__ == "__main__":
    run(main, snakemake)
