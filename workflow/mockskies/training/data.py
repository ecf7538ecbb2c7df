"""From the files of a data set to batches on a device."""

from collections.abc import Sequence
from pathlib import Path
from tokenize import TokenError

import numpy as np
import pandas as pd
import torch

from mockskies.datasets.boxes import BOX, read_boxes
from mockskies.datasets.galaxies import read_galaxies
from mockskies.datasets.scale import read_training
from mockskies.errors import InputError
from mockskies.training.batches import (
    Batches,
    Classed,
    Images,
    Pairs,
    Scenes,
    Scores,
    Votes,
)
from mockskies.training.field_batches import ConditionedCrops, Crops
from mockskies.training.run import Run


def load_batches(
    run: Run, arrays: Sequence[str | Path], targets: Sequence[str | Path], device: str
) -> tuple[Batches, str]:
    """The training set of ``run``, whole on ``device``, and a checksum of what it was read from.

    Parameters
    ----------
    arrays
        The field, images of each of the run's sizes, or scenes.
    targets
        What is known of the images, if the run learns that: a table of votes, classes, scores or boxes, or
        the map of a field's density.
    """
    if run.crops:
        field, constants = read_training(arrays[0])
        tensor = torch.from_numpy(np.array(field)).to(device)
        if not targets:
            return Crops(run, tensor), constants["sha256"]
        density = _read_density(targets[0], field.shape[1:])
        return ConditionedCrops(run, tensor, density.to(device)), constants["sha256"]
    sets = [read_galaxies(path) for path in arrays]
    images = [torch.from_numpy(np.array(array)).to(device) for array, _ in sets]
    checksum = " ".join(about["sha256"] for _, about in sets)
    if not targets:
        return (Pairs(run, *images) if len(images) > 1 else Images(run, *images)), checksum
    if run.model == "detector":
        return Scenes(run, images[0], _read_scene_boxes(targets[0], len(images[0])).to(device)), checksum
    table = _read_targets(targets[0], len(images[0]))
    if "class" in table:
        classes = torch.from_numpy(table["class"].to_numpy(np.int64, copy=True))
        return Classed(run, images[0], classes.to(device)), checksum
    if "Actual" in table:
        scores = torch.from_numpy(table.sort_values("Id")["Actual"].to_numpy(np.float32))
        return Scores(run, images[0], scores.to(device)), checksum
    votes = torch.from_numpy(table.drop(columns="GalaxyID").to_numpy(np.float32))
    return Votes(run, images[0], votes.to(device)), checksum


def _read_density(path: str | Path, shape: tuple[int, int]) -> torch.Tensor:
    """The map that `mockskies.datasets.density` made of a field of ``shape``."""
    try:
        density = np.load(path)
    except (OSError, ValueError, EOFError, SyntaxError, TokenError) as error:
        raise InputError(f"{path}: expected a map of density, but reading it failed: {error}") from error
    if density.shape != shape or density.dtype != np.float32:
        raise InputError(
            f"{path}: expected a density for each pixel, float32 of {shape}, "
            f"found {density.dtype} of {density.shape}"
        )
    return torch.from_numpy(density)


def _read_scene_boxes(path: str | Path, scenes: int) -> torch.Tensor:
    """Boxes of all scenes, ``(scene, m, 4)``, float32, as a `Batch` has them."""
    table = read_boxes(path, ["scene"])
    if not table["scene"].between(0, scenes - 1).all():
        found = table["scene"].max()
        raise InputError(f"{path}: expected boxes of {scenes} scenes, found one of scene {found}")
    place = table.groupby("scene").cumcount()
    boxes = np.zeros((scenes, place.max() + 1, 4), np.float32)
    boxes[table["scene"], place] = table[BOX]
    return torch.from_numpy(boxes)


def _read_targets(path: str | Path, images: int) -> pd.DataFrame:
    """A table with a row for each image."""
    table = pd.read_csv(path)
    if len(table) != images:
        raise InputError(f"{path}: expected a row for each of {images} images, found {len(table)}")
    return table
