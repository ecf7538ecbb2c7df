"""Draw a Galaxy Zoo as the competition publishes it, and its truth."""

from functools import partial

from tqdm import tqdm

from mockskies.archives.simulate_galaxies import simulate_galaxies
from mockskies.job import run


def main(snakemake):
    """Params: seed; archive; galaxies, how many."""
    params, outputs = snakemake.params, snakemake.output
    simulate_galaxies(
        params.seed,
        params.archive,
        params.galaxies,
        outputs.images,
        outputs.solutions,
        outputs.truth,
        workers=snakemake.threads,
        progress=partial(tqdm, desc=f"{params.archive} galaxies", total=params.galaxies, disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
