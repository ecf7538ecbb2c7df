"""The scorer that judges generators, fitted on all scored frames."""

import numpy as np

from mockskies.archives.sparse import read_table
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.measurement.features import read_features
from mockskies.measurement.scorers import TreeSettings, fit_scorer, write_scorer


def main(snakemake):
    """Params: name, model and features of the scorer; trees (settings of XGBoost); seed."""
    params, files = snakemake.params, snakemake.input
    if params.model != "xgboost":
        raise InputError(
            f"config: defremond2020.best: expected a scorer of model 'xgboost', "
            f"got {params.name!r}, which is of model {params.model!r}"
        )
    matrix = read_features(files.features, params.features)
    scores = np.array(list(read_table(files.scores, "scored").values()), np.float32)
    if len(matrix) != len(scores):
        raise InputError(
            f"{files.scores}: expected {len(matrix)} scores as there are frames, found {len(scores)}"
        )
    settings = TreeSettings.from_block(params.trees)
    scorer = fit_scorer(matrix, scores, params.features, settings, params.seed, snakemake.threads)
    write_scorer(snakemake.output.scorer, scorer)


if __name__ == "__main__":
    run(main, snakemake)
