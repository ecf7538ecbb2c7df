"""Mock fields of any size, as they are asked for, painted to disk in memory that does not grow with them."""

import logging
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
from astropy.io import fits
from scipy.ndimage import zoom
from torch import nn

from mockskies.datasets.field_rows import FieldRows
from mockskies.datasets.scale import sky_mode
from mockskies.errors import InputError
from mockskies.models.spatial import PIXELS_PER_CELL
from mockskies.sampling.draw import scaling_of, tangent_plane
from mockskies.sampling.paint import LatentField, paint, tile_size
from mockskies.training.precision import Compute

SKY_PIXELS = 4_000_000  # a band, from which the sky's mode is taken


def condition_maps(
    generator: nn.Module,
    density: float | str,
    depth: float,
    shape: tuple[int, int],
    response: pd.DataFrame | None = None,
) -> np.ndarray | None:
    """What a generator is told, ``(condition, y, x)``, float32, for ``shape`` cells; None if nothing.

    Parameters
    ----------
    density
        Sources relative to the training field, a number or the path of a FITS image of such numbers, which is
        stretched over the whole field.
    depth
        Relative to the training field, in mag; more is deeper.
    response
        What came of densities that the generator was told, as `density_response` of
        `mockskies.comparison.asked` has it; without it, it is told what is asked.

    Raises
    ------
    InputError
        If the image is none.
    """
    conditions = getattr(generator, "conditions", ())
    if not conditions:
        return None
    densities = _image(density, shape) if isinstance(density, str) else np.full(shape, density)
    maps = {"density": to_tell(np.log2(densities), response), "depth": np.full(shape, depth)}
    return np.array([maps[name] for name in conditions], np.float32)


def to_tell(asked: np.ndarray, response: pd.DataFrame | None) -> np.ndarray:
    """What a generator is to be told so that fields become as dense as ``asked``, both binary logarithms.

    The response is taken to rise between the densities that were measured. What is asked beyond them is
    brought to the nearest of them, and the log says so.
    """
    if response is None:
        return asked
    seen = response[response["relative_density"] > 0].sort_values("told")
    if len(seen) < 2:
        logging.warning("no density could be measured of what was told: the generator is told what is asked")
        return asked
    found = np.maximum.accumulate(np.log2(seen["relative_density"].to_numpy(float)))
    low, high = found[[0, -1]]
    if (beyond := np.mean((asked < low) | (asked > high))) > 0:
        logging.warning(
            "%.0f per cent of the field is asked to be of densities beyond the %.3g to %.3g measured",
            100 * beyond,
            2**low,
            2**high,
        )
    return np.interp(asked, found, seen["told"].to_numpy(float))


def paint_mock(
    path: str | Path,
    generator: nn.Module,
    latent: LatentField,
    constants: dict,
    compute: Compute,
    cards: dict,
) -> None:
    """Paint one field strip by strip into the file ``path``, in e-/s with the sky's mode at 0.

    Parameters
    ----------
    constants
        What ``training.json`` says of the training set.
    cards
        FITS cards that say how the field came to be.
    """
    size = PIXELS_PER_CELL * latent.height, PIXELS_PER_CELL * latent.width
    field = FieldRows.create(
        path,
        size,
        constants["bands"],
        constants["zero_points"],
        tangent_plane(constants, latent),
        constants["simulated"],
        cards,
    )
    scaling = scaling_of(generator, constants)
    for rows, strip in _strips(generator, latent, compute):
        field.write(rows, scaling.invert(strip))
    height = PIXELS_PER_CELL * tile_size(generator)
    every = max(1, size[0] * size[1] // SKY_PIXELS)
    sample = np.concatenate([field.read(slice(y, y + 1)) for y in range(0, size[0], every)], axis=1)
    sky = np.array([sky_mode(band) for band in sample], np.float32)[:, None, None]
    for rows in field.strips(height):
        field.write(rows, field.read(rows) - sky)


def _strips(
    generator: nn.Module, latent: LatentField, compute: Compute
) -> Iterator[tuple[slice, np.ndarray]]:
    """Whole rows of tiles, ``(band, y, x)``, from the lowest up."""
    tiles = paint(generator, latent, compute, progress=True)
    for _, of_strip in groupby(tiles, key=lambda tile: tile[0].start):
        parts = list(of_strip)
        yield parts[0][0], np.concatenate([image for _, _, image in parts], axis=2)


def _image(path: str, shape: tuple[int, int]) -> np.ndarray:
    """A map from a FITS file, stretched linearly to ``shape``."""
    try:
        image = fits.getdata(path).astype(float)
    except (OSError, IndexError, AttributeError, TypeError, ValueError) as error:
        raise InputError(
            f"{path}: expected a FITS image of densities, but reading it failed: {error}"
        ) from error
    if image.ndim != 2 or not (np.isfinite(image) & (image > 0)).all():
        raise InputError(f"{path}: expected an image of densities above 0, found shape {image.shape}")
    stretched = zoom(image, np.divide(shape, image.shape), order=1, mode="nearest", grid_mode=True)
    return stretched[: shape[0], : shape[1]]
