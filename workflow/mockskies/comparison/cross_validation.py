"""How well scorers predict scores that they have not seen; de Fremond et al. 2020, table I."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import RegressorMixin

from mockskies.errors import InputError
from mockskies.measurement.columns import read_columns

COLUMNS = ["Id", "fold", "actual", "predicted"]


def out_of_fold(
    matrix: np.ndarray, scores: np.ndarray, fold: np.ndarray, regressor: Callable[[int], RegressorMixin]
) -> np.ndarray:
    """Scores ``(n,)`` that are predicted of each fold by a regressor that has learnt the others.

    Parameters
    ----------
    matrix
        Features, ``(n, column)``.
    scores, fold
        Of each frame, ``(n,)``.
    regressor
        Makes a new one for a fold's number.

    Raises
    ------
    InputError
        If there are not as many rows of features as scores.
    """
    if len(matrix) != len(scores):
        raise InputError(f"features: expected those of {len(scores)} scored frames, got {len(matrix)}")
    predicted = np.full(len(scores), np.nan)
    for number in np.unique(fold):
        held_out = fold == number
        fitted = regressor(int(number)).fit(matrix[~held_out], scores[~held_out])
        predicted[held_out] = fitted.predict(matrix[held_out])
    return predicted


def summarise(table: pd.DataFrame) -> dict[str, float]:
    """Mean absolute error over frames (``mae``), and its spread.

    ``mae_std`` is the standard deviation over folds, whose own errors follow as ``mae_fold0`` and so on;
    ``mae_error`` is the standard error of the mean over frames.
    """
    error = (table["predicted"] - table["actual"]).abs()
    folds = error.groupby(table["fold"]).mean()
    return {
        "n": len(table),
        "mae": error.mean(),
        "mae_error": error.sem(),
        "mae_std": folds.std(ddof=1),
        **{f"mae_fold{fold}": value for fold, value in folds.items()},
    }


def read_predictions(path: str | Path) -> pd.DataFrame:
    """Table of out-of-fold predictions, with the columns `COLUMNS`.

    Raises
    ------
    InputError
        As `read_columns`.
    """
    return read_columns(path, COLUMNS)[COLUMNS]
