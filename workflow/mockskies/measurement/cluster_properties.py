"""The 29 properties of a sparse frame's clusters that simple scorers read; de Fremond et al. 2020, II C 1.

Names and definitions are those of a table of the real frames; docs/sparse_simulation.md says how they were
found from it.
"""

import numpy as np
from scipy.spatial.distance import pdist

from mockskies.datasets.clusters import Clusters, find_clusters
from mockskies.randomness import random_generator

# Share of a frame's pixels that may lie above its background.
BRIGHTER = 0.2
# A bright cluster's peak, and a small cluster's size in px.
BRIGHT, SMALL = 4, 4
# Clusters up to which all distances are computed, and those that stand for more than these.
CROWDED, SAMPLE = 3000, 64

STATISTICS = {
    "cluster_num_intensities": ("avg", "max", "min", "std"),
    "cluster_peak_intensities": ("avg", "max", "min", "std"),
    "cluster_sizes": ("avg", "std", "max", "min", "sum"),
}
FUNCTIONS = {"avg": np.mean, "max": np.max, "min": np.min, "std": np.std, "sum": np.sum}

PROPERTIES = (
    "cluster_num",
    "background_threshold",
    *(f"{name}_{statistic}" for name, statistics in STATISTICS.items() for statistic in statistics),
    "cluster_x_avg",
    "cluster_y_avg",
    "cluster_dist_min",
    "cluster_dist_max",
    "largest_clusters_distance",
    "brightest_clusters_distance",
    "num_large_clusters",
    "num_small_clusters",
    "num_bright_clusters",
    "num_dark_clusters",
    "num_large_bright_clusters",
    "num_small_bright_clusters",
    "num_large_dark_clusters",
    "num_small_dark_clusters",
)


def background_threshold(frame: np.ndarray) -> int:
    """Lowest level with fewer than a fifth of the pixels of ``frame``, ``(y, x)``, uint8, above it."""
    above = frame.size - np.cumsum(np.bincount(frame.ravel(), minlength=256))
    return int(np.argmax(above < BRIGHTER * frame.size))


def cluster_properties(frame: np.ndarray) -> dict[str, float]:
    """Properties of ``frame``, ``(y, x)``, uint8, by their names and in the order of `PROPERTIES`.

    Sizes are in px, peaks in levels of 255, places and distances in px. A frame without a cluster has 0
    everywhere but for its threshold, and one with a single cluster has distances of 0.
    """
    threshold = background_threshold(frame)
    clusters = find_clusters(frame, threshold)
    values = dict.fromkeys(PROPERTIES, 0.0) | {
        "cluster_num": float(len(clusters)),
        "background_threshold": float(threshold),
    }
    if len(clusters) == 0:
        return values
    counted = dict(zip(STATISTICS, (clusters.levels, clusters.peak, clusters.size), strict=True))
    for name, statistics in STATISTICS.items():
        for statistic in statistics:
            values[f"{name}_{statistic}"] = float(FUNCTIONS[statistic](counted[name]))
    values["cluster_y_avg"], values["cluster_x_avg"] = map(float, clusters.centre.mean(axis=0))
    return values | _distances(clusters) | _kinds(clusters)


def _distances(clusters: Clusters) -> dict[str, float]:
    """Shortest and longest distance of two clusters, and those of the two largest and the two brightest."""
    if len(clusters) < 2:
        return {}
    if len(clusters) > CROWDED:
        # Always the same draw for as many clusters: a property of a frame has no seed.
        chosen = random_generator(0, "distances of clusters", len(clusters)).choice(
            len(clusters), SAMPLE, replace=False
        )
        distances = pdist(clusters.centre[chosen])
        largest = brightest = 1.0
    else:
        distances = pdist(clusters.centre)
        largest, brightest = (_apart(clusters.centre, value) for value in (clusters.size, clusters.peak))
    return {
        "cluster_dist_min": float(distances.min()),
        "cluster_dist_max": float(distances.max()),
        "largest_clusters_distance": largest,
        "brightest_clusters_distance": brightest,
    }


def _apart(centre: np.ndarray, value: np.ndarray) -> float:
    """Distance of the two clusters of the greatest ``value``, the first of several that are equal."""
    first, second = np.argsort(-value, kind="stable")[:2]
    return float(np.hypot(*(centre[first] - centre[second])))


def _kinds(clusters: Clusters) -> dict[str, float]:
    """Numbers of clusters by size, by peak, and by both."""
    sizes = {"large": clusters.size > SMALL, "small": clusters.size <= SMALL}
    peaks = {"bright": clusters.peak >= BRIGHT, "dark": clusters.peak < BRIGHT}
    both = {
        f"{size}_{peak}": is_size & is_peak
        for size, is_size in sizes.items()
        for peak, is_peak in peaks.items()
    }
    return {f"num_{name}_clusters": float(kind.sum()) for name, kind in (sizes | peaks | both).items()}
