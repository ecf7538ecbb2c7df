"""What a catalogue is made with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CatalogueSettings:
    """Detection and photometry; smith2019 section 3, and SExtractor's defaults where the paper is silent.

    Attributes
    ----------
    threshold
        Detection threshold in sigma of the background noise, above the local background.
    minimum_area
        Connected pixels above the threshold that make a source.
    deblend_levels, deblend_contrast
        Number of thresholds between the isophote and the peak, and the share of the flux that a
        branch needs to be a source of its own.
    clean
        Efficiency of the removal of detections that a neighbour's wings explain.
    background_mesh, background_filter
        Size of a background mesh in pixels, and of the median filter in meshes.
    kron_factor, minimum_radius
        The AUTO aperture is ``max(kron_factor * kron_radius, minimum_radius)`` in units of a
        source's own semi-axes.
    """

    threshold: float = 5.0
    minimum_area: int = 5
    deblend_levels: int = 32
    deblend_contrast: float = 0.005
    clean: float = 1.0
    background_mesh: int = 64
    background_filter: int = 3
    kron_factor: float = 2.5
    minimum_radius: float = 3.5
