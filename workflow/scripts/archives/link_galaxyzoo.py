"""Take Galaxy Zoo's two zips from a folder of the user's."""

from mockskies.archives.galaxyzoo_folder import take
from mockskies.job import run


def main(snakemake):
    """Params: folder."""
    take(snakemake.params.folder, snakemake.output.images, snakemake.output.solutions)


if __name__ == "__main__":
    run(main, snakemake)
