"""Take photographs from a folder of the user's."""

from functools import partial

from tqdm import tqdm

from mockskies.archives.photographs import link_photographs
from mockskies.job import run


def main(snakemake):
    """Params: folder."""
    link_photographs(
        snakemake.params.folder,
        snakemake.output.photographs,
        snakemake.output.left_out,
        workers=snakemake.threads,
        progress=partial(tqdm, desc="photographs", disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
