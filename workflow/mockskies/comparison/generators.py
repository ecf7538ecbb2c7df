"""Generators of sparse frames against real ones; de Fremond et al. 2020, table II and what it leaves open."""

from dataclasses import asdict

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from mockskies.comparison.two_sample import two_sample_test
from mockskies.errors import InputError


def judge(
    name: str,
    scores: tuple[np.ndarray, np.ndarray],
    features: tuple[np.ndarray, np.ndarray],
    seed: int,
    threads: int,
) -> dict[str, float | str]:
    """Scores and features of a set against those of the real frames, the real ones first in each pair.

    ``n`` frames have ``score`` on average, with its standard error ``score_error`` and the frames' own
    standard deviation ``score_std``. ``ks`` and ``ks_p``: two-sided two-sample test of the scores against
    the ``n_real`` real ones; ``auc`` with its interval ``auc_low`` to ``auc_high`` and ``auc_p``: whether a
    classifier tells the features apart.
    """
    real, drawn = scores
    test = ks_2samp(real, drawn, method="asymp")
    told = asdict(two_sample_test(*features, seed, name, threads))
    return {
        "frames": name,
        **mean_score(drawn),
        "n_real": len(real),
        "ks": test.statistic,
        "ks_p": test.pvalue,
        "auc": told["auc"],
        **{f"auc_{key}": told[key] for key in ("low", "high", "p")},
    }


def mean_score(scores: np.ndarray) -> dict[str, float]:
    """Number, mean, standard error and standard deviation of ``scores`` ``(n,)``."""
    spread = pd.Series(scores)
    return {
        "n": len(scores),
        "score": float(np.mean(scores)),
        "score_error": spread.sem(),
        "score_std": spread.std(ddof=1),
    }


def halves(count: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows of two random halves of ``count`` frames.

    Raises
    ------
    InputError
        If a half would be empty.
    """
    if count < 2:
        raise InputError(f"real frames: expected at least 2 to make two halves, got {count}")
    order = random.permutation(count)
    return np.sort(order[: count // 2]), np.sort(order[count // 2 :])
