"""Pictures of what a generator paints, small enough to flick through."""

from pathlib import Path

import numpy as np
from PIL import Image

from mockskies.atomic import replacing


def stretched(image: np.ndarray) -> np.ndarray:
    """The last three of a field's bands ``(band, y, x)`` as ``(y, x, 3)``, reddest as red, north up.

    Each band is stretched linearly between its 0.5 and 99.5 percentiles, as figure 1 of Smith and Geach
    (2019) is.
    """
    low, high = np.percentile(image, [0.5, 99.5], axis=(1, 2), keepdims=True)
    levels = 255 * np.clip((image - low) / np.maximum(high - low, 1e-12), 0, 1)
    return np.moveaxis(levels[-3:][::-1, ::-1], 0, -1).round().astype(np.uint8)


def sheet(images: np.ndarray) -> np.ndarray:
    """Images ``(n, band, y, x)`` of one band or three, in [-1, 1], in as many rows as columns."""
    columns = int(len(images) ** 0.5)
    levels = np.round(127.5 * (images[: columns**2] + 1)).clip(0, 255).astype(np.uint8)
    rows = levels.reshape(columns, columns, *levels.shape[1:]).transpose(0, 3, 1, 4, 2)
    return rows.reshape(columns * levels.shape[2], columns * levels.shape[3], levels.shape[1])


def write_preview(path: Path, picture: np.ndarray) -> None:
    """Write a picture ``(y, x)`` or ``(y, x, 3)`` of uint8 as PNG."""
    with replacing(path) as temporary:
        Image.fromarray(picture.squeeze()).save(temporary)
