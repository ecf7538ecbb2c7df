"""Galaxies that the detector finds in scenes which it has not learnt."""

import torch

from mockskies.datasets.boxes import write_boxes
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.measurement.detections import detect_scenes
from mockskies.sampling.draw import load_kept
from mockskies.training.precision import choose_compute


def main(snakemake):
    """Params: weights (name of the file), precision."""
    torch.set_num_threads(snakemake.threads)
    params, files = snakemake.params, snakemake.input
    compute = choose_compute(params.precision)
    detector, settings = load_kept(f"{files.weights}/{params.weights}", "detector", compute)
    scenes, _ = read_galaxies(files.scenes)
    write_boxes(snakemake.output.detections, detect_scenes(detector, scenes, settings["stretch"], compute))


if __name__ == "__main__":
    run(main, snakemake)
