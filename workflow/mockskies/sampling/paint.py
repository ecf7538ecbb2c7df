"""Seamless painting of fields of any size, tile by tile, in bounded memory.

Smith and Geach (2019), section 3, share cells of noise between neighbours and cut at the middle. Here
each layer computes exactly the window that the next one needs of it, read from the kernels, so tiles meet
without a seam, nothing is computed to be thrown away, and zeros are padded only where the field itself ends.

A generator that wraps round (`mockskies.models.field`) paints a torus: each tile with the cells around it on
which it depends, which are cut off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from mockskies.models import field, spatial
from mockskies.models.spatial import PIXELS_PER_CELL
from mockskies.randomness import random_generator
from mockskies.sampling.receptive_field import Layer, halo, layers
from mockskies.training.precision import Compute

Window = tuple[int, int]


@dataclass(frozen=True)
class LatentField:
    """White noise for a field of any size, the same however it is cut.

    Attributes
    ----------
    seed, consumer, index
        The stream; each block of cells has its own within it.
    channels
        Channels of noise.
    height, width
        Cells.
    conditions
        What a generator is told, ``(condition, height, width)``, float32, or None for 0 everywhere.
    """

    seed: int
    consumer: str
    index: tuple[int, ...]
    channels: int
    height: int
    width: int
    conditions: np.ndarray | None = None

    BLOCK = 16  # cells drawn at a time

    def window(self, rows: Window, columns: Window) -> np.ndarray:
        """Noise of cells ``[start, stop)`` along both axes, ``(channel, y, x)``, float32, unit variance."""
        block = self.BLOCK
        first_row, first_column = rows[0] // block, columns[0] // block
        blocks = [
            [self._block(y, x) for x in range(first_column, -(-columns[1] // block))]
            for y in range(first_row, -(-rows[1] // block))
        ]
        noise = np.concatenate([np.concatenate(line, axis=2) for line in blocks], axis=1)
        y, x = rows[0] - first_row * block, columns[0] - first_column * block
        return noise[:, y : y + rows[1] - rows[0], x : x + columns[1] - columns[0]]

    def wrapped(self, rows: Window, columns: Window) -> np.ndarray:
        """As `window`, of a field that goes on at its other side."""
        return np.concatenate(
            [
                np.concatenate([self.window(y, x) for x in _stretches(*columns, self.width)], axis=2)
                for y in _stretches(*rows, self.height)
            ],
            axis=1,
        )

    def told(self, count: int, rows: Window, columns: Window) -> np.ndarray:
        """The ``count`` conditions of cells ``[start, stop)``, which go on at the field's other side."""
        y, x = np.arange(*rows) % self.height, np.arange(*columns) % self.width
        if self.conditions is None:
            return np.zeros((count, len(y), len(x)), np.float32)
        return self.conditions[:, y[:, None], x]

    def _block(self, y: int, x: int) -> np.ndarray:
        random = random_generator(self.seed, self.consumer, *self.index, y, x)
        return random.standard_normal((self.channels, self.BLOCK, self.BLOCK), dtype=np.float32)


Generator = spatial.Generator | field.Generator


def tile_size(generator: Generator) -> int:
    """Cells along a tile: three times what one cell's pixels depend on.

    Layers before the last doublings are computed for a margin around each tile; at three receptive fields it
    costs under a fifth, and the widest layer of the text's network still fits a processor's cache. A torus
    has all of its layers computed for the margin: half as much again.
    """
    if isinstance(generator, field.Generator):
        return 3 * (2 * generator.halo + 1)
    return 3 * (2 * halo(_chain(generator), PIXELS_PER_CELL) + 1)


def paint(
    generator: Generator,
    latent: LatentField,
    compute: Compute,
    tile: int | None = None,
    progress: bool = False,
) -> Iterator[tuple[slice, slice, np.ndarray]]:
    """Paint a field; yields its tiles as ``(rows, columns, image)`` with images ``(band, y, x)`` in (0, 1).

    Parameters
    ----------
    generator
        On the device of ``compute``.
    tile
        Cells along a tile; by default from the network's receptive field.
    """
    tile = tile or tile_size(generator)
    chain = None if isinstance(generator, field.Generator) else _chain(generator)
    corners = [(y, x) for y in range(0, latent.height, tile) for x in range(0, latent.width, tile)]
    for y, x in tqdm(corners, desc="paint", unit=" tiles", disable=not progress):
        rows, columns = (
            (PIXELS_PER_CELL * start, PIXELS_PER_CELL * min(start + tile, cells))
            for start, cells in ((y, latent.height), (x, latent.width))
        )
        if chain:
            image = _paint_window(chain, latent, rows, columns, compute)
        else:
            image = _paint_torus(generator, latent, rows, columns, compute)
        yield slice(*rows), slice(*columns), image


