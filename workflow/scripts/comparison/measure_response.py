"""How dense fields are that a run is told are denser or less dense than its training's."""

from mockskies.comparison.asked import density_response
from mockskies.comparison.statistics import write_statistics
from mockskies.job import run
from mockskies.measurement.table import read_catalogue


def main(snakemake):
    """params.told: binary logarithms of densities, in the order of the input."""
    files, told = snakemake.input, snakemake.params.told
    catalogues = dict(zip(told, map(read_catalogue, files.catalogues), strict=True))
    write_statistics(snakemake.output.response, density_response(read_catalogue(files.real), catalogues))


if __name__ == "__main__":
    run(main, snakemake)
