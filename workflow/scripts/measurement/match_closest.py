"""Closest real image of each image of a set, and closest of its own set."""

from functools import partial

from tqdm import tqdm

from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.measurement.matches import match, write_matches
from mockskies.measurement.rows import measured_rows


def main(snakemake):
    """params: measured (images), closest (of them are matched), real (then none is its own match), seed."""
    params, files = snakemake.params, snakemake.input
    images, real = (read_galaxies(path)[0] for path in (files.images, files.real))
    rows = measured_rows(files.images, len(images), params.measured, params.seed, params.real)
    progress = partial(tqdm, desc="closest", total=params.closest, unit=" galaxies", mininterval=10)
    frame = match(images, rows, real, params.closest, params.seed, params.real, snakemake.threads, progress)
    write_matches(snakemake.output.closest, frame)


if __name__ == "__main__":
    run(main, snakemake)
