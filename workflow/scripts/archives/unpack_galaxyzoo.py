"""Unpack Galaxy Zoo's zips; say what was left out and why."""

import logging
from functools import partial

from tqdm import tqdm

from mockskies.archives.unpack import unpack
from mockskies.job import run

logger = logging.getLogger("mockskies.archives")


def main(snakemake):
    """Inputs images and solutions are zips; outputs a folder, images, and tables, votes and left_out."""
    inputs, outputs = snakemake.input, snakemake.output
    counts = unpack(
        inputs.images,
        inputs.solutions,
        outputs.images,
        outputs.votes,
        outputs.left_out,
        workers=snakemake.threads,
        progress=partial(tqdm, desc="pictures", disable=None),
    )
    for what, count in counts.items():
        logger.log(logging.INFO if what == "unpacked" else logging.WARNING, "%s: %d", what, count)


if __name__ == "__main__":
    run(main, snakemake)
