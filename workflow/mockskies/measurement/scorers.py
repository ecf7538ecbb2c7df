"""Regressors that predict a frame's score from its features; de Fremond et al. 2020, section II C."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.ensemble import RandomForestRegressor
from xgboost import XGBRegressor
from xgboost.core import XGBoostError

from mockskies.atomic import replacing
from mockskies.errors import InputError
from mockskies.measurement.features import COLUMNS, columns_of
from mockskies.randomness import random_generator


@dataclass(frozen=True)
class TreeSettings:
    """How XGBoost grows its trees.

    Attributes
    ----------
    trees, depth
        Number of trees, and the greatest depth of each.
    colsample
        Share of the features that a tree may use.
    l2, l1
        Penalties on the leaves.
    rate
        Learning rate.
    """

    trees: int
    depth: int
    colsample: float
    l2: float
    l1: float
    rate: float

    @classmethod
    def from_block(cls, block: dict) -> "TreeSettings":
        """The configuration's ``trees``, whose penalties are ``lambda`` and ``alpha``."""
        renamed = {"lambda": "l2", "alpha": "l1"}
        return cls(**{renamed.get(key, key): value for key, value in block.items()})


def new_regressor(
    model: str, settings: TreeSettings, random: np.random.Generator, threads: int
) -> RegressorMixin:
    """A regressor that has learnt nothing yet: ``xgboost`` with ``settings``, or ``forest``.

    The text has no settings of random forests: they are scikit-learn's own, and a third of the features is
    tried at each split, as is usual in regression (Breiman 2001).
    """
    seed = int(random.integers(2**31))
    if model == "forest":
        return RandomForestRegressor(max_features=1 / 3, random_state=seed, n_jobs=threads)
    return XGBRegressor(
        n_estimators=settings.trees,
        max_depth=settings.depth,
        colsample_bytree=settings.colsample,
        reg_lambda=settings.l2,
        reg_alpha=settings.l1,
        learning_rate=settings.rate,
        random_state=seed,
        n_jobs=threads,
        # What XGBoost chose by itself when the paper was written, and the faster one for some hundred frames.
        tree_method="exact",
    )


@dataclass(frozen=True)
class Scorer:
    """A fitted XGBoost and the sets of features that it reads, side by side."""

    model: XGBRegressor
    features: tuple[str, ...]

    def predict(self, matrix: np.ndarray) -> np.ndarray:
        """Scores ``(n,)`` of features ``(n, column)``, both float32.

        Raises
        ------
        InputError
            If there are more or fewer columns than the scorer has learnt.
        """
        expected = len(columns_of(self.features))
        if matrix.ndim != 2 or matrix.shape[1] != expected:
            raise InputError(
                f"scorer: expected {expected} features ({', '.join(self.features)}) for each frame, "
                f"got an array of {matrix.shape}"
            )
        return self.model.predict(matrix) if len(matrix) else np.empty(0, np.float32)


def write_scorer(path: str | Path, scorer: Scorer) -> None:
    """Write XGBoost's own JSON; its attribute ``features`` names the sets, and each column has its name."""
    booster = scorer.model.get_booster()
    booster.feature_names = columns_of(scorer.features)
    booster.set_attr(features=",".join(scorer.features))
    with replacing(path) as temporary:
        booster.save_model(temporary)


def read_scorer(path: str | Path, threads: int) -> Scorer:
    """Read what `write_scorer` wrote.

    Raises
    ------
    InputError
        If the file is missing or damaged, or is a model of other features than it says.
    """
    model = XGBRegressor(n_jobs=threads)
    try:
        model.load_model(path)
    except (XGBoostError, OSError, ValueError, TypeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        message = f"{path}: expected a scorer in XGBoost's JSON, but reading it failed: {reason}"
        raise InputError(message) from error
    booster = model.get_booster()
    features = tuple((booster.attr("features") or "").split(","))
    if unknown := [name for name in features if name not in COLUMNS]:
        raise InputError(f"{path}: expected a scorer of known features, found {unknown[0]!r}")
    if booster.feature_names != columns_of(features):
        raise InputError(
            f"{path}: expected a scorer of {len(columns_of(features))} features, "
            f"found one of {booster.num_features()}"
        )
    booster.feature_names = None
    return Scorer(model, features)


def fit_scorer(
    matrix: np.ndarray,
    scores: np.ndarray,
    features: Sequence[str],
    settings: TreeSettings,
    seed: int,
    threads: int,
) -> Scorer:
    """XGBoost that has learnt the ``scores`` ``(n,)`` of all frames from their features ``(n, column)``."""
    random = random_generator(seed, "scorer")
    model = new_regressor("xgboost", settings, random, threads).fit(matrix, scores)
    return Scorer(model, tuple(features))
