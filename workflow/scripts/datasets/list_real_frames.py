"""List the frames that count as real, and the clusters on them."""

from functools import partial

from tqdm import tqdm

from mockskies.datasets.real_frames import candidates, list_real_frames
from mockskies.job import run


def main(snakemake):
    """Params: threshold, a level; real_above, a score."""
    inputs, params = snakemake.input, snakemake.params
    list_real_frames(
        {"labeled": inputs.labeled, "scored": inputs.scored},
        candidates(inputs.labeled_table, inputs.scored_table, params.real_above),
        params.threshold,
        snakemake.output.real,
        snakemake.output.clusters,
        workers=snakemake.threads,
        progress=partial(tqdm, desc="frames", disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
