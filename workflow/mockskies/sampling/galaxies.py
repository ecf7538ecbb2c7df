"""From trained weights to sets of single galaxies, as 8-bit images like those of the archive."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from mockskies.randomness import random_generator
from mockskies.training.precision import Compute

BLOCK = 64  # images drawn at a time; each block has its own stream


def draw_galaxies(
    generator: nn.Module, channels: int, count: int, seed: int, consumer: str, compute: Compute
) -> Iterator[np.ndarray]:
    """Draw ``count`` galaxies; yields blocks ``(n, band, y, x)``, uint8.

    Parameters
    ----------
    channels
        Length of the noise vector.
    seed, consumer
        The stream of noise.
    """
    for start in tqdm(range(0, count, BLOCK), desc=consumer, unit=" blocks", disable=None):
        random = random_generator(seed, consumer, start // BLOCK)
        noise = random.standard_normal((BLOCK, channels, 1, 1), dtype=np.float32)[: count - start]
        yield _levels(generator, torch.from_numpy(noise), compute)


def enlarge(generator: nn.Module, images: np.ndarray, compute: Compute) -> Iterator[np.ndarray]:
    """Enlarge ``images`` ``(n, band, y, x)``, uint8; yields blocks of twice the size."""
    for start in tqdm(range(0, len(images), BLOCK), desc="enlarge", unit=" blocks", disable=None):
        block = torch.from_numpy(np.array(images[start : start + BLOCK]))
        yield _levels(generator, block.float() / 255, compute)


@torch.inference_mode()
def _levels(generator: nn.Module, latent: Tensor, compute: Compute) -> np.ndarray:
    latent = latent.to(compute.device).contiguous(memory_format=torch.channels_last)
    with compute.autocast():
        images = generator(latent).float()
    return (127.5 * (images + 1)).round().clamp(0, 255).to(torch.uint8).contiguous().cpu().numpy()
