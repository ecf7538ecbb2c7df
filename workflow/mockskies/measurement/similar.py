"""Tables of the real images that are most similar to some of a set, by SSIM: coccomini2021, figure 5."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from mockskies.errors import InputError
from mockskies.measurement.similarity import similarities
from mockskies.randomness import random_generator

COLUMNS = ["image", "rank", "real", "ssim"]


def search_similar(
    images: np.ndarray,
    real: np.ndarray,
    number: int,
    neighbours: int,
    seed: int,
    threads: int = 1,
    progress: Callable = iter,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Most similar real images of ``number`` images of a set, and of as many real ones among the others.

    Both are drawn at random without replacement and compared with every real image in one pass.

    Parameters
    ----------
    images, real
        Shapes ``(n, band, y, x)`` and ``(m, band, y, x)``, uint8, equal but for the first.

    Returns
    -------
    tuple of DataFrame
        ``image`` (its row, ascending), ``rank`` from 1, ``real`` (row of the real image) and ``ssim``; first
        for the images of the set, then for real ones, whose most similar is not themselves. Of equally
        similar ones the earlier comes first.

    Raises
    ------
    InputError
        If the images differ in size, or there are too few of them.
    """
    if images.shape[1:] != real.shape[1:]:
        raise InputError(
            f"similar images: expected images {real.shape[1:]} as the real ones, got {images.shape[1:]}"
        )
    for name, asked, found in (
        ("similar", number, min(len(images), len(real))),
        ("neighbours", neighbours, len(real) - 1),
    ):
        if asked > found:
            raise InputError(f"coccomini2021.{name}: {asked} images are asked for, but there are {found}")
    rows = [_draw(seed, name, len(part), number) for name, part in (("images", images), ("real", real))]
    wanted = np.concatenate([images[rows[0]], real[rows[1]]])
    found = similarities(wanted, real, threads, progress)
    # No real image is its own neighbour.
    found[np.arange(number) + number, rows[1]] = -np.inf
    return _table(rows[0], found[:number], neighbours), _table(rows[1], found[number:], neighbours)


def _draw(seed: int, name: str, count: int, number: int) -> np.ndarray:
    return np.sort(random_generator(seed, f"similar {name}").permutation(count)[:number])


def _table(rows: np.ndarray, found: np.ndarray, neighbours: int) -> pd.DataFrame:
    nearest = np.argsort(-found, axis=1, kind="stable")[:, :neighbours]
    return pd.DataFrame(
        {
            "image": rows.repeat(neighbours),
            "rank": np.tile(np.arange(1, neighbours + 1), len(rows)),
            "real": nearest.ravel(),
            "ssim": np.take_along_axis(found, nearest, axis=1).ravel(),
        }
    )
