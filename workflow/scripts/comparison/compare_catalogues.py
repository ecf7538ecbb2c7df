"""Statistics of real against generated sources, and of pairs that differ by chance alone."""

from mockskies.comparison.statistics import ComparisonSettings, statistics, write_statistics
from mockskies.job import run
from mockskies.measurement.table import read_catalogue


def main(snakemake):
    """params.limit in AB magnitudes, params.bootstraps, params.seed."""
    files, params = snakemake.input, snakemake.params
    frame = statistics(
        real=read_catalogue(files.real),
        generated=[read_catalogue(path) for path in files.generated],
        null_a=read_catalogue(files.null_a),
        null_b=read_catalogue(files.null_b),
        settings=ComparisonSettings(params.limit, params.bootstraps, params.seed),
    )
    write_statistics(snakemake.output.statistics, frame)


if __name__ == "__main__":
    run(main, snakemake)
