"""Cut the centred square of each photograph, and bring all to one size, in one array."""

from functools import partial

from tqdm import tqdm

from mockskies.archives.photographs import photograph_files
from mockskies.datasets.squares import square_photographs
from mockskies.job import run


def main(snakemake):
    """Params: archive; simulated; size in px. The rows are the photographs sorted by name."""
    params = snakemake.params
    square_photographs(
        photograph_files(snakemake.input.photographs),
        int(params.size),
        snakemake.output.array,
        {"archive": params.archive, "simulated": params.simulated},
        workers=snakemake.threads,
        progress=partial(tqdm, desc=f"{params.archive} {params.size} px", disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
