"""Whether galaxies keep to each other's places: the pair correlation of their centres.

TreeCorr, the field's own for two-point functions, counts the pairs; the estimator is that of Landy & Szalay
(1993), frame by frame, so that frames with more galaxies than others do not pass for clustering.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import treecorr
from scipy.stats import chi2

from mockskies.errors import InputError
from mockskies.randomness import random_generator

# Uniform places within a frame that stand for no correlation: their noise is below that of 1000 frames.
UNIFORM_PLACES = 5000
BOOTSTRAPS = 500


@dataclass(frozen=True)
class Places:
    """How centres are taken: on pixels or on grid cells.

    Attributes
    ----------
    name
        Of the kind.
    binning
        TreeCorr's settings of the bins of separation, in px.
    cell
        Side of the cells that centres are put into, in px; 1 is a pixel.
    """

    name: str
    binning: dict
    cell: int


# Below 8 px two clusters seldom stay apart; beyond 600 px a frame holds few pairs.
PIXELS = Places("pixels", {"bin_type": "Log", "min_sep": 8, "max_sep": 600, "nbins": 14}, cell=1)
# Bins of one cell, centred on whole ones; the position GAN knows no finer.
CELLS = Places("cells", {"bin_type": "Linear", "min_sep": 16, "max_sep": 592, "nbins": 18}, cell=32)


@dataclass(frozen=True)
class PairCounts:
    """Pairs of every frame by separation.

    Attributes
    ----------
    separation
        Mean separation of uniform places in each bin, in px, ``(bin,)``.
    galaxies
        Pairs of galaxies, ``(frame, bin)``.
    crossed
        Pairs of a galaxy and a uniform place as a share of them all, ``(frame, bin)``.
    uniform
        Pairs of uniform places as a share of them all, ``(bin,)``.
    possible
        All pairs of galaxies of a frame, ``(frame,)``.
    """

    separation: np.ndarray
    galaxies: np.ndarray
    crossed: np.ndarray
    uniform: np.ndarray
    possible: np.ndarray

    def correlation(self, weight: np.ndarray) -> np.ndarray:
        """Landy & Szalay's xi of resampled frames: ``weight`` ``(..., frame)`` to ``(..., bin)``."""
        possible = (weight @ self.possible)[..., None]
        galaxies = weight @ self.galaxies / possible
        crossed = (weight * self.possible) @ self.crossed / possible
        return (galaxies - 2 * crossed + self.uniform) / self.uniform


def count_pairs(
    frames: Iterable[np.ndarray], places: Places, side: int, seed: int, progress: Callable = iter
) -> PairCounts:
    """Count the pairs of centres ``(n, 2)`` (y, x in px) of each frame of ``side`` px.

    Frames with fewer than two centres have no pair and are left out. ``progress`` wraps the others.

    Raises
    ------
    InputError
        If no frame has two centres.
    """
    centres = [_placed(frame, places) for frame in frames]
    centres = [frame for frame in centres if len(frame) > 1]
    if not centres:
        raise InputError("pair correlation: expected frames with at least two centres, got none")
    reference = _uniform_places(places, side, seed)
    uniform = _count(places, reference)
    galaxies, crossed = [], []
    for frame in progress(centres):
        catalogue = treecorr.Catalog(x=frame[:, 1], y=frame[:, 0])
        galaxies.append(_count(places, catalogue).npairs)
        crossed.append(_count(places, catalogue, reference).weight / (len(frame) * reference.w.sum()))
    return PairCounts(
        separation=uniform.meanr,
        galaxies=np.array(galaxies),
        crossed=np.array(crossed),
        uniform=uniform.weight / ((reference.w.sum() ** 2 - (reference.w**2).sum()) / 2),
        possible=np.array([len(frame) * (len(frame) - 1) / 2 for frame in centres]),
    )


def correlation_table(counts: PairCounts, resampled: np.ndarray) -> pd.DataFrame:
    """``separation`` (px), ``pairs``, ``xi`` and its ``error`` over the bootstrap, a row per bin."""
    return pd.DataFrame(
        {
            "separation": counts.separation,
            "pairs": counts.galaxies.sum(axis=0).astype(int),
            "xi": counts.correlation(np.ones(len(counts.possible))),
            "error": resampled.std(axis=0, ddof=1),
        }
    )


def bootstrap(counts: PairCounts, random: np.random.Generator) -> np.ndarray:
    """xi of resampled frames, ``(bootstrap, bin)``: galaxies of one frame stay together."""
    frames = len(counts.possible)
    return counts.correlation(
        random.multinomial(frames, np.full(frames, 1 / frames), BOOTSTRAPS).astype(float)
    )


def distance(difference: np.ndarray, *resampled: np.ndarray) -> tuple[float, float]:
    """Chi squared of ``difference`` ``(bin,)`` from 0, and its p, with the bootstrap's covariance.

    ``resampled`` are the bootstraps ``(bootstrap, bin)`` of the one or two independent xi behind it. The
    inverse covariance is corrected for their number (Hartlap et al. 2007).
    """
    bins = len(difference)
    covariance = sum(np.cov(sample, rowvar=False) for sample in resampled)
    correction = (BOOTSTRAPS - bins - 2) / (BOOTSTRAPS - 1)
    value = correction * difference @ np.linalg.pinv(np.atleast_2d(covariance)) @ difference
    return float(value), float(chi2.sf(value, bins))


def _placed(centres: np.ndarray, places: Places) -> np.ndarray:
    """Centres in the middle of their cells, one for each cell that holds any."""
    if places.cell == 1:
        return centres.astype(float)
    return (np.unique(centres // places.cell, axis=0) + 0.5) * places.cell


def _uniform_places(places: Places, side: int, seed: int) -> treecorr.Catalog:
    if places.cell == 1:
        y, x = random_generator(seed, "uniform places").uniform(0, side, (2, UNIFORM_PLACES))
        return treecorr.Catalog(x=x, y=y, w=np.ones(UNIFORM_PLACES))
    # The last cells of the position grid are cut by the frame's border, and hold fewer galaxies.
    edges = np.append(np.arange(0, side, places.cell), side)
    share, middle = np.diff(edges) / places.cell, edges[:-1] + places.cell / 2
    y, x = (axis.ravel() for axis in np.meshgrid(middle, middle, indexing="ij"))
    return treecorr.Catalog(x=x, y=y, w=np.outer(share, share).ravel())


def _count(
    places: Places, first: treecorr.Catalog, second: treecorr.Catalog | None = None
) -> treecorr.NNCorrelation:
    # No slop: pairs are in the bins of their exact separations.
    correlation = treecorr.NNCorrelation(**places.binning, bin_slop=0)
    correlation.process(first, second, num_threads=1)
    return correlation
