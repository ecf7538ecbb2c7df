"""Which labelled frames generators are compared with."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mockskies.datasets.real_frames import read_real_frames
from mockskies.errors import InputError


def labelled_rows(
    labels: dict[int, float], real: str | Path, ids: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the labelled frames ``ids`` that are real, and of those of them with a background of 0.

    The first are the paper's "real images" (table II); generators learn the second ones alone, and a
    classifier would know others by their sky. No frame of either has taught the scorer.

    Parameters
    ----------
    labels
        By Id: 1 for real frames, 0 for others.
    real
        Table of the frames that count as real, with columns ``Id`` and ``part``.

    Raises
    ------
    InputError
        If the labels are of other frames, or none is real and dark.
    """
    if sorted(labels) != list(ids):
        raise InputError(
            f"labels: expected those of {len(ids)} measured frames, found {len(labels)} of others"
        )
    chosen = {frame for frame, part in read_real_frames(real).items() if part == "labeled"}
    rows = np.array([row for row, frame in enumerate(ids) if labels[frame] == 1], int)
    dark = np.array([row for row, frame in enumerate(ids) if frame in chosen], int)
    if not len(dark):
        raise InputError(f"{real}: expected labelled frames among the real ones, found none")
    return rows, dark
