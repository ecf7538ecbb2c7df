"""Take what artefacts are made from out of an unpacked archive."""

from pathlib import Path

from mockskies.job import run
from mockskies.publication.archive import restore


def main(snakemake):
    restore(Path(snakemake.params.folder), Path(snakemake.params.results))


if __name__ == "__main__":
    run(main, snakemake)
