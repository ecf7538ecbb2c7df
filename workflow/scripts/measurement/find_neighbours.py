"""Find the real galaxy nearest to each generated one in a classifier's features, and their SSIM."""

from functools import partial

import numpy as np
from tqdm import tqdm

from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.measurement.columns import write_table
from mockskies.measurement.neighbours import nearest, pair_similarity


def main(snakemake):
    """Reads features and images of generated and of real galaxies; writes a CSV."""
    files = snakemake.input
    table = nearest(np.load(files.features), np.load(files.real_features))
    images, real = (read_galaxies(path)[0] for path in (files.images, files.real))
    progress = partial(tqdm, desc="SSIM", total=len(images), unit=" pairs", mininterval=10, disable=None)
    rows = table["real"].to_numpy()
    table["ssim"] = pair_similarity(images, real, rows, snakemake.threads, progress)
    write_table(snakemake.output.nearest, table)


if __name__ == "__main__":
    run(main, snakemake)
