"""Generated sources against the area of the training and the quadrant held out; real against real areas."""

from mockskies.comparison.held_out import compare_held_out, count_magnitudes
from mockskies.comparison.statistics import ComparisonSettings, write_statistics
from mockskies.job import run
from mockskies.measurement.table import read_catalogue


def main(snakemake):
    """params.limit in AB magnitudes, params.bootstraps, params.seed."""
    files, params = snakemake.input, snakemake.params
    real, generated = read_catalogue(files.real), [read_catalogue(path) for path in files.generated]
    settings = ComparisonSettings(params.limit, params.bootstraps, params.seed)
    write_statistics(snakemake.output.statistics, compare_held_out(real, generated, settings))
    write_statistics(snakemake.output.counts, count_magnitudes(real, generated))


if __name__ == "__main__":
    run(main, snakemake)
