"""Enlarge galaxies, real or drawn, with the last weights of a Stage II run."""

import torch

from mockskies.datasets.galaxies import read_galaxies, write_galaxies
from mockskies.job import run
from mockskies.sampling.draw import load_generator
from mockskies.sampling.galaxies import enlarge
from mockskies.training.precision import choose_compute


def main(snakemake):
    """Params: weights (name of the file), drawn (number of images), precision."""
    torch.set_num_threads(snakemake.threads)
    compute = choose_compute(snakemake.params.precision)
    path = f"{snakemake.input.weights}/{snakemake.params.weights}"
    generator, settings = load_generator(path, compute)
    galaxies, source = read_galaxies(snakemake.input.images)
    galaxies = galaxies[: snakemake.params.drawn]
    about = {"simulated": source["simulated"], "run": settings["run"], "step": settings["step"]}
    blocks = enlarge(generator, galaxies, compute)
    write_galaxies(snakemake.output.images, len(galaxies), 2 * source["size"], blocks, about)


if __name__ == "__main__":
    run(main, snakemake)
