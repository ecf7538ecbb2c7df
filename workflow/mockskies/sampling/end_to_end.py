"""Frames of one network (de Fremond et al. 2020, section II B 2), enlarged to the frame's size."""

from collections.abc import Iterator

import numpy as np
import torch
from PIL import Image
from torch import nn

from mockskies.randomness import random_generator
from mockskies.sampling.frames import BLOCK, Drawn
from mockskies.training.levels import to_levels
from mockskies.training.precision import Compute


def draw_end_to_end(
    generator: nn.Module, settings: dict, frame: int, count: int, seed: int, consumer: str, compute: Compute
) -> Iterator[Drawn]:
    """Draw ``count`` frames, and enlarge them to ``frame`` px by bicubic interpolation.

    ``settings`` came with the generator's weights.
    """
    channels = settings["architecture"]["generator"]["latent_channels"]
    for start in range(0, count, BLOCK):
        random = random_generator(seed, consumer, start // BLOCK)
        noise = random.standard_normal((BLOCK, channels, 1, 1), dtype=np.float32)[: count - start]
        with torch.inference_mode(), compute.autocast():
            images = generator(torch.from_numpy(noise).to(compute.device)).float()
        for image in to_levels(images, settings["stretch"])[:, 0].cpu().numpy():
            yield Drawn(np.asarray(Image.fromarray(image).resize((frame, frame), Image.Resampling.BICUBIC)))
