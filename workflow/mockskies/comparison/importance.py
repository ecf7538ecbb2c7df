"""What a scorer looks at: the gain of each of its features."""

import numpy as np
import pandas as pd

from mockskies.measurement.features import COLUMNS, columns_of
from mockskies.measurement.scorers import Scorer


def importance(scorer: Scorer) -> pd.DataFrame:
    """Gain of every column that ``scorer`` reads, zero if it never does.

    Returns
    -------
    DataFrame
        A row per column: ``feature`` (its set), ``column``, ``index`` (the level, the ring in cycles a frame,
        or the place in its set), ``splits`` in all trees, and ``gain``, the share of all splits' gain.
    """
    booster = scorer.model.get_booster()
    gain, splits = (booster.get_score(importance_type=kind) for kind in ("total_gain", "weight"))
    # A booster without names counts its columns.
    names = [f"f{i}" for i in range(len(columns_of(scorer.features)))]
    values = np.array([gain.get(name, 0.0) for name in names])
    return pd.DataFrame(
        {
            "feature": [feature for feature in scorer.features for _ in COLUMNS[feature]],
            "column": columns_of(scorer.features),
            "index": [_index(column, i) for f in scorer.features for i, column in enumerate(COLUMNS[f])],
            "splits": [int(splits.get(name, 0)) for name in names],
            "gain": values / max(values.sum(), np.finfo(float).tiny),
        }
    )


def _index(column: str, place: int) -> int:
    end = column.rpartition("_")[2]
    return int(end) if end.isdigit() else place
