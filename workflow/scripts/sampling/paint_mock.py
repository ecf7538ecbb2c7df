"""Paint a mock field to disk, in memory that does not grow with it."""

import torch

from mockskies.atomic import replacing
from mockskies.datasets.scale import read_training
from mockskies.job import run
from mockskies.measurement.columns import read_columns
from mockskies.models.spatial import PIXELS_PER_CELL
from mockskies.sampling.draw import load_generator
from mockskies.sampling.mock import condition_maps, paint_mock
from mockskies.sampling.paint import LatentField, tile_size
from mockskies.training.precision import choose_compute

COLUMNS = ["told", "relative_density"]


def main(snakemake):
    """params: name, which no two fields share; mock, what is asked; seed and precision."""
    torch.set_num_threads(snakemake.threads)
    mock, seed, name = snakemake.params.mock, snakemake.params.seed, snakemake.params.name
    compute = choose_compute(snakemake.params.precision)
    generator, settings = load_generator(f"{snakemake.input.weights}/{mock['weights']}", compute)
    _, constants = read_training(snakemake.input.array)
    size = mock["size"]
    responses = [read_columns(path, COLUMNS) for path in snakemake.input.get("response", [])]
    told = condition_maps(generator, mock["density"], mock["depth"], (size, size), *responses)
    latent = LatentField(seed, f"mock {name}", (), generator.latent_channels, size, size, told)
    cards = {
        "RUN": (mock["run"], "training run"),
        "STEPS": (settings["step"], "training steps behind the weights"),
        "SEED": (seed, "the configuration's seed"),
        "MOCK": (name, "name of this field in the configuration"),
        "DENSITY": (mock["density"], "asked for, relative to the training field"),
        "DEPTH": (mock["depth"], "[mag] asked for, relative to the training field"),
        "TILE": (PIXELS_PER_CELL * tile_size(generator), "[pix] side of the tiles it was painted in"),
    }
    with replacing(snakemake.output.field) as temporary:
        paint_mock(temporary, generator, latent, constants, compute, cards)


if __name__ == "__main__":
    run(main, snakemake)
