"""Compose the wide view of drawn galaxies and blanks, as a Deep Zoom pyramid."""

import numpy as np

from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.sampling.tiles import View
from mockskies.sampling.view import check_view, write_view


def main(snakemake):
    """Params: view (rows, columns, tile), seed."""
    files, params = snakemake.input, snakemake.params
    galaxies, drawn = read_galaxies(files.images)
    blanks, chosen = read_galaxies(files.blanks)
    view = View(**params.view)
    check_view(view, files.images, galaxies, files.blanks, blanks)
    about = {key: drawn[key] for key in ("simulated", "run", "step")}
    rows = np.array(chosen["rows"])
    write_view(snakemake.output.view, view, galaxies, blanks, rows, params.seed, about, snakemake.threads)


if __name__ == "__main__":
    run(main, snakemake)
