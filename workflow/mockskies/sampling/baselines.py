"""The two baselines of de Fremond et al. (2020), section II B 1: independent galaxies of one fixed shape.

Both put galaxies anywhere in the frame with equal probability, as many as real frames have by a normal
distribution (the text does not say how many), and draw each as a diamond of the size and peak drawn for it.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from mockskies.errors import InputError
from mockskies.randomness import random_generator
from mockskies.sampling.frames import Drawn, Galaxies, compose

SIDE = 32  # px of a patch
# Sizes and peaks of ``n`` galaxies, ``(n,)`` each.
Properties = tuple[np.ndarray, np.ndarray]
Draw = Callable[[np.random.Generator, int], Properties]


def diamonds(sizes: np.ndarray, peaks: np.ndarray) -> np.ndarray:
    """Galaxies ``(n, 32, 32)``, uint8, about the pixel 16, 16.

    The light of a galaxy falls in a straight line with the distance along rows and columns, from ``peaks`` to
    nothing at the edge of a diamond that has ``sizes`` pixels, as nearly as its whole pixels allow.
    """
    steps = np.abs(np.arange(SIDE) - SIDE // 2)
    distance = steps[:, None] + steps
    # A diamond of radius r has 2 r^2 + 2 r + 1 pixels.
    radii = np.clip((np.sqrt(2 * sizes - 1) - 1) / 2, 0, SIDE // 2 - 1).round()
    light = peaks[:, None, None] * (1 - distance / (radii[:, None, None] + 1))
    return light.clip(0, 255).round().astype(np.uint8)


def normal_properties(clusters: pd.DataFrame) -> Draw:
    """Baseline 1: sizes and peaks from normal distributions with the real means and deviations."""
    sizes, peaks = clusters["size"], clusters["peak"]

    def draw(random: np.random.Generator, count: int) -> Properties:
        return (
            random.normal(sizes.mean(), sizes.std(ddof=0), count).clip(1),
            random.normal(peaks.mean(), peaks.std(ddof=0), count).clip(1, 255),
        )

    return draw


def geometric_properties(clusters: pd.DataFrame, large: int) -> Draw:
    """Baseline 2: geometric distributions, of small galaxies and of those of ``large`` px or more apart.

    Raises
    ------
    InputError
        If all galaxies are small, or all are large.
    """
    groups = [clusters[clusters["size"] < large], clusters[clusters["size"] >= large]]
    if min(map(len, groups)) == 0:
        raise InputError(
            f"clusters: expected galaxies below and above {large} px, "
            f"got {len(groups[0])} and {len(groups[1])}"
        )
    share = len(groups[1]) / len(clusters)
    lowest = [(group["size"].min(), group["peak"].min()) for group in groups]
    # A geometric distribution starts at 1.
    excess = [
        (g["size"].mean() - s + 1, g["peak"].mean() - p + 1) for g, (s, p) in zip(groups, lowest, strict=True)
    ]

    def draw(random: np.random.Generator, count: int) -> Properties:
        kinds = (random.random(count) < share).astype(int)
        first, mean = np.array(lowest)[kinds], np.array(excess)[kinds]
        sizes, peaks = (first + random.geometric(1 / mean) - 1).T
        return sizes, peaks.clip(1, 255)

    return draw


def draw_baseline(
    clusters: pd.DataFrame, properties: Draw, frame: int, count: int, seed: int, consumer: str
) -> Iterator[Drawn]:
    """Draw ``count`` frames of ``frame`` px a side.

    Parameters
    ----------
    clusters
        Of the real frames; those of one frame have one ``Id``.
    properties
        How galaxies are drawn.
    """
    numbers = clusters.groupby("Id").size()
    for index in range(count):
        random = random_generator(seed, consumer, index)
        galaxies = max(round(random.normal(numbers.mean(), numbers.std(ddof=0))), 1)
        patches = diamonds(*properties(random, galaxies))
        corners = random.integers(0, frame, (galaxies, 2)) - SIDE // 2
        kinds = np.zeros(galaxies, int)
        yield Drawn(compose(frame, corners, patches), Galaxies(corners, patches, kinds))
