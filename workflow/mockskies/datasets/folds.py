"""Which rows of a set are left out together in cross-validation."""

import numpy as np

from mockskies.errors import InputError
from mockskies.randomness import random_generator


def fold_of(seed: int, count: int, folds: int) -> np.ndarray:
    """Fold of each of ``count`` rows, ``(count,)``, 0 to ``folds`` - 1: at random, as even as can be.

    Raises
    ------
    InputError
        If there are fewer rows than folds.
    """
    if count < folds:
        raise InputError(f"folds: expected at least as many images as the {folds} folds, got {count}")
    return random_generator(seed, "folds").permutation(np.arange(count) % folds)
