"""Take one file of the XDF from a folder of the user's."""

from pathlib import Path

from mockskies.archives.folder import link
from mockskies.job import run


def main(snakemake):
    """Params: folder. The file is the one that bears the output's name."""
    link(snakemake.params.folder, Path(snakemake.output.fits).name, snakemake.output.fits)


if __name__ == "__main__":
    run(main, snakemake)
