"""Draw galaxies with the last weights of a run."""

import torch

from mockskies.datasets.galaxies import read_galaxies, write_galaxies
from mockskies.job import run
from mockskies.sampling.draw import load_generator
from mockskies.sampling.galaxies import draw_galaxies
from mockskies.training.precision import choose_compute


def main(snakemake):
    """Params: weights (name of the file), drawn (number of images), seed, precision."""
    torch.set_num_threads(snakemake.threads)
    params = snakemake.params
    compute = choose_compute(params.precision)
    generator, settings = load_generator(f"{snakemake.input.weights}/{params.weights}", compute)
    channels = settings["architecture"]["generator"]["latent_channels"]
    consumer = f"{snakemake.wildcards.run}: galaxies"
    blocks = draw_galaxies(generator, channels, params.drawn, params.seed, consumer, compute)
    _, trained_on = read_galaxies(snakemake.input.arrays[-1])
    about = {"simulated": trained_on["simulated"], "run": settings["run"], "step": settings["step"]}
    write_galaxies(snakemake.output.images, params.drawn, trained_on["size"], blocks, about)


if __name__ == "__main__":
    run(main, snakemake)
