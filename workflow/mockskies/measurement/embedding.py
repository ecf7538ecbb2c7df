"""Galaxies in the features of a classifier that has learnt the volunteers' votes."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from mockskies.archives.vote_tree import COLUMNS
from mockskies.errors import InputError
from mockskies.models.morphology import Classifier
from mockskies.sampling.draw import load_kept
from mockskies.training.precision import Compute

BLOCK = 256


def load_classifier(path: Path, compute: Compute) -> Classifier:
    """A snapshot's classifier of galaxies on its device.

    Raises
    ------
    InputError
        If the file is damaged, or the classifier does not answer Galaxy Zoo's questions.
    """
    classifier, _ = load_kept(path, "classifier", compute)
    if classifier.judge.out_features != len(COLUMNS):
        raise InputError(
            f"{path}: expected a classifier of Galaxy Zoo's {len(COLUMNS)} answers, "
            f"found one of {classifier.judge.out_features} classes"
        )
    return classifier


@torch.inference_mode()
def embed(
    classifier: Classifier, images: np.ndarray, size: int, compute: Compute
) -> tuple[np.ndarray, np.ndarray]:
    """Features and predicted vote fractions of ``images``.

    Parameters
    ----------
    images
        Shape ``(n, band, y, x)``, uint8; larger ones than the classifier has learnt are averaged down.
    size
        Side of the images that the classifier has learnt, in px.

    Returns
    -------
    features
        Shape ``(n, feature)``, float32.
    votes
        Shape ``(n, answer)``, float32 in (0, 1).
    """
    features, votes = [], []
    for start in tqdm(range(0, len(images), BLOCK), desc="embed", unit=" blocks", disable=None):
        block = torch.from_numpy(np.array(images[start : start + BLOCK])).to(compute.device)
        block = F.avg_pool2d(block.float() / 127.5 - 1, block.shape[-1] // size)
        with compute.autocast():
            found = classifier.features(block.contiguous(memory_format=torch.channels_last))
            features.append(found.float().cpu())
            votes.append(torch.sigmoid(classifier.judge(found).float()).cpu())
    return torch.cat(features).numpy(), torch.cat(votes).numpy()
