"""Fluxes in Kron apertures and isophotes, as SExtractor's dual-image mode measures them.

Apertures are set once, on the detection image; the flux in them is then measured in every band.
"""

from dataclasses import dataclass

import numpy as np
import sep

from mockskies.measurement.detection import Detections, Image
from mockskies.measurement.settings import CatalogueSettings

# Semi-axes within which the Kron radius and the growth curve are measured (KRON_NSIG, GROWTH_NSIG).
EXTENT = 6.0

# An aperture is crowded where a larger share of it belongs to neighbours or is masked.
CROWDED_SHARE = 0.1

# SExtractor's flags.
CROWDED, BLENDED, TRUNCATED, APERTURE_TRUNCATED = 1, 2, 8, 16


@dataclass(frozen=True)
class Replacement:
    """Pixels of apertures that count for nothing, and those that stand in for them.

    SExtractor replaces a pixel that belongs to a neighbour or is masked by its mirror image in the
    source's centre, where that is free itself, and by zero elsewhere (MASK_TYPE CORRECT).

    Attributes
    ----------
    lost_source, lost
        Row of the source and flat index of the pixel, of each pixel that does not count.
    mirror_source, mirror
        The same of each pixel that counts twice.
    """

    lost_source: np.ndarray
    lost: np.ndarray
    mirror_source: np.ndarray
    mirror: np.ndarray


@dataclass(frozen=True)
class Apertures:
    """Elliptical apertures, one row per source.

    Attributes
    ----------
    x, y
        Centre in pixels from 0.
    a, b, theta
        Semi-axes of the source in pixels; angle from x to the major axis in radians.
    radius
        Size of the aperture in units of ``a`` and ``b``.
    flags
        SExtractor's flags.
    replacement
        What stands in for the pixels of neighbours.
    """

    x: np.ndarray
    y: np.ndarray
    a: np.ndarray
    b: np.ndarray
    theta: np.ndarray
    radius: np.ndarray
    flags: np.ndarray
    replacement: Replacement

    def ellipses(self) -> tuple[np.ndarray, ...]:
        """Centre, axes and angle, in the order in which sep takes them."""
        return self.x, self.y, self.a, self.b, self.theta


def kron_apertures(image: Image, detections: Detections, settings: CatalogueSettings) -> Apertures:
    """Apertures of ``kron_factor`` Kron radii, or ``minimum_radius`` where that is larger."""
    sources = detections.sources
    # In single precision the angle may exceed a right angle by a rounding, which sep refuses.
    theta = np.clip(sources["theta"].astype(float), -np.pi / 2, np.pi / 2)
    ellipses = (*(sources[name].astype(float) for name in ("x", "y", "a", "b")), theta)
    free = {"mask": image.masked, "segmap": detections.segmentation, "seg_id": np.arange(len(sources)) + 1}
    kron, _ = sep.kron_radius(image.flux, *ellipses, EXTENT, **free)
    radius = np.maximum(settings.kron_factor * kron, settings.minimum_radius)
    _, flags = sep.kron_radius(image.flux, *ellipses, np.maximum(radius, EXTENT), **free)

    affected = np.flatnonzero(flags & sep.APER_HASMASKED)
    replacement, crowded = _replace_neighbours(image, detections, ellipses, radius, affected)
    return Apertures(
        *ellipses,
        radius=radius,
        flags=(
            CROWDED * crowded
            | BLENDED * (sources["flag"] & sep.OBJ_MERGED > 0)
            | TRUNCATED * (sources["flag"] & sep.OBJ_TRUNC > 0)
            | APERTURE_TRUNCATED * (flags & sep.APER_TRUNC > 0)
        ),
        replacement=replacement,
    )


