"""Whether a classifier can tell two sets of frames apart (Lopez-Paz & Oquab 2017)."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import mannwhitneyu, norm, rankdata
from xgboost import XGBClassifier

from mockskies.datasets.folds import fold_of
from mockskies.errors import InputError
from mockskies.randomness import random_generator

FOLDS = 5
# Shallow trees and few of them: sets are of some hundred frames.
TREES = {"n_estimators": 100, "max_depth": 4, "learning_rate": 0.1, "colsample_bytree": 0.7, "subsample": 0.8}


@dataclass(frozen=True)
class TwoSample:
    """Area under the receiver's curve, its 95 per cent interval (DeLong), and its probability by chance.

    ``p`` is that of the Mann-Whitney test, one-sided: an area below a half is no difference between sets,
    but what cross-validation makes of two that are alike.
    """

    auc: float
    low: float
    high: float
    p: float


def two_sample_test(first: np.ndarray, second: np.ndarray, seed: int, name: str, threads: int) -> TwoSample:
    """Cross-validated XGBoost on features of two sets, ``(n, column)`` and ``(m, column)``.

    ``name`` keeps the random streams of several tests apart.

    Raises
    ------
    InputError
        If a set has fewer frames than there are folds, or other columns than the other.
    """
    if min(len(first), len(second)) < FOLDS:
        raise InputError(
            f"two-sample test {name}: expected at least {FOLDS} frames in each set, "
            f"got {len(first)} and {len(second)}"
        )
    if first.shape[1] != second.shape[1]:
        raise InputError(
            f"two-sample test {name}: expected equally many features, "
            f"got {first.shape[1]} and {second.shape[1]}"
        )
    matrix = np.concatenate([first, second])
    label = np.repeat([0, 1], [len(first), len(second)])
    # Folds of each set by themselves: every fold holds both in the sets' proportion.
    random = random_generator(seed, f"two-sample {name}")
    parts = (fold_of(int(random.integers(2**31)), len(part), FOLDS) for part in (first, second))
    fold = np.concatenate(list(parts))
    probability = np.empty(len(matrix))
    for number in range(FOLDS):
        held_out = fold == number
        model = XGBClassifier(**TREES, random_state=int(random.integers(2**31)), n_jobs=threads)
        model.fit(matrix[~held_out], label[~held_out])
        probability[held_out] = model.predict_proba(matrix[held_out])[:, 1]
    return compare_scores(probability[label == 0], probability[label == 1])


def compare_scores(negative: np.ndarray, positive: np.ndarray) -> TwoSample:
    """Area under the curve of what a classifier gave two sets, with DeLong et al.'s (1988) interval."""
    m, n = len(positive), len(negative)
    ranks = rankdata(np.concatenate([positive, negative]))
    # Share of the other set that each member lies above, ties by half.
    above = (ranks[:m] - rankdata(positive)) / n
    below = 1 - (ranks[m:] - rankdata(negative)) / m
    auc = above.mean()
    error = np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n)
    low, high = auc + norm.ppf([0.025, 0.975]) * error
    p = mannwhitneyu(positive, negative, alternative="greater", method="asymptotic").pvalue
    return TwoSample(auc, max(low, 0.0), min(high, 1.0), p)
