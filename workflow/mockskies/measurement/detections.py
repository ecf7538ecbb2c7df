"""Galaxies that a detector finds, each once."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import torch
from scipy.spatial import cKDTree
from tqdm import tqdm

from mockskies.datasets.boxes import BOX, overlap
from mockskies.models.detector import Detector, boxes_of
from mockskies.training.levels import from_levels
from mockskies.training.precision import Compute

SCENES = 16  # at a time
# Confidence below which a box is not worth keeping, and overlap above which two are of one galaxy.
LEAST = 0.05
SAME = 0.45


def non_maximum_suppression(boxes: np.ndarray, confidence: np.ndarray, same: float = SAME) -> np.ndarray:
    """Rows of ``boxes`` ``(n, 4)`` that overlap no box of higher confidence by more than ``same``.

    Boxes are taken from the most confident down; one that is dropped drops no other. Only pairs that
    can meet are compared, so the cost grows with the number of boxes and not with its square.

    Returns
    -------
    Rows in descending confidence; of equal ones the first comes first.
    """
    order = np.argsort(-confidence, kind="stable")
    if not len(order):
        return order
    ranked = boxes[order]
    reach = (ranked[:, 2:] - ranked[:, :2]).max()
    pairs = cKDTree((ranked[:, :2] + ranked[:, 2:]) / 2).query_pairs(reach, p=np.inf, output_type="ndarray")
    pairs = pairs[overlap(ranked[pairs[:, 0]], ranked[pairs[:, 1]]) > same]
    # By the more confident of a pair, so that its own fate is known when it drops the other.
    kept = np.ones(len(order), bool)
    for first, second in pairs[np.lexsort(pairs.T[::-1])]:
        if kept[first]:
            kept[second] = False
    return order[kept]


@torch.inference_mode()
def detect(detector: Detector, images: np.ndarray, stretch: str, compute: Compute) -> Iterator[pd.DataFrame]:
    """Galaxies in each of ``images`` ``(n, band, y, x)``, uint8: a table of boxes in px and their confidence.

    Parameters
    ----------
    stretch
        Under which the detector has learnt (`mockskies.training.levels`).
    """
    for start in range(0, len(images), SCENES):
        block = from_levels(torch.from_numpy(np.array(images[start : start + SCENES])), stretch)
        block = block.to(compute.device).contiguous(memory_format=torch.channels_last)
        with compute.autocast():
            cells = detector(block)
        boxes, logits = (part.cpu().numpy() for part in boxes_of(cells, detector.stride, detector.prior))
        confidence = 1 / (1 + np.exp(-logits.astype(float)))
        for found, sure in zip(boxes.astype(float), confidence, strict=True):
            worth = sure >= LEAST
            kept = non_maximum_suppression(found[worth], sure[worth])
            yield pd.DataFrame(found[worth][kept], columns=BOX).assign(confidence=sure[worth][kept])


def detect_scenes(detector: Detector, scenes: np.ndarray, stretch: str, compute: Compute) -> pd.DataFrame:
    """Galaxies in all ``scenes``, as `detect` has them, with the number of their scene."""
    tables = tqdm(
        detect(detector, scenes, stretch, compute),
        desc="detect",
        total=len(scenes),
        unit=" scenes",
        disable=None,
    )
    numbered = [table.assign(scene=number) for number, table in enumerate(tables)]
    return pd.concat(numbered, ignore_index=True)[["scene", *BOX, "confidence"]]