def _replace_neighbours(
    image: Image,
    detections: Detections,
    ellipses: tuple[np.ndarray, ...],
    radius: np.ndarray,
    affected: np.ndarray,
) -> tuple[Replacement, np.ndarray]:
    """Replacement for the ``affected`` sources, and for every source whether it is crowded."""
    height, width = image.flux.shape
    occupied = np.where(image.masked, -1, detections.segmentation)
    xx, yy, xy = sep.ellipse_coeffs(*ellipses[2:])
    reach = np.maximum(radius, EXTENT) * ellipses[2]
    crowded = np.zeros(len(radius), dtype=bool)
    lost_source, lost, mirror_source, mirror = [], [], [], []
    for i in affected:
        x0, y0 = ellipses[0][i], ellipses[1][i]
        x = np.arange(max(0, int(x0 - reach[i])), min(width, int(x0 + reach[i]) + 2))
        y = np.arange(max(0, int(y0 - reach[i])), min(height, int(y0 + reach[i]) + 2))[:, None]
        distance = xx[i] * (x - x0) ** 2 + yy[i] * (y - y0) ** 2 + xy[i] * (x - x0) * (y - y0)
        owner = occupied[y[0, 0] : y[-1, 0] + 1, x[0] : x[-1] + 1]
        foreign = (owner != 0) & (owner != i + 1)
        inside = distance <= radius[i] ** 2
        searched = distance <= EXTENT**2
        crowded[i] = any(
            np.count_nonzero(foreign & region) > CROWDED_SHARE * np.count_nonzero(region)
            for region in (inside, searched)
        )
        row, column = np.nonzero(foreign & inside)
        row, column = row + y[0, 0], column + x[0]
        lost.append(row * width + column)
        lost_source.append(np.full(row.size, i))
        column, row = (2 * x0 + 0.49999 - column).astype(int), (2 * y0 + 0.49999 - row).astype(int)
        within = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        index = row[within] * width + column[within]
        stand_in = occupied.ravel()[index]
        index = index[(stand_in == 0) | (stand_in == i + 1)]
        mirror.append(index)
        mirror_source.append(np.full(index.size, i))
    pixels = (lost_source, lost, mirror_source, mirror)
    return Replacement(*(np.concatenate([np.zeros(0, dtype=int), *parts]) for parts in pixels)), crowded


def auto_flux(image: Image, apertures: Apertures) -> tuple[np.ndarray, np.ndarray]:
    """AUTO flux of each source and its error, in units of ``image``.

    The error is the background's noise in the aperture; the photons of the source itself are not in it,
    as in SExtractor where no gain is given.
    """
    # Whole pixels, as SExtractor sums them: subpixels would differ by up to 0.007 mag.
    flux, error, _ = sep.sum_ellipse(
        image.flux, *apertures.ellipses(), apertures.radius, err=image.noise, subpix=1
    )
    pixels, count, replacement = image.flux.ravel(), len(flux), apertures.replacement
    flux -= np.bincount(replacement.lost_source, pixels[replacement.lost], count)
    flux += np.bincount(replacement.mirror_source, pixels[replacement.mirror], count)
    return flux, error


def isophotal_flux(image: Image, detections: Detections) -> tuple[np.ndarray, np.ndarray]:
    """Flux of each source in its own pixels of the segmentation and its error, in units of ``image``."""
    owned = np.flatnonzero(detections.segmentation)
    owner = detections.segmentation.ravel()[owned] - 1
    flux = np.bincount(owner, image.flux.ravel()[owned], len(detections.sources))
    return flux, image.noise * np.sqrt(detections.sources["npix"])


def half_light_radius(
    image: Image, detections: Detections, apertures: Apertures, total: np.ndarray
) -> np.ndarray:
    """Radius in pixels of the circle that holds half of the ``total`` flux of each source."""
    radius, _ = sep.flux_radius(
        image.flux,
        apertures.x,
        apertures.y,
        EXTENT * apertures.a,
        0.5,
        normflux=total,
        mask=image.masked,
        segmap=detections.segmentation,
        seg_id=np.arange(len(total)) + 1,
        subpix=5,
    )
    return radius
