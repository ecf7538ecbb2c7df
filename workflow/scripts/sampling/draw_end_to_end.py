"""Draw whole frames with the last weights of the end-to-end run."""

import torch

from mockskies.job import run
from mockskies.sampling.draw import load_generator
from mockskies.sampling.end_to_end import draw_end_to_end
from mockskies.sampling.frames import write_set
from mockskies.training.precision import choose_compute


def main(snakemake):
    """Params: name, weights (name of the file), frame (px), drawn, seed, precision, simulated."""
    torch.set_num_threads(snakemake.threads)
    params, output = snakemake.params, snakemake.output
    compute = choose_compute(params.precision)
    generator, settings = load_generator(f"{snakemake.input.weights}/{params.weights}", compute)
    drawn = draw_end_to_end(
        generator, settings, params.frame, params.drawn, params.seed, params.name, compute
    )
    runs = {settings["run"]: settings["step"]}
    record = {"generator": params.name, "simulated": params.simulated, "runs": runs}
    write_set(drawn, output.images, output.about, record)


if __name__ == "__main__":
    run(main, snakemake)
