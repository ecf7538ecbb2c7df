"""Two-stage drawing (de Fremond et al. 2020, section II B 3): where galaxies are, then how they look."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn

from mockskies.datasets.grids import CELL, CELLS
from mockskies.randomness import random_generator
from mockskies.sampling.frames import BLOCK, Drawn, Galaxies, compose
from mockskies.training.levels import to_levels
from mockskies.training.precision import Compute

PATCHES = 64  # galaxies that the network draws at a time: as many as stay in a processor's cache


@dataclass(frozen=True)
class Stage:
    """A generator with the settings that came with its weights."""

    generator: nn.Module
    settings: dict

    @cached_property
    def channels(self) -> int:
        """Numbers of noise, of a grid's cell or of a galaxy."""
        return self.settings["architecture"]["generator"]["latent_channels"]

    @cached_property
    def classes(self) -> int:
        """Classes that galaxies are drawn of; 0 where they have none."""
        return self.settings["architecture"]["generator"]["classes"]


def draw_two_stage(
    positions: Stage, galaxies: Stage, frame: int, count: int, seed: int, consumer: str, compute: Compute
) -> Iterator[Drawn]:
    """Draw ``count`` frames of ``frame`` px a side.

    A grid covers 1024 px: a larger frame is tiled by as many independent grids as it takes, and cut.
    """
    tiles = -(-frame // (CELLS * CELL))
    for start in range(0, count, BLOCK):
        random = random_generator(seed, consumer, start // BLOCK)
        grids = _draw_grids(positions, BLOCK * tiles**2, random, compute)
        places, classes = zip(*(_places(grids[i], tiles, frame) for i in _tiled(tiles)), strict=True)
        total = np.concatenate(classes)
        patches = _draw_patches(galaxies, total, random, compute)
        ends = np.cumsum([len(c) for c in classes])[:-1]
        for corners, kinds, chosen in list(zip(places, classes, np.split(patches, ends), strict=True))[
            : count - start
        ]:
            yield Drawn(compose(frame, corners, chosen), Galaxies(corners, chosen, kinds))


def _tiled(tiles: int) -> np.ndarray:
    """Rows of the grids of each frame of a block."""
    return np.arange(BLOCK * tiles**2).reshape(BLOCK, tiles**2)


def _places(grids: np.ndarray, tiles: int, frame: int) -> tuple[np.ndarray, np.ndarray]:
    """Corners and classes of a frame's galaxies, from its grids ``(tiles ** 2, band, y, x)`` in (-1, 1).

    Bands are shares of a cell's galaxy, -1 for none and 1 for all: it holds one where they amount to more
    than a half, of the class of the largest.
    """
    tile, y, x = np.nonzero(((grids + 1) / 2).sum(axis=1) > 0.5)
    corners = CELL * np.stack([tile // tiles * CELLS + y, tile % tiles * CELLS + x], axis=1)
    inside = (corners < frame).all(axis=1)
    return corners[inside], grids.argmax(axis=1)[tile, y, x][inside]


@torch.inference_mode()
def _draw_grids(stage: Stage, count: int, random: np.random.Generator, compute: Compute) -> np.ndarray:
    noise = random.standard_normal((count, stage.channels, CELLS, CELLS), dtype=np.float32)
    return _run(stage.generator, torch.from_numpy(noise), compute).cpu().numpy()


@torch.inference_mode()
def _draw_patches(
    stage: Stage, classes: np.ndarray, random: np.random.Generator, compute: Compute
) -> np.ndarray:
    """Galaxies, ``(n, side, side)``, uint8, of the classes that are asked for."""
    noise = random.standard_normal((len(classes), stage.channels), dtype=np.float32)
    vectors = (
        np.concatenate([noise, np.eye(stage.classes, dtype=np.float32)[classes]], axis=1)
        if stage.classes
        else noise
    )
    patches = [np.empty((0, CELL, CELL), np.uint8)]
    for start in range(0, len(vectors), PATCHES):
        block = torch.from_numpy(vectors[start : start + PATCHES, :, None, None])
        levels = to_levels(_run(stage.generator, block, compute), stage.settings["stretch"])
        patches.append(levels[:, 0].cpu().numpy())
    return np.concatenate(patches)


def _run(generator: nn.Module, latent: Tensor, compute: Compute) -> Tensor:
    latent = latent.to(compute.device).contiguous(memory_format=torch.channels_last)
    with compute.autocast():
        return generator(latent).float()
