"""Two-point correlation of real and generated sources."""

from mockskies.comparison.clustering import compare_clustering
from mockskies.comparison.statistics import write_statistics
from mockskies.job import run
from mockskies.measurement.table import read_catalogue


def main(snakemake):
    """params.limit in AB magnitudes, params.pixel_scale in arcsec, params.seed."""
    files, params = snakemake.input, snakemake.params
    real, generated = read_catalogue(files.real), [read_catalogue(path) for path in files.generated]
    table = compare_clustering(real, generated, params.limit, params.pixel_scale, params.seed)
    write_statistics(snakemake.output.clustering, table)


if __name__ == "__main__":
    run(main, snakemake)
