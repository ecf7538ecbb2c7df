"""Whether two sets of sources could be one in two properties at once: two colours, or size and magnitude."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from astropy.table import Table
from scipy.spatial.distance import cdist
from scipy.stats import iqr

from mockskies.comparison.held_out import joined, real_pairs, trained_and_held_out
from mockskies.measurement.table import bands
from mockskies.randomness import random_generator

MOST = 2000  # sources of a set, at random
PERMUTATIONS = 500


def compare_planes(real: Table, generated: Sequence[Table], limit: float, seed: int) -> pd.DataFrame:
    """Energy tests of every plane, for pairs of the kinds of `mockskies.comparison.held_out`.

    Returns
    -------
    DataFrame
        ``kind``, ``pair``, ``plane``, the ``number_reference`` and ``number_sample`` of sources, ``distance``
        and ``p``.
    """
    trained, held_out = trained_and_held_out(real)
    pairs = [("trained", "three quadrants, generated", trained, joined(generated))]
    pairs += [("held out", "upper right, generated", held_out, joined(generated))]
    pairs += [("real", f"others, {name}", rest, part) for name, part, rest in real_pairs(real)]
    rows = []
    for kind, pair, reference, sample in pairs:
        for (name, first), (_, second) in zip(planes(reference, limit), planes(sample, limit), strict=True):
            found, p = energy_test(first, second, random_generator(seed, f"plane {kind} {pair} {name}"))
            row = {"kind": kind, "pair": pair, "plane": name, "number_reference": len(first)}
            rows.append(row | {"number_sample": len(second), "distance": found, "p": p})
    return pd.DataFrame(rows)


def planes(table: Table, limit: float) -> Iterator[tuple[str, np.ndarray]]:
    """Points ``(n, 2)`` of each plane by its name, of the sources brighter than ``limit`` in all bands of it.

    Planes are of every two neighbouring colours, and of half-light radius and magnitude in the middle band.
    """
    names = bands(table)
    middle = names[len(names) // 2]
    magnitudes = {band: np.asarray(table[f"MAG_AUTO_{band}"], float) for band in names}
    for (blue, _), (green, red) in pairwise(pairwise(names)):
        points = np.stack([magnitudes[blue] - magnitudes[green], magnitudes[green] - magnitudes[red]], axis=1)
        bright = np.logical_and.reduce([magnitudes[band] < limit for band in (blue, green, red)])
        yield f"{blue}-{green}, {green}-{red}", _finite(points[bright])
    points = np.stack([magnitudes[middle], np.asarray(table["FLUX_RADIUS"], float)], axis=1)
    yield f"MAG_AUTO_{middle}, FLUX_RADIUS", _finite(points[magnitudes[middle] < limit])


def energy_test(first: np.ndarray, second: np.ndarray, random: np.random.Generator) -> tuple[float, float]:
    """Energy distance of two sets of points and its p by permutation (Szekely & Rizzo 2013).

    Parameters
    ----------
    first, second
        Shapes ``(n, k)`` and ``(m, k)``; each property is measured in the pooled interquartile range.

    Returns
    -------
    tuple
        The distance, 0 for equal distributions, and p; NaN where a set has fewer than two points.
    """
    if min(len(first), len(second)) < 2:
        return np.nan, np.nan
    first, second = (points[random.permutation(len(points))[:MOST]] for points in (first, second))
    pooled = np.concatenate([first, second])
    pooled = pooled / np.maximum(iqr(pooled, axis=0), 1e-9)
    distances = cdist(pooled, pooled)
    label = np.arange(len(pooled)) < len(first)
    found = _energy(distances, label)
    by_chance = [_energy(distances, random.permutation(label)) for _ in range(PERMUTATIONS)]
    return found, (1 + np.count_nonzero(np.array(by_chance) >= found)) / (1 + PERMUTATIONS)


def _energy(distances: np.ndarray, label: np.ndarray) -> float:
    of_first, of_second = label.astype(float), (~label).astype(float)
    n, m = of_first.sum(), of_second.sum()
    from_first = distances @ of_first
    between, within = of_second @ from_first / (n * m), of_first @ from_first / n**2
    return float(2 * between - within - (distances @ of_second) @ of_second / m**2)


def _finite(points: np.ndarray) -> np.ndarray:
    return points[np.isfinite(points).all(axis=1)]
