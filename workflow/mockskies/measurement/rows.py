"""Which galaxies of a set are measured."""

from pathlib import Path

import numpy as np

from mockskies.errors import InputError
from mockskies.randomness import random_generator


def measured_rows(path: str | Path, count: int, asked: int, seed: int, real: bool) -> np.ndarray:
    """Rows of the ``count`` images of ``path`` that are measured, ascending, shape ``(asked,)``.

    Of a real set they are drawn at random without replacement, since an archive may be in some order; of a
    generated one they are the first, each of which was drawn by itself.

    Raises
    ------
    InputError
        If there are fewer images than ``asked``.
    """
    if asked > count:
        raise InputError(f"{path}: galaxies.measured asks for {asked} images, found {count}")
    if not real:
        return np.arange(asked)
    return np.sort(random_generator(seed, "measured galaxies").permutation(count)[:asked])
