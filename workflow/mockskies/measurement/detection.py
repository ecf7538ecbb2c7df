"""Sources of an image: background, threshold, deblending and cleaning as SExtractor does them."""

from dataclasses import dataclass

import numpy as np
import sep

from mockskies.measurement.settings import CatalogueSettings

# SExtractor's default.conv: a pyramid with a FWHM of 2 pixels, normalised to unit sum by sep.
FILTER = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], dtype=np.float32)

# Where every pixel is above the threshold, one detection may hold more peaks than sep's 1024.
SUB_OBJECTS = 65536


@dataclass(frozen=True)
class Image:
    """An image without its background.

    Attributes
    ----------
    flux
        Shape ``(y, x)``, float32; 0 where masked.
    masked
        Shape ``(y, x)``; True where nothing is known.
    noise
        Standard deviation of the background, one number for the whole image.
    """

    flux: np.ndarray
    masked: np.ndarray
    noise: float


@dataclass(frozen=True)
class Detections:
    """Sources found in an image.

    Attributes
    ----------
    sources
        sep's structured array: positions and shapes in pixels from 0, one row per source.
    segmentation
        Shape ``(y, x)``, int32: row number + 1 of the source that a pixel belongs to, or 0.
    """

    sources: np.ndarray
    segmentation: np.ndarray


def subtract_background(flux: np.ndarray, settings: CatalogueSettings) -> Image:
    """Image ``(y, x)``, NaN where masked, less its background of meshes and splines."""
    flux = np.array(flux, dtype=np.float32, order="C")
    masked = ~np.isfinite(flux)
    flux[masked] = 0
    background = sep.Background(
        flux,
        mask=masked,
        bw=settings.background_mesh,
        bh=settings.background_mesh,
        fw=settings.background_filter,
        fh=settings.background_filter,
    )
    background.subfrom(flux)
    flux[masked] = 0
    return Image(flux, masked, background.globalrms)


def detect(image: Image, settings: CatalogueSettings) -> Detections:
    """Sources of at least ``minimum_area`` connected pixels above the threshold.

    The threshold is one level above the local background, ``threshold`` times the median noise of the
    meshes, as SExtractor sets it where it has no weight map.
    """
    level = settings.threshold * image.noise
    # A filtered pixel is above the level only where one of those under the filter is.
    above = FILTER.size * np.count_nonzero(image.flux > level)
    sep.set_extract_pixstack(min(above, image.flux.size) + image.flux.shape[1] + 2)
    sep.set_sub_object_limit(SUB_OBJECTS)
    sources, segmentation = sep.extract(
        image.flux,
        level,
        mask=image.masked,
        minarea=settings.minimum_area,
        filter_kernel=FILTER,
        filter_type="conv",
        deblend_nthresh=settings.deblend_levels,
        deblend_cont=settings.deblend_contrast,
        clean=True,
        clean_param=settings.clean,
        segmentation_map=True,
    )
    return Detections(sources, segmentation)
