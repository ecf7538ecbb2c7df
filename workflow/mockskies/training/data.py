"""From the files of a data set to batches on a device."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from mockskies.datasets.galaxies import read_galaxies
from mockskies.datasets.scale import read_training
from mockskies.errors import InputError
from mockskies.training.batches import Batches, Crops, Images, Pairs, Votes
from mockskies.training.run import Run


def load_batches(
    run: Run, arrays: Sequence[str | Path], votes: Sequence[str | Path], device: str
) -> tuple[Batches, str]:
    """The training set of ``run``, whole on ``device``, and a checksum of what it was read from.

    Parameters
    ----------
    arrays
        The field, or images of each of the run's sizes.
    votes
        Table of vote fractions, if the run learns them.
    """
    if run.crops:
        field, constants = read_training(arrays[0])
        return Crops(run, torch.from_numpy(np.array(field)).to(device)), constants["sha256"]
    sets = [read_galaxies(path) for path in arrays]
    images = [torch.from_numpy(np.array(array)).to(device) for array, _ in sets]
    checksum = " ".join(about["sha256"] for _, about in sets)
    if votes:
        return Votes(run, images[0], _read_votes(votes[0], len(images[0])).to(device)), checksum
    return (Pairs(run, *images) if len(images) > 1 else Images(run, *images)), checksum


def _read_votes(path: str | Path, galaxies: int) -> Tensor:
    """Vote fractions in the order of the images, ``(n, answer)``."""
    table = pd.read_csv(path).drop(columns="GalaxyID")
    if len(table) != galaxies:
        raise InputError(f"{path}: expected votes on {galaxies} galaxies, found {len(table)}")
    return torch.from_numpy(table.to_numpy(np.float32))
