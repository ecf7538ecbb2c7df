"""The bands of an archive on one upright grid, cropped to observed sky."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from astropy.wcs import WCS
from astropy.wcs.utils import celestial_frame_to_wcs, pixel_to_pixel, wcs_to_celestial_frame

from mockskies.datasets.crop import best_square, largest_square
from mockskies.datasets.field import Field
from mockskies.datasets.mosaic import Mosaic
from mockskies.datasets.resample import resample
from mockskies.errors import InputError

logger = logging.getLogger(__name__)

# A crop of a size that the user chose may hold this share of unobserved pixels, such as a corner's.
TOLERATED_SHARE = 0.01


@dataclass(frozen=True)
class Grid:
    """The pixel grid of a field.

    Attributes
    ----------
    pixel_scale
        Side of a pixel, in arcsec.
    position_angle
        Direction of the y axis, in deg from north through east.
    size
        Side of the field, in pixels, or "largest" for the largest square observed in all bands.
    """

    pixel_scale: float
    position_angle: float
    size: int | Literal["largest"]


def align(mosaics: Sequence[Mosaic], bands: Sequence[str], zero_points: Sequence[float], grid: Grid) -> Field:
    """Resample the bands to one tangent-plane grid and crop them to a square.

    The grid's pixels coincide with the first band's where scale and orientation do, and then none of its
    values changes. Smith & Donohue's mosaic is turned by 43.25 deg, the angle of the deep square.

    Parameters
    ----------
    mosaics, bands, zero_points
        For each band its mosaic, its name, and the AB magnitude of 1 e-/s.
    grid
        What to align them to.

    Returns
    -------
    Field
        Flux in e-/s, unclipped, NaN where masked; cards tell each band's file and count what was masked.

    Raises
    ------
    InputError
        If the bands do not overlap, the crop is larger than the field, or bad pixels fill it.
    """
    canvas, shape = _canvas(mosaics, grid)
    layers = []
    observed = np.ones(shape, bool)
    for band, mosaic in zip(bands, mosaics, strict=True):
        flux, unobserved, bad, kernel = resample(mosaic, canvas, shape)
        logger.info("%s: %s, resampling: %s", band, mosaic.path.name, kernel)
        observed &= ~unobserved
        layers.append((flux, unobserved, bad, kernel))
    crop = _crop(observed, grid.size)
    cards = {
        "PIXSCALE": (grid.pixel_scale, "[arcsec] side of a pixel"),
        "POSANGLE": (grid.position_angle, "[deg] of the y axis, from north through east"),
    }
    for number, (band, mosaic, (_, unobserved, bad, kernel)) in enumerate(
        zip(bands, mosaics, layers, strict=True), start=1
    ):
        masked, missing = int(bad[crop].sum()), int(unobserved[crop].sum())
        if masked + missing == bad[crop].size:
            side = bad[crop].shape[0]
            raise InputError(f"{mosaic.path}: NaN or infinite pixels fill the crop of {side} px")
        if masked:
            logger.info("%s: %d NaN or infinite pixels of the crop are masked", band, masked)
        cards[f"FILE{number}"] = (mosaic.path.name, "")
        cards[f"SHA{number}"] = (mosaic.sha256, "")
        cards[f"KERNEL{number}"] = (kernel, f"resampling of {band}")
        cards[f"MASKED{number}"] = (masked, f"pixels of {band} masked as NaN or infinite")
        cards[f"UNOBS{number}"] = (missing, f"pixels of {band} not observed")
    return Field(
        flux=np.stack([flux[crop] for flux, *_ in layers]),
        bands=tuple(bands),
        zero_points=tuple(zero_points),
        wcs=canvas[crop],
        simulated=any(mosaic.simulated for mosaic in mosaics),
        cards=cards,
    )


def _canvas(mosaics: Sequence[Mosaic], grid: Grid) -> tuple[WCS, tuple[int, int]]:
    """Grid and ``(y, x)`` shape of the rectangle that bounds the sky common to all footprints."""
    reference = mosaics[0].wcs
    canvas = celestial_frame_to_wcs(wcs_to_celestial_frame(reference), projection="TAN")
    canvas.wcs.crval = reference.wcs.crval[[reference.wcs.lng, reference.wcs.lat]]
    canvas.wcs.crpix = reference.wcs.crpix
    scale, angle = grid.pixel_scale / 3600, math.radians(grid.position_angle)
    # East is to the left of north.
    canvas.wcs.cdelt = [-scale, scale]
    canvas.wcs.pc = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    first, last = np.full(2, -np.inf), np.full(2, np.inf)
    for mosaic in mosaics:
        # The extremes of a footprint in any direction are extremes of one of its rows.
        inside = ~mosaic.unobserved
        rows = np.flatnonzero(inside.any(axis=1))
        left = inside[rows].argmax(axis=1)
        right = inside.shape[1] - 1 - inside[rows, ::-1].argmax(axis=1)
        outline = pixel_to_pixel(mosaic.wcs, canvas, np.concatenate([left, right]), np.tile(rows, 2))
        first = np.maximum(first, np.floor(np.min(outline, axis=1)))
        last = np.minimum(last, np.ceil(np.max(outline, axis=1)))
    if not (first <= last).all():  # nor where a band is on the other side of the sky: NaN
        raise InputError("the bands do not overlap: no pixel is observed in all of them")
    canvas.wcs.crpix -= first
    width, height = (last - first + 1).astype(int)
    return canvas, (int(height), int(width))


def _crop(observed: np.ndarray, size: int | Literal["largest"]) -> tuple[slice, slice]:
    """The square of ``observed``, shape ``(y, x)``, that becomes the field."""
    if not observed.any():
        raise InputError("the bands do not overlap: no pixel is observed in all of them")
    if size == "largest":
        y, x, size = largest_square(observed)
    else:
        y, x, share = best_square(observed, size) if size <= min(observed.shape) else (0, 0, 0.0)
        if share < 1:
            *_, largest = largest_square(observed)
            if share < 1 - TOLERATED_SHARE:
                raise InputError(
                    f"dataset.size: a crop of {size} px is larger than the field: "
                    f"the largest square observed in all bands has {largest} px"
                )
            logger.warning(
                "warning: %.3f per cent of the %d px crop is not observed; the largest full square has %d px",
                100 * (1 - share),
                size,
                largest,
            )
    return slice(y, y + size), slice(x, x + size)
