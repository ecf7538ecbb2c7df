"""Draw a collection of photographs of space, and its truth."""

from functools import partial

from tqdm import tqdm

from mockskies.archives.simulate_photographs import simulate_photographs
from mockskies.job import run


def main(snakemake):
    """Params: seed; archive; photographs, how many."""
    params, output = snakemake.params, snakemake.output
    simulate_photographs(
        params.seed,
        params.archive,
        params.photographs,
        output.photographs,
        output.left_out,
        output.truth,
        workers=snakemake.threads,
        progress=partial(tqdm, desc=f"{params.archive} photographs", disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
