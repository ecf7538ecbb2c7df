"""FID and KID of drawn against real galaxies at several sizes, extrapolated, and those of two real halves."""

from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from mockskies.comparison.extrapolation import fid_rows
from mockskies.job import run
from mockskies.measurement.columns import write_table


def main(snakemake):
    """params: sizes, bootstraps, seed."""
    params = snakemake.params
    real, drawn = (np.load(path) for path in (snakemake.input.real, snakemake.input.drawn))
    progress = partial(tqdm, desc="bootstrap", mininterval=10, disable=None)
    # Matrices of some hundred rows: threads that wait for each other cost ten times what they bring.
    with threadpool_limits(1):
        rows = fid_rows(real, drawn, params.sizes, params.bootstraps, params.seed, progress)
    write_table(snakemake.output.fid, rows)


if __name__ == "__main__":
    run(main, snakemake)
