"""Draw an archive of sparse frames as its authors handed it out, and its truth."""

from functools import partial

from tqdm import tqdm

from mockskies.archives.simulate_sparse import simulate_sparse
from mockskies.archives.sparse import PARTS, TABLES
from mockskies.job import run


def main(snakemake):
    """Params: seed; archive; images, how many of each part."""
    params, output = snakemake.params, snakemake.output
    simulate_sparse(
        params.seed,
        params.archive,
        params.images,
        {part: getattr(output, part) for part in PARTS},
        {part: getattr(output, f"{part}_table") for part in TABLES},
        output.truth,
        workers=snakemake.threads,
        progress=partial(tqdm, desc=f"{params.archive} frames", disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
