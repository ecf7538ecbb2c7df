"""The truth of a simulated sky: every galaxy and star in it, before a telescope looks.

Each object draws its properties from a random stream of its own, so it is the same in however many
chunks, and in whatever order, a sky is made.
"""

from dataclasses import dataclass

import numpy as np
from astropy import units as u
from astropy.table import QTable
from scipy.special import gammaincinv, ndtri

from mockskies.archives.spectra import Population, colours
from mockskies.archives.xdf import FILTERS, Mosaic
from mockskies.randomness import random_generator

# The filter in which magnitudes are drawn, the deepest.
REFERENCE = "F775W"

# Galaxies per square arcmin and mag against F775W magnitude: set by hand until sep, with one recipe, finds
# about as many in a simulated sky as in the XDF. Calibrated on that field, so agreement with it is no test.
COUNTS_MAGNITUDE = np.array([18.0, 20.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0])
COUNTS = np.array([0.07, 0.45, 3.0, 6.5, 14.0, 30.0, 56.0, 103.0, 152.0, 265.0, 430.0, 600.0])

# Median half-light radius along the major axis (arcsec) against the same magnitude, for 0.17 dex of scatter:
# set by hand in the same way, until radii that sep measures agree with those in the XDF.
SIZES_MAGNITUDE = np.array([20.0, 22.0, 24.0, 26.0, 28.0, 30.0])
SIZES = np.array([1.1, 0.68, 0.41, 0.23, 0.113, 0.058])

# Stars per square arcmin, at any magnitude from 19 to 28 alike: a plausible few, not measured.
STARS = 3.0
STARS_BRIGHTEST, STARS_FAINTEST = 19.0, 28.0

# Beyond this F775W sees nothing of a galaxy, and a magnitude in it means nothing.
HIGHEST_REDSHIFT = 6.0


@dataclass(frozen=True)
class Sky:
    """What makes one simulated sky different from another.

    Attributes
    ----------
    seed, archive
        Every random stream is named by the archive, under the configuration's seed.
    mosaic
        Grid and deep square; objects are in the square only.
    faintest
        F775W magnitude of the faintest galaxies.
    """

    seed: int
    archive: str
    mosaic: Mosaic
    faintest: float

    def stream(self, purpose: str, *index: int) -> np.random.Generator:
        """Random numbers for ``purpose`` in this sky."""
        return random_generator(self.seed, f"archives/{self.archive}/{purpose}", *index)


def draw_truth(sky: Sky) -> QTable:
    """Galaxies and stars of a sky, one row each.

    Returns
    -------
    QTable
        ``id``; ``x``, ``y`` (pix, from 1); ``ra``, ``dec``; ``type`` (elliptical, disc, irregular, star);
        ``redshift``; ``mag_<band>``, total AB magnitudes; ``bulge_fraction_<band>`` and
        ``clump_fraction_<band>`` of the total flux, the rest is a disc; ``bulge_radius`` and
        ``disc_radius``, half-light radii along the major axis; ``axis_ratio`` of the disc and
        ``bulge_axis_ratio``; ``position_angle`` of the major axis from north through east.
    """
    magnitude = np.linspace(COUNTS_MAGNITUDE[0], sky.faintest, 2000)
    density = 10 ** np.interp(magnitude, COUNTS_MAGNITUDE, np.log10(COUNTS))
    cumulative = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(magnitude))])
    number = sky.stream("number")
    galaxies = number.poisson(cumulative[-1] * sky.mosaic.area)
    stars = number.poisson(STARS * sky.mosaic.area)

    of_galaxies = _own_numbers(sky, "galaxy", galaxies, 13)
    of_stars = _own_numbers(sky, "star", stars, 5)
    columns = _galaxies(np.interp(of_galaxies[2], cumulative / cumulative[-1], magnitude), of_galaxies)
    for name, values in _stars(of_stars).items():
        columns[name] = np.concatenate([columns[name], values])
    along_sides = np.concatenate([of_galaxies[:2], of_stars[:2]], axis=1) - 0.5
    x, y = sky.mosaic.from_square(*(along_sides * sky.mosaic.footprint))
    ra, dec = sky.mosaic.wcs().wcs_pix2world(x, y, 1)
    place = {"x": x * u.pix, "y": y * u.pix, "ra": ra * u.deg, "dec": dec * u.deg}
    return QTable({"id": np.arange(1, len(x) + 1)} | place | columns)


def _own_numbers(sky: Sky, purpose: str, objects: int, each: int) -> np.ndarray:
    """Uniform random numbers, shape ``(each, objects)``, a column from the stream of each object."""
    rows = [sky.stream(purpose, i).random(each) for i in range(objects)]
    return np.array(rows).reshape(objects, each).T


