"""Out-of-fold scores that one scorer predicts from features."""

import logging

import numpy as np
import pandas as pd

from mockskies.archives.sparse import read_table
from mockskies.comparison.cross_validation import out_of_fold, summarise
from mockskies.datasets.folds import fold_of
from mockskies.job import run
from mockskies.measurement.columns import write_table
from mockskies.measurement.features import read_features
from mockskies.measurement.scorers import TreeSettings, new_regressor
from mockskies.randomness import random_generator


def main(snakemake):
    """Params: name, model and features of the scorer; trees (settings of XGBoost), folds, seed."""
    params, files = snakemake.params, snakemake.input
    actual = read_table(files.scores, "scored")
    scores = np.array(list(actual.values()))
    fold = fold_of(params.seed, len(scores), params.folds)
    settings = TreeSettings.from_block(params.trees)

    def regressor(number):
        random = random_generator(params.seed, f"cross-validation {params.name}", number)
        return new_regressor(params.model, settings, random, snakemake.threads)

    predicted = out_of_fold(read_features(files.features, params.features), scores, fold, regressor)
    table = pd.DataFrame({"Id": list(actual), "fold": fold, "actual": scores, "predicted": predicted})
    logging.info("%s: mean absolute error %.4f", params.name, summarise(table)["mae"])
    write_table(snakemake.output.predictions, table)


if __name__ == "__main__":
    run(main, snakemake)