def paint_field(
    generator: Generator,
    latent: LatentField,
    compute: Compute,
    tile: int | None = None,
    progress: bool = False,
) -> np.ndarray:
    """The whole field as one array, ``(band, y, x)``, float32, in (0, 1)."""
    field = None
    for rows, columns, image in paint(generator, latent, compute, tile, progress):
        if field is None:
            shape = len(image), PIXELS_PER_CELL * latent.height, PIXELS_PER_CELL * latent.width
            field = np.empty(shape, np.float32)
        field[:, rows, columns] = image
    return field


def _chain(generator: Generator) -> list[Layer]:
    return layers(nn.Sequential(*generator.hidden, *generator.output))


@torch.inference_mode()
def _paint_torus(
    generator: field.Generator, latent: LatentField, rows: Window, columns: Window, compute: Compute
) -> np.ndarray:
    halo, cell = generator.halo, PIXELS_PER_CELL
    cells = [(start // cell - halo, stop // cell + halo) for start, stop in (rows, columns)]
    channels = [latent.wrapped(*cells), latent.told(len(generator.conditions), *cells)]
    noise = torch.from_numpy(np.concatenate(channels))[None].to(compute.device)
    with compute.autocast():
        image = generator(noise.contiguous(memory_format=torch.channels_last))
    margin = halo * cell
    return image[0, :, margin:-margin, margin:-margin].float().cpu().numpy()


@torch.inference_mode()
def _paint_window(
    chain: list[Layer], latent: LatentField, rows: Window, columns: Window, compute: Compute
) -> np.ndarray:
    sizes = _sizes(chain, latent)
    plan = [(rows, columns)]
    for layer, (height, width) in zip(reversed(chain), reversed(sizes[:-1]), strict=True):
        plan.append((_inside(layer.needs(*plan[-1][0]), height), _inside(layer.needs(*plan[-1][1]), width)))
    plan.reverse()
    noise = torch.from_numpy(np.ascontiguousarray(latent.window(*plan[0])))[None].to(compute.device)
    features = noise.contiguous(memory_format=torch.channels_last)
    *hidden, output = zip(chain, pairwise(plan), sizes[:-1], strict=True)
    with compute.autocast():
        for layer, windows, size in hidden:
            features = _window(layer, features, *windows, size)
    # In float32, as the network itself has it.
    features = _window(output[0], features.float(), *output[1], output[2])
    return features[0].cpu().numpy()


def _window(
    layer: Layer,
    features: Tensor,
    given: tuple[Window, Window],
    wanted: tuple[Window, Window],
    size: tuple[int, int],
) -> Tensor:
    """Output of one layer over the window ``wanted``, from the window ``given`` of its input of ``size``."""
    (input_rows, input_columns), (rows, columns) = given, wanted
    module = layer.module
    if layer.upsamples:
        # Without padding, output 0 lies ``before`` positions ahead of input 0's own.
        features = F.conv_transpose2d(features, module.weight, module.bias, module.stride)
        y, x = (
            start - first * layer.stride + layer.before
            for start, first in ((rows[0], input_rows[0]), (columns[0], input_columns[0]))
        )
        features = features[:, :, y : y + rows[1] - rows[0], x : x + columns[1] - columns[0]]
    else:
        beyond = []
        for output, length in ((columns, size[1]), (rows, size[0])):
            start, stop = layer.needs(*output)
            beyond += [max(0, -start), max(0, stop - length)]
        if any(beyond):
            features = F.pad(features, beyond)
        features = F.conv2d(features, module.weight, module.bias)
    for function in layer.pointwise:
        features = function(features)
    return features


def _sizes(chain: list[Layer], latent: LatentField) -> list[tuple[int, int]]:
    """Height and width of the whole field before each layer and after the last."""
    sizes = [(latent.height, latent.width)]
    for layer in chain:
        sizes.append((sizes[-1][0] * layer.stride, sizes[-1][1] * layer.stride))
    return sizes


def _stretches(start: int, stop: int, length: int) -> list[Window]:
    """``[start, stop)`` of positions that come again after ``length``, in pieces within ``[0, length)``."""
    pieces = []
    while start < stop:
        first = start % length
        pieces.append((first, min(length, first + stop - start)))
        start += pieces[-1][1] - first
    return pieces


def _inside(window: Window, length: int) -> Window:
    return max(0, window[0]), min(length, window[1])
