"""Measure how long one realisation of the paper's size takes on this machine."""

import json
import platform
import time

import torch

from mockskies.atomic import replacing
from mockskies.job import run
from mockskies.models.spatial import PIXELS_PER_CELL
from mockskies.sampling.draw import load_generator
from mockskies.sampling.paint import LatentField, paint
from mockskies.training.precision import choose_compute


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    compute = choose_compute(snakemake.params.precision)
    weights = f"{snakemake.input.weights}/{snakemake.params.epoch:06d}.safetensors"
    generator, settings = load_generator(weights, compute)
    channels = generator.latent_channels
    size = snakemake.params.size
    start = time.perf_counter()
    for _ in paint(generator, LatentField(0, "timing", (), channels, size, size), compute, progress=True):
        pass
    seconds = time.perf_counter() - start
    pixels = (PIXELS_PER_CELL * size) ** 2
    timing = {
        "seconds_per_field": seconds,
        "pixels": pixels,
        "nanoseconds_per_pixel": 1e9 * seconds / pixels,
        "processor": torch.cuda.get_device_name() if compute.device == "cuda" else platform.machine(),
        "threads": torch.get_num_threads(),
        "precision": compute.precision,
        "generator": settings["architecture"]["generator"],
    }
    with replacing(snakemake.output.timing) as temporary:
        temporary.write_text(json.dumps(timing, indent=2) + "\n")


if __name__ == "__main__":
    run(main, snakemake)
