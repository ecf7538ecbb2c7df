"""Boxes around galaxies: tables of them, and how far two overlap.

A box is top, left, bottom and right in px, half-open: row ``top`` is in it and row ``bottom`` is not.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mockskies.atomic import replacing
from mockskies.errors import InputError

BOX = ["top", "left", "bottom", "right"]


def write_boxes(path: str | Path, table: pd.DataFrame) -> None:
    """Write CSV, six significant digits."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def read_boxes(path: str | Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read ``columns`` and the four of the boxes.

    Raises
    ------
    InputError
        If the file is no table of such columns, or a box has no area.
    """
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: expected a table of boxes, but reading it failed: {error}") from error
    expected = [*columns, *BOX]
    missing = [name for name in expected if name not in table]
    if missing:
        raise InputError(
            f"{path}: expected the columns {', '.join(expected)}, got {', '.join(table.columns)}"
        )
    bad = ~((table["top"] < table["bottom"]) & (table["left"] < table["right"])).to_numpy()
    if bad.any():
        row = table.loc[bad, BOX].iloc[0].tolist()
        raise InputError(f"{path}: expected boxes with top < bottom and left < right, found {row}")
    # Where there are no rows, nothing tells that the columns are numbers.
    return table[expected] if len(table) else table[expected].astype(float)


def tight_box(pixels: np.ndarray) -> np.ndarray:
    """Box ``(4,)`` around what is true in ``pixels``, ``(y, x)``; all 0 if nothing is."""
    if not pixels.any():
        return np.zeros(4, int)
    (top, bottom), (left, right) = (np.flatnonzero(pixels.any(axis=axis))[[0, -1]] for axis in (1, 0))
    return np.array([top, left, bottom + 1, right + 1])


def longer_side(boxes: np.ndarray) -> np.ndarray:
    """Longer side of boxes ``(n, 4)``, in px."""
    return (boxes[:, 2:] - boxes[:, :2]).max(axis=1)


def overlap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes ``(..., 4)``, each of ``first`` with its fellow of ``second``."""
    shared = np.minimum(first[..., 2:], second[..., 2:]) - np.maximum(first[..., :2], second[..., :2])
    shared = shared.clip(0).prod(axis=-1)
    areas = ((box[..., 2:] - box[..., :2]).prod(axis=-1) for box in (first, second))
    return shared / (sum(areas) - shared)
