"""Energy tests of generated and real sources in two properties at once."""

from mockskies.comparison.planes import compare_planes
from mockskies.comparison.statistics import write_statistics
from mockskies.job import run
from mockskies.measurement.table import read_catalogue


def main(snakemake):
    """params.limit in AB magnitudes, params.seed."""
    files, params = snakemake.input, snakemake.params
    real, generated = read_catalogue(files.real), [read_catalogue(path) for path in files.generated]
    write_statistics(snakemake.output.planes, compare_planes(real, generated, params.limit, params.seed))


if __name__ == "__main__":
    run(main, snakemake)
