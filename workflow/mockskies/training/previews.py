"""A picture of what a generator paints, small enough to flick through."""

from pathlib import Path

import numpy as np
from PIL import Image

from mockskies.atomic import replacing


def write_preview(path: Path, image: np.ndarray) -> None:
    """Write the last three of the bands ``(band, y, x)`` as a PNG, reddest as red, north up.

    Each band is stretched linearly between its 0.5 and 99.5 percentiles, as figure 1 of Smith and Geach
    (2019) is.
    """
    low, high = np.percentile(image, [0.5, 99.5], axis=(1, 2), keepdims=True)
    levels = 255 * np.clip((image - low) / np.maximum(high - low, 1e-12), 0, 1)
    colours = np.moveaxis(levels[-3:][::-1, ::-1], 0, -1).round().astype(np.uint8)
    with replacing(path) as temporary:
        Image.fromarray(colours.squeeze()).save(temporary)
