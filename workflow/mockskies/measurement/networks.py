"""Scores of frames that networks predict, each of the frames that it has not seen."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from mockskies.training.levels import from_levels
from mockskies.training.precision import Compute

BLOCK = 64


@torch.inference_mode()
def predict_held_out(
    scorers: Sequence[nn.Module], stretch: str, frames: np.ndarray, fold: np.ndarray, compute: Compute
) -> np.ndarray:
    """Scores ``(n,)``, float32, of ``frames`` ``(n, 1, y, x)``, uint8.

    Network i of ``scorers`` predicts those of ``fold`` i, ``(n,)``, which it was not trained on; all of them
    learnt frames under one ``stretch`` (`mockskies.training.levels`).
    """
    scores = np.full(len(frames), np.nan, np.float32)
    for number, scorer in enumerate(tqdm(scorers, desc="predict", unit=" folds", disable=None)):
        held_out = np.flatnonzero(fold == number)
        for start in range(0, len(held_out), BLOCK):
            rows = held_out[start : start + BLOCK]
            block = from_levels(torch.from_numpy(frames[rows]).to(compute.device), stretch)
            with compute.autocast():
                found = scorer(block.contiguous(memory_format=torch.channels_last))
            scores[rows] = found.float().cpu().numpy()
    return scores
