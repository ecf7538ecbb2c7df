"""Paint one field of the self-ensemble and write it in e-/s."""

import torch

from mockskies.datasets.field import write_field
from mockskies.datasets.scale import read_training
from mockskies.job import run
from mockskies.sampling.draw import draw_field, load_generator
from mockskies.sampling.paint import LatentField
from mockskies.training.precision import choose_compute


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    epoch, index = int(snakemake.wildcards.epoch), int(snakemake.wildcards.index)
    compute = choose_compute(snakemake.params.precision)
    generator, settings = load_generator(f"{snakemake.input.weights}/{epoch:06d}.safetensors", compute)
    _, constants = read_training(snakemake.input.array[0])
    latent = LatentField(
        seed=snakemake.params.seed,
        consumer=f"{snakemake.wildcards.run}: fields",
        index=(epoch, index),
        channels=generator.latent_channels,
        height=snakemake.params.size,
        width=snakemake.params.size,
    )
    cards = {
        "RUN": (snakemake.wildcards.run, "training run"),
        "EPOCH": (epoch, "epoch of the weights"),
        "STEPS": (settings["step"], "training steps behind the weights"),
        "INDEX": (index, "field of this epoch"),
        "SEED": (snakemake.params.seed, "the configuration's seed"),
    }
    write_field(
        snakemake.output.field, draw_field(generator, latent, constants, compute, cards, progress=True)
    )


if __name__ == "__main__":
    run(main, snakemake)
