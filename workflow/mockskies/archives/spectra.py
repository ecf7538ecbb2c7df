"""Colours that hang together: a galaxy's flux in each filter from its redshift and its stars.

A stellar population's f_nu is a power law on each side of the break at 4000 angstrom; neutral hydrogen
between it and us takes what is bluer than Lyman alpha.
"""

from dataclasses import dataclass

import numpy as np

from mockskies.archives.xdf import FILTERS

BREAK = 4000.0  # angstrom
LYMAN_ALPHA = 1215.67
LYMAN_LIMIT = 911.75

# Points at which a pass band is sampled: a few per hundred angstrom.
SAMPLES = 48


@dataclass(frozen=True)
class Population:
    """Rest-frame spectrum of some stars of each galaxy.

    Attributes
    ----------
    below, above
        Exponent of f_nu in wavelength below and above the break; a number, or shape ``(n,)``.
    jump
        Factor by which f_nu rises at the break.
    """

    below: np.ndarray | float
    above: np.ndarray | float
    jump: np.ndarray | float


def colours(population: Population, redshift: np.ndarray, reference: str) -> np.ndarray:
    """Flux density relative to that in filter ``reference``, ``(band, n)``, at each ``redshift`` ``(n,)``."""
    density = np.stack([_mean_density(population, redshift, band) for band in FILTERS])
    return density / density[list(FILTERS).index(reference)]


def _mean_density(population: Population, redshift: np.ndarray, band: str) -> np.ndarray:
    """Mean f_nu over a pass band in equal steps of log frequency, as AB magnitudes weigh it."""
    observed = np.geomspace(FILTERS[band].shortest, FILTERS[band].longest, SAMPLES)[:, None]
    rest = observed / (1 + redshift)
    ratio = rest / BREAK
    density = np.where(ratio < 1, ratio**population.below, population.jump * ratio**population.above)
    return (density * _transmission(rest, observed)).mean(axis=0)


def _transmission(rest: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Share of light that the Lyman-alpha forest lets through (after Madau 1995; Lyman alpha alone)."""
    forest = np.exp(-0.0036 * (observed / LYMAN_ALPHA) ** 3.46)
    return np.where(rest > LYMAN_ALPHA, 1, np.where(rest > LYMAN_LIMIT, forest, 0))
