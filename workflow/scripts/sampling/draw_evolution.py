"""Paint one latent with the weights of every milestone of a run (figure 1)."""

import numpy as np
import torch
from astropy.io import fits

from mockskies.atomic import replacing
from mockskies.datasets.scale import read_training
from mockskies.job import run
from mockskies.models.spatial import PIXELS_PER_CELL
from mockskies.sampling.draw import load_generator, scaling_of, to_flux
from mockskies.sampling.paint import LatentField, paint_field
from mockskies.training.precision import choose_compute


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    compute = choose_compute(snakemake.params.precision)
    _, constants = read_training(snakemake.input.array[0])
    cells = snakemake.params.size // PIXELS_PER_CELL
    images, steps = [], []
    for epoch in snakemake.params.milestones:
        generator, settings = load_generator(f"{snakemake.input.weights}/{epoch:06d}.safetensors", compute)
        channels = generator.latent_channels
        latent = LatentField(
            snakemake.params.seed, f"{snakemake.wildcards.run}: evolution", (), channels, cells, cells
        )
        images.append(to_flux(paint_field(generator, latent, compute), scaling_of(generator, constants)))
        steps.append(settings["step"])

    primary = fits.PrimaryHDU()
    primary.header["SIMULATE"] = (constants["simulated"], "trained on a simulated sky")
    primary.header["RUN"] = snakemake.wildcards.run
    primary.header["BANDS"] = ",".join(constants["bands"])
    primary.header["STEPS"] = (max(steps), "training steps behind the last image")
    pictures = fits.ImageHDU(np.stack(images), name="IMAGES")
    pictures.header["BUNIT"] = "electron/s"
    columns = [
        fits.Column("EPOCH", "J", array=snakemake.params.milestones),
        fits.Column("STEP", "K", array=steps),
    ]
    noise = fits.ImageHDU(latent.window((0, cells), (0, cells)), name="LATENT")
    epochs = fits.BinTableHDU.from_columns(columns, name="EPOCHS")
    with replacing(snakemake.output.evolution) as temporary:
        fits.HDUList([primary, noise, pictures, epochs]).writeto(temporary)


if __name__ == "__main__":
    run(main, snakemake)
