"""How well a detector finds galaxies in known boxes: precision, recall, and the area under their curve."""

import numpy as np
import pandas as pd

from mockskies.datasets.boxes import BOX, overlap

FOUND = 0.5  # overlap with its box above which a galaxy counts as found


def match(detections: pd.DataFrame, truth: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Which ``detections`` are galaxies of ``truth``, and how sure the detector is of each of these.

    As PASCAL VOC has it (Everingham et al. 2010, section 4.2): a detection belongs to the galaxy of its
    scene that it overlaps most, if by at least 0.5; of several of one galaxy the most confident counts and
    the others are false.

    Parameters
    ----------
    detections
        Columns scene, top, left, bottom, right and confidence.
    truth
        Columns scene, top, left, bottom and right.

    Returns
    -------
    correct
        Of each row of ``detections``.
    confidence
        Of each row of ``truth``, with which it was found; NaN where it was not.
    """
    correct = np.zeros(len(detections), bool)
    found = np.full(len(truth), np.nan)
    galaxies = {scene: group for scene, group in truth.reset_index(drop=True).groupby("scene")}
    for scene, group in detections.reset_index(drop=True).groupby("scene"):
        if scene not in galaxies:
            continue
        rows, boxes = galaxies[scene].index.to_numpy(), galaxies[scene][BOX].to_numpy(float)
        for row in group.sort_values("confidence", ascending=False, kind="stable").itertuples():
            shared = overlap(np.array([row.top, row.left, row.bottom, row.right]), boxes)
            best = np.argmax(shared)
            if shared[best] >= FOUND and np.isnan(found[rows[best]]):
                correct[row.Index] = True
                found[rows[best]] = row.confidence
    return correct, found


def precision_recall(
    correct: np.ndarray, confidence: np.ndarray, galaxies: float, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall of all detections down to each one, ``(n,)``, from the most confident on.

    ``weights`` say how often each detection counts, and ``galaxies`` how many there are to be found.
    """
    order = np.argsort(-confidence, kind="stable")
    weights = np.ones(len(order)) if weights is None else weights[order]
    right, all_ = np.cumsum(weights * correct[order]), np.cumsum(weights)
    # Where nothing has been counted yet nothing is wrong.
    return np.divide(right, all_, out=np.ones(len(order)), where=all_ > 0), right / galaxies


def average_precision(precision: np.ndarray, recall: np.ndarray) -> float:
    """Area under the curve of ``precision`` against ``recall``, both ``(n,)``, at all of its points.

    Precision at a recall is the highest there or at any higher one (PASCAL VOC from 2010 on).
    """
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(recall, prepend=0) * envelope))
