"""Whether a classifier that has learnt to tell real sources from generated ones can do so in another area.

It learns from the three quadrants of the training and judges the fourth, which neither it nor the generator
has seen (Lopez-Paz & Oquab 2017). One that tells left from right says what real areas differ by.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from astropy.table import Table
from xgboost import XGBClassifier

from mockskies.comparison.held_out import HELD_OUT, joined, quadrants
from mockskies.comparison.statistics import halves
from mockskies.comparison.two_sample import TREES, TwoSample, compare_scores
from mockskies.measurement.table import bands
from mockskies.randomness import integer_seed

LEAST = 5  # sources of a set
NOTHING = TwoSample(np.nan, np.nan, np.nan, np.nan)


def features(table: Table) -> np.ndarray:
    """What a classifier sees of a source, ``(n, column)``: magnitudes, colours, sizes and shape."""
    names = bands(table)
    columns = [f"MAG_AUTO_{band}" for band in names]
    columns += [name for name in table.colnames if name.startswith("COLOR_")]
    columns += ["FLUX_RADIUS", "ELLIPTICITY", "KRON_RADIUS", "ISOAREA_IMAGE"]
    return np.stack([np.asarray(table[name], np.float32) for name in columns], axis=1)


def classify_sources(
    real: Table, generated: Sequence[Table], limit: float, seed: int, threads: int
) -> pd.DataFrame:
    """Area under the receiver's curve, for generated sources and for two pairs of real areas.

    Of generated fields the left halves are learnt from and the right ones judged.

    Returns
    -------
    DataFrame
        ``pair``, the numbers it ``learnt`` from and ``judged``, and the columns of
        `mockskies.comparison.two_sample.TwoSample`; NaN where a set has fewer than five sources.
    """
    parts = {name: _bright(part, limit) for name, part in quadrants(real).items()}
    trained = np.concatenate([part for name, part in parts.items() if name != HELD_OUT])
    left, right = zip(*(halves(table, "X") for table in generated), strict=True)
    first, second = (_bright(joined(some), limit) for some in (left, right))
    cases = {
        "generated": ((trained, first), (parts[HELD_OUT], second)),
        "left, right": (
            (parts["lower left"], parts["lower right"]),
            (parts["upper left"], parts["upper right"]),
        ),
        "lower, upper": (
            (parts["lower left"], parts["upper left"]),
            (parts["lower right"], parts["upper right"]),
        ),
    }
    rows = []
    for name, (learnt, judged) in cases.items():
        row = {"pair": name, "learnt": sum(map(len, learnt)), "judged": sum(map(len, judged))}
        enough = min(map(len, (*learnt, *judged))) >= LEAST
        found = _judged(learnt, judged, integer_seed(seed, f"sources {name}"), threads) if enough else NOTHING
        rows.append(row | vars(found))
    return pd.DataFrame(rows)


def _judged(learnt: Sequence[np.ndarray], judged: Sequence[np.ndarray], seed: int, threads: int) -> TwoSample:
    """How well a classifier of two sets of features tells two others apart."""
    label = np.repeat([0, 1], [len(part) for part in learnt])
    # Sets of unequal size count alike.
    weight = np.where(label, len(learnt[0]) / len(learnt[1]), 1)
    model = XGBClassifier(**TREES, random_state=seed, n_jobs=threads)
    model.fit(np.concatenate(learnt), label, sample_weight=weight)
    return compare_scores(*(model.predict_proba(part)[:, 1] for part in judged))


def _bright(table: Table, limit: float) -> np.ndarray:
    names = bands(table)
    bright = np.asarray(table[f"MAG_AUTO_{names[len(names) // 2]}"], float) < limit
    return features(table[bright])
