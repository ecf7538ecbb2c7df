"""Draw frames in two stages, with the last weights of a run on positions and of one on galaxies."""

import torch

from mockskies.job import run
from mockskies.sampling.draw import load_generator
from mockskies.sampling.frames import write_set
from mockskies.sampling.two_stage import Stage, draw_two_stage
from mockskies.training.precision import choose_compute


def main(snakemake):
    """Params: name, weights (names of both files), frame (px), drawn, seed, precision, simulated."""
    torch.set_num_threads(snakemake.threads)
    files, params, output = snakemake.input, snakemake.params, snakemake.output
    compute = choose_compute(params.precision)
    folders = files.positions, files.galaxies
    stages = [
        Stage(*load_generator(f"{folder}/{name}", compute))
        for folder, name in zip(folders, params.weights, strict=True)
    ]
    drawn = draw_two_stage(*stages, params.frame, params.drawn, params.seed, params.name, compute)
    runs = {stage.settings["run"]: stage.settings["step"] for stage in stages}
    record = {"generator": params.name, "simulated": params.simulated, "runs": runs}
    write_set(drawn, output.images, output.about, record)


if __name__ == "__main__":
    run(main, snakemake)
