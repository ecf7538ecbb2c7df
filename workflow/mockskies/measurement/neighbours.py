"""The real galaxy nearest to each generated one in a classifier's features, and how near that is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from mockskies.errors import InputError
from mockskies.measurement.similarity import similarities


def nearest(features: np.ndarray, among: np.ndarray) -> pd.DataFrame:
    """Nearest row of ``among`` to each row of ``features``, by Euclidean distance, exactly.

    Parameters
    ----------
    features, among
        Shapes ``(n, feature)`` and ``(m, feature)``, of generated and of real galaxies.

    Returns
    -------
    pandas.DataFrame
        Columns image and real (rows of the two arrays), distance, and share: the fraction of real galaxies
        that are nearer to another real one than this. A copy would have a share near 0. It is taken from as
        many real galaxies as there are generated ones, evenly spaced among all.

    Raises
    ------
    InputError
        If there are fewer than two real galaxies, or the two sets were not measured alike.
    """
    if len(among) < 2:
        raise InputError(f"real features: expected two galaxies or more, found {len(among)}")
    if features.shape[1] != among.shape[1]:
        raise InputError(f"features: expected {among.shape[1]} of each galaxy, found {features.shape[1]}")
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(among)
    distance, real = (found[:, 0] for found in search.kneighbors(features))
    rows = np.linspace(0, len(among) - 1, min(len(features), len(among))).round().astype(int)
    own = np.sort(_to_another(search, among, rows))
    return pd.DataFrame(
        {
            "image": np.arange(len(features)),
            "real": real,
            "distance": distance,
            "share": np.searchsorted(own, distance) / len(own),
        }
    )


def pair_similarity(
    images: np.ndarray, real: np.ndarray, rows: np.ndarray, threads: int = 1, progress: Callable = iter
) -> np.ndarray:
    """SSIM of each of ``images`` with the image of ``real`` in its row of ``rows``, shape ``(n,)``.

    Parameters
    ----------
    images, real
        Shapes ``(n, band, y, x)`` and ``(m, band, y, x)``, uint8; may be memory-mapped.
    progress
        Wraps the values as they come, such as `tqdm.tqdm`.

    Raises
    ------
    InputError
        If there is another number of images than of rows, or the images differ in size.
    """
    if len(images) != len(rows):
        raise InputError(f"images: expected {len(rows)}, as there are features, found {len(images)}")
    if images.shape[1:] != real.shape[1:]:
        raise InputError(f"images: expected {real.shape[1:]} as the real ones, got {images.shape[1:]}")

    def compare(image: int) -> float:
        row = rows[image]
        return similarities(images[image : image + 1], real[row : row + 1]).item()

    with ThreadPoolExecutor(threads) as pool:
        return np.array(list(progress(pool.map(compare, range(len(images))))))


def _to_another(search: NearestNeighbors, among: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Distance of each of ``rows`` of ``among`` to its nearest neighbour other than itself."""
    distances, found = search.kneighbors(among[rows], n_neighbors=2)
    # Of two equal galaxies either may come first.
    other = np.where(found[:, 0] == rows, 1, 0)
    return distances[np.arange(len(rows)), other]