def _galaxies(magnitude: np.ndarray, draws: np.ndarray) -> dict[str, np.ndarray]:
    """Properties of galaxies of F775W ``magnitude`` ``(n,)`` from uniform numbers ``(13, n)``."""
    # Ellipticals become rare and irregulars the rule among the faint; the shares are plausible, not measured.
    elliptical = draws[3] < np.clip(0.20 - 0.03 * (magnitude - 22), 0.03, 0.20)
    irregular = draws[3] > 1 - np.clip(0.15 + 0.07 * (magnitude - 22), 0.15, 0.65)
    kind = np.select([elliptical, irregular], ["elliptical", "irregular"], "disc")

    # Fainter galaxies are farther on the whole; the tail of the gamma distribution holds the dropouts.
    median = np.clip(0.65 + 0.2 * (magnitude - 22), 0.3, 2.0) * np.where(elliptical, 0.7, 1)
    redshift = np.minimum(median * gammaincinv(3, draws[4]) / gammaincinv(3, 0.5), HIGHEST_REDSHIFT)

    bulge = np.select([elliptical, irregular], [1.0, 0.0], 0.5 * draws[5] ** 1.5)
    in_arms = (0.05 + 0.3 * draws[6]) * (1 - bulge)
    clumps = np.select([elliptical, irregular], [0.0, 0.2 + 0.4 * draws[6]], in_arms)

    # f_nu of old stars falls steeply below the break, and less so while the universe is young; that of
    # young stars is bluer in fainter galaxies. Slopes are set until F606W - F775W spreads as in the XDF.
    youth = np.clip(redshift / 3, 0, 1)
    old = Population(below=3.5 - 2.0 * youth, above=0.9, jump=2.1 - 0.8 * youth + 0.15 * ndtri(draws[7]))
    slope = np.clip(0.75 - 0.10 * (magnitude - 25) + 0.75 * ndtri(draws[8]), -0.6, 3.0)
    young = Population(below=slope, above=0.3 + 0.4 * slope, jump=1.2 + 0.4 * draws[7])
    newborn = Population(below=slope - 0.4, above=0.2, jump=1.0)
    shares = np.stack([bulge, 1 - bulge - clumps, clumps])
    parts = np.stack([colours(p, redshift, REFERENCE) for p in (old, young, newborn)])  # (part, band, n)
    parts = parts * shares[:, None]
    # Of what hydrogen has taken whole a hundredth of a millionth is left, so that it has a magnitude.
    total = np.maximum(parts.sum(axis=0), 1e-8)

    radius = 10 ** (np.interp(magnitude, SIZES_MAGNITUDE, np.log10(SIZES)) + 0.17 * ndtri(draws[9]))
    inclination = draws[10]
    thickness = np.where(irregular, 0.25, 0.15)
    columns = {
        "type": kind,
        "redshift": redshift,
        "bulge_radius": radius * np.where(elliptical, 0.7, 0.3) * u.arcsec,
        "disc_radius": radius * u.arcsec,
        "axis_ratio": np.sqrt(inclination**2 * (1 - thickness**2) + thickness**2),
        "bulge_axis_ratio": 0.55 + 0.45 * draws[11],
        "position_angle": 180 * draws[12] * u.deg,
    }
    for band, flux, part in zip(FILTERS, total, parts.swapaxes(0, 1), strict=True):
        columns[f"mag_{band}"] = (magnitude - 2.5 * np.log10(flux)) * u.mag
        columns[f"bulge_fraction_{band}"] = part[0] / flux
        columns[f"clump_fraction_{band}"] = part[2] / flux
    return columns


def _stars(draws: np.ndarray) -> dict[str, np.ndarray]:
    """Properties of stars from uniform numbers ``(5, n)``: points of the locus, most of them M dwarfs."""
    magnitude = STARS_BRIGHTEST + (STARS_FAINTEST - STARS_BRIGHTEST) * draws[2]
    redder = 0.25 + 1.35 * draws[3] ** 0.7
    nothing = np.zeros(len(magnitude))
    columns = {
        "type": np.full(len(magnitude), "star"),
        "redshift": nothing,
        "bulge_radius": nothing * u.arcsec,
        "disc_radius": nothing * u.arcsec,
        "axis_ratio": nothing + 1,
        "bulge_axis_ratio": nothing + 1,
        "position_angle": nothing * u.deg,
    }
    reddest = -0.03 - 0.22 * (redder - 0.25) + 0.02 * (draws[4] - 0.5)
    locus = {
        "F435W": 0.35 + 1.9 * redder,
        "F606W": redder,
        "F775W": nothing,
        "F814W": reddest,
        "F850LP": 2 * reddest,
    }
    for band in FILTERS:
        columns[f"mag_{band}"] = (magnitude + locus[band]) * u.mag
        columns[f"bulge_fraction_{band}"] = nothing
        columns[f"clump_fraction_{band}"] = nothing
    return columns
