"""Features of sets of galaxies, and the votes that a classifier expects, with its last weights."""

from pathlib import Path

import numpy as np
import torch

from mockskies.atomic import replacing
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.measurement.embedding import embed, load_classifier
from mockskies.training.precision import choose_compute


def main(snakemake):
    """Params: weights (name of the file), size (of the images that the classifier has learnt), precision."""
    torch.set_num_threads(snakemake.threads)
    params = snakemake.params
    compute = choose_compute(params.precision)
    classifier = load_classifier(Path(snakemake.input.weights, params.weights), compute)
    files = snakemake.input.images, snakemake.output.features, snakemake.output.votes
    for images, *outputs in zip(*files, strict=True):
        galaxies, _ = read_galaxies(images)
        for path, array in zip(outputs, embed(classifier, galaxies, params.size, compute), strict=True):
            with replacing(path) as temporary, open(temporary, "wb") as file:
                np.save(file, array)


if __name__ == "__main__":
    run(main, snakemake)
