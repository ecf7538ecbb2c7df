"""Bring the pictures of Galaxy Zoo to one size, in one array."""

from functools import partial
from pathlib import Path

from tqdm import tqdm

from mockskies.datasets.downscale import downscale, read_identifiers
from mockskies.job import run


def main(snakemake):
    """Params: archive; simulated; size in px. The rows are those of input votes."""
    params, votes = snakemake.params, Path(snakemake.input.votes)
    about = {
        "archive": params.archive,
        "simulated": params.simulated,
        "identifiers": f"{votes.name}: GalaxyID",
    }
    downscale(
        snakemake.input.images,
        read_identifiers(votes),
        int(params.size),
        snakemake.output.array,
        about,
        workers=snakemake.threads,
        progress=partial(tqdm, desc=f"{params.archive} {params.size} px", disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
