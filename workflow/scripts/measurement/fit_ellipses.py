"""Ellipses of one chunk of a set of galaxies."""

import logging
from functools import partial

import numpy as np
from tqdm import tqdm

from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.measurement.ellipses import measure_all, write_ellipses
from mockskies.measurement.rows import measured_rows


def main(snakemake):
    """params: measured (images), chunk of them (as "1-of-16"), real (then they are drawn by seed), seed."""
    params, path = snakemake.params, snakemake.input.images
    images, _ = read_galaxies(path)
    rows = measured_rows(path, len(images), params.measured, params.seed, params.real)
    number, _, chunks = params.chunk.partition("-of-")
    rows = np.array_split(rows, int(chunks))[int(number) - 1]
    progress = partial(tqdm, total=len(rows), desc="ellipses", unit=" galaxies", mininterval=10)
    frame = measure_all(images, rows, snakemake.threads, progress)
    failures = frame["failure"][frame["failure"] != ""].value_counts()
    logging.info("%d ellipses, %d failures: %s", len(frame), failures.sum(), failures.to_dict())
    write_ellipses(snakemake.output.ellipses, frame)


if __name__ == "__main__":
    run(main, snakemake)
