"""Scores that a network's five folds predict, each of the frames that it has not seen."""

import numpy as np
import pandas as pd
import torch

from mockskies.archives.sparse import read_table
from mockskies.datasets.folds import fold_of
from mockskies.datasets.galaxies import read_galaxies
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.measurement.columns import write_table
from mockskies.measurement.networks import predict_held_out
from mockskies.sampling.draw import load_kept
from mockskies.training.precision import choose_compute


def main(snakemake):
    """Params: weights (name of each fold's file), precision, seed."""
    torch.set_num_threads(snakemake.threads)
    files, params = snakemake.input, snakemake.params
    frames, _ = read_galaxies(files.frames)
    ids = np.array(list(read_table(files.scores, "scored")))
    if len(ids) != len(frames):
        raise InputError(
            f"{files.scores}: expected {len(frames)} scores as there are frames, found {len(ids)}"
        )
    fold = fold_of(params.seed, len(ids), len(files.weights))
    compute = choose_compute(params.precision)
    named = zip(files.weights, params.weights, strict=True)
    scorers, settings = zip(
        *(load_kept(f"{folder}/{name}", "scorer", compute) for folder, name in named), strict=True
    )
    scores = predict_held_out(scorers, settings[0]["stretch"], frames, fold, compute)
    write_table(snakemake.output.predictions, pd.DataFrame({"Id": ids, "fold": fold, "score": scores}))


if __name__ == "__main__":
    run(main, snakemake)
