"""Real images that are most similar to some generated ones by SSIM, and to as many real ones."""

from functools import partial

from tqdm import tqdm

from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.measurement.columns import write_table
from mockskies.measurement.similar import search_similar
from mockskies.measurement.similarity import BLOCK


def main(snakemake):
    """params: similar (images that are searched), neighbours (of each), seed."""
    params, files, output = snakemake.params, snakemake.input, snakemake.output
    images, real = (read_galaxies(path)[0] for path in (files.images, files.real))
    blocks = -(-len(real) // BLOCK)
    progress = partial(tqdm, desc="similar", total=blocks, unit=" blocks", mininterval=10, disable=None)
    tables = search_similar(
        images, real, params.similar, params.neighbours, params.seed, snakemake.threads, progress
    )
    for path, table in zip((output.similar, output.real), tables, strict=True):
        write_table(path, table)


if __name__ == "__main__":
    run(main, snakemake)
