"""Parts of a field, by angle on the sky."""

import numpy as np
from astropy import units
from astropy.wcs.utils import proj_plane_pixel_scales

from mockskies.datasets.field import Field


def pixel_scale(sky: Field) -> float:
    """Side of a pixel in arcsec."""
    scales = proj_plane_pixel_scales(sky.wcs.celestial) * units.deg
    return float(np.mean(scales.to_value(units.arcsec)))


def width_in_arcsec(sky: Field) -> float:
    """Width of a field in arcsec."""
    return sky.flux.shape[-1] * pixel_scale(sky)


def centred_window(sky: Field, side: float) -> tuple[slice, slice]:
    """Slices ``(y, x)`` of the central square of ``side`` arcsec."""
    pixels = round(side / pixel_scale(sky))
    starts = [(length - pixels) // 2 for length in sky.flux.shape[-2:]]
    return tuple(slice(start, start + pixels) for start in starts)
