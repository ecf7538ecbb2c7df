"""A detector judged on held-out scenes, and on the wide view: one table of all that is said of it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from astropy.stats import binom_conf_interval

from mockskies.comparison.detections import average_precision, match, precision_recall
from mockskies.comparison.statistics import INTERVAL
from mockskies.datasets.boxes import BOX, longer_side
from mockskies.randomness import random_generator

COLUMNS = [
    "kind", "zoom", "size_low", "size_high", "number", "confidence", "precision", "recall",
    "value", "low", "high",
]  # fmt: skip
LARGE = 0.75  # quantile of the sizes in a wide view above which galaxies are called large


def judge_scenes(
    detections: pd.DataFrame, truth: pd.DataFrame, scenes: int, bootstraps: int, seed: int
) -> pd.DataFrame:
    """What a detector finds in held-out scenes.

    Parameters
    ----------
    detections, truth
        As `mockskies.comparison.detections.match` takes them.
    scenes
        How many there are, with those that have no galaxies.
    bootstraps
        Resamples of the scenes behind the interval.
    seed
        The configuration's seed.

    Returns
    -------
    DataFrame
        By its ``kind``: a row for each point of the ``curve`` of precision and recall, with its confidence;
        the ``average_precision`` with its 95 per cent interval; the ``working_point`` where the harmonic mean
        of precision and recall (its value) is highest; and the recall at that confidence by ``size``.
        ``number`` is that of the galaxies.
    """
    correct, found = match(detections, truth)
    confidence = detections["confidence"].to_numpy()
    precision, recall = precision_recall(correct, confidence, len(truth))
    curve = pd.DataFrame({"confidence": np.sort(confidence)[::-1], "precision": precision, "recall": recall})
    low, high = _interval(detections, truth, correct, scenes, bootstraps, seed)
    total = {"value": average_precision(precision, recall), "low": low, "high": high, "number": len(truth)}
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = curve.iloc[int(np.argmax(f1))] if len(curve) else pd.Series({"confidence": 1.0})
    point = best.to_dict() | {"value": f1.max(initial=0), "number": len(truth)}
    sizes = longer_side(truth[BOX].to_numpy())
    tables = {
        "average_precision": pd.DataFrame([total]),
        "working_point": pd.DataFrame([point]),
        "size": _by_size(sizes, found >= best["confidence"]),
        "curve": curve,
    }
    return pd.concat([table.assign(kind=kind) for kind, table in tables.items()]).reindex(columns=COLUMNS)


def judge_view(
    detections: pd.DataFrame, truth: pd.DataFrame, zooms: Sequence[int], confidence: float
) -> pd.DataFrame:
    """What a detector finds in the wide view at each of its ``zooms``, from ``confidence`` on.

    A galaxy behind a brighter one counts as one to be found.

    Parameters
    ----------
    detections
        Columns zoom, top, left, bottom, right and confidence.
    truth
        Columns top, left, bottom and right; may be empty where the drawn pictures hold no galaxies.

    Returns
    -------
    DataFrame
        By its ``kind``, for each zoom: ``view``, all detections with their precision and recall, where number
        is theirs and value the number of galaxies; ``view_large``, the recall of the largest quarter of the
        galaxies; and ``view_size``, the recall by size.
    """
    sizes = longer_side(truth[BOX].to_numpy())
    rows = []
    for zoom in zooms:
        sure = detections[(detections["zoom"] == zoom) & (detections["confidence"] >= confidence)]
        correct, found = match(sure.assign(scene=0), truth.assign(scene=0))
        seen = np.isfinite(found)
        total = {
            "number": len(sure),
            "value": len(truth),
            "confidence": confidence,
            "precision": correct.mean() if len(sure) else np.nan,
            "recall": seen.mean() if len(truth) else np.nan,
        }
        tables = {"view": pd.DataFrame([total])}
        if len(truth):
            large = sizes >= np.quantile(sizes, LARGE)
            tables["view_large"] = pd.DataFrame([_share(seen[large]) | {"size_low": sizes[large].min()}])
            tables["view_size"] = _by_size(sizes, seen)
        rows += [table.assign(kind=kind, zoom=zoom) for kind, table in tables.items()]
    return pd.concat(rows).reindex(columns=COLUMNS)


def _interval(
    detections: pd.DataFrame,
    truth: pd.DataFrame,
    correct: np.ndarray,
    scenes: int,
    bootstraps: int,
    seed: int,
) -> np.ndarray:
    """95 per cent of the average precision of scenes drawn with replacement.

    A detection's match lies in its own scene, so it need not be sought again.
    """
    confidence, home = detections["confidence"].to_numpy(), detections["scene"].to_numpy(int)
    galaxies = np.bincount(truth["scene"], minlength=scenes)
    values = []
    for index in range(bootstraps):
        random = random_generator(seed, "bootstrap of held-out scenes", index)
        times = np.bincount(random.integers(scenes, size=scenes), minlength=scenes)
        # A resample without galaxies has no recall.
        if number := times @ galaxies:
            values.append(
                average_precision(*precision_recall(correct, confidence, number, times[home].astype(float)))
            )
    return np.percentile(values, INTERVAL)


def _by_size(sizes: np.ndarray, found: np.ndarray) -> pd.DataFrame:
    """Share of galaxies that are found, by the longer side of their boxes in px, in half octaves."""
    steps = np.floor(2 * np.log2(sizes)).astype(int)
    return pd.DataFrame(
        [
            {"size_low": 2 ** (step / 2), "size_high": 2 ** ((step + 1) / 2)} | _share(found[steps == step])
            for step in np.unique(steps)
        ]
    )


def _share(found: np.ndarray) -> dict[str, float]:
    """Share that is true, with its 95 per cent interval (Wilson 1927)."""
    low, high = binom_conf_interval(found.sum(), len(found), 0.95, "wilson")
    return {"number": len(found), "value": found.mean(), "low": low, "high": high}
