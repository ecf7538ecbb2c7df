"""FID at several sizes of the sets and at infinite size: small sets of one kind differ more than large ones.

FID is biased by a term in 1/N (Chong & Forsyth 2020), so a line in 1/N leads to the distance of what the sets
were drawn from. They vary the number of generated images alone; here both sides have N, since real images are
a sample too. The null is that of two halves of the real images, whose distance at infinite size is 0.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from mockskies.comparison.fid import frechet_distance, kernel_distance, moments
from mockskies.errors import InputError
from mockskies.randomness import random_generator

DRAWS = 20  # of images at each size, over which FID is averaged
INTERVAL = (2.5, 97.5)  # percentiles of the bootstrap: 95 per cent
FEW = "fewer images than features: the covariance is singular"
BENT = "not all sizes exceed the features: the line in 1/N is not to be trusted"


def fid_rows(
    real: np.ndarray,
    drawn: np.ndarray,
    sizes: Sequence[int],
    bootstraps: int,
    seed: int,
    progress: Callable = iter,
) -> pd.DataFrame:
    """FID and KID of drawn images against real ones.

    Parameters
    ----------
    real, drawn
        Features, ``(n, feature)`` and ``(m, feature)``.
    sizes
        Images a side, ascending.
    bootstraps
        Resamples of both sets behind an interval.
    progress
        Wraps the resamples of each of three pairs of sets, such as `tqdm.tqdm`.

    Returns
    -------
    DataFrame
        Rows of ``kind`` ``all`` (all drawn images against all real ones, as published), ``drawn`` (as many
        of either) and ``halves`` (the real ones' against each other), with the number of ``images`` and of
        ``real`` ones that they are compared with, both infinite in the extrapolation. ``fid`` is a mean over
        draws at random and ``fid_std`` its scatter from draw to draw; ``fid_low`` to ``fid_high`` is the 95
        per cent bootstrap interval, of all, of the largest size and of the extrapolation. Resampled images
        repeat themselves, which moves their FID: their spread is taken and not their mean. ``kid`` and its
        standard error ``kid_error`` need no extrapolation. ``note`` warns where there are too few images.

    Raises
    ------
    InputError
        If there are fewer images than the largest size, or sets with other numbers of features.
    """
    halves = np.array_split(random_generator(seed, "fid: halves").permutation(len(real)), 2)
    for name, found in (("drawn images", len(drawn)), ("real images in a half", len(halves[1]))):
        if sizes[-1] > found:
            raise InputError(f"coccomini2021.fid_sizes: expected at most the {found} {name}, got {sizes[-1]}")
    if real.shape[1] != drawn.shape[1]:
        raise InputError(
            f"features: expected {real.shape[1]} of drawn images as of real ones, got {drawn.shape[1]}"
        )
    rows = [_all(real, drawn, bootstraps, random_generator(seed, "fid: all"), progress)]
    pairs = {"drawn": (drawn, real), "halves": tuple(real[half] for half in halves)}
    for kind, pair in pairs.items():
        rows += _curve(kind, pair, sizes, bootstraps, random_generator(seed, f"fid: {kind}"), progress)
    return pd.DataFrame(rows)


def _all(
    real: np.ndarray, drawn: np.ndarray, bootstraps: int, random: np.random.Generator, progress: Callable
) -> dict:
    reference = moments(real)
    fid = frechet_distance(moments(drawn), reference)
    resampled = [
        frechet_distance(moments(drawn[random.integers(len(drawn), size=len(drawn))]), reference)
        for _ in progress(range(bootstraps))
    ]
    row = {"kind": "all", "images": len(drawn), "real": len(real), "fid": fid, "fid_std": np.nan}
    kids = {"kid": np.nan, "kid_error": np.nan}
    return row | _interval(fid, resampled) | kids | {"note": _note(drawn, min(len(drawn), len(real)))}


def _curve(
    kind: str,
    pair: tuple[np.ndarray, np.ndarray],
    sizes: Sequence[int],
    bootstraps: int,
    random: np.random.Generator,
    progress: Callable,
) -> list[dict]:
    orders = [[random.permutation(len(features)) for features in pair] for _ in range(DRAWS)]
    found = np.array([[_distance(pair, order, size) for size in sizes] for order in orders])
    resampled = [
        _distance(pair, [random.integers(len(features), size=sizes[-1]) for features in pair], sizes[-1])
        for _ in progress(range(bootstraps))
    ]
    rows = []
    for size, fids in zip(sizes, found.T, strict=True):
        row = {"kind": kind, "images": size, "real": size, "fid": fids.mean(), "fid_std": fids.std(ddof=1)}
        row |= _interval(row["fid"], resampled if size == sizes[-1] else [])
        kid, error = kernel_distance(*_take(pair, orders[0], size))
        rows.append(row | {"kid": kid, "kid_error": error, "note": _note(pair[0], size)})
    limit = np.polyfit(1 / np.array(sizes), found.mean(axis=0), 1)[1]
    note = BENT if rows[0]["note"] else ""
    ends = {"kind": kind, "images": np.inf, "real": np.inf, "fid": limit, "fid_std": np.nan}
    kids = {key: rows[-1][key] for key in ("kid", "kid_error")}
    return [*rows, ends | _interval(limit, resampled) | kids | {"note": note}]


def _distance(pair: Sequence[np.ndarray], orders: Sequence[np.ndarray], size: int) -> float:
    return frechet_distance(*map(moments, _take(pair, orders, size)))


def _take(pair: Sequence[np.ndarray], orders: Sequence[np.ndarray], size: int) -> list[np.ndarray]:
    return [features[order[:size]] for features, order in zip(pair, orders, strict=True)]


def _interval(value: float, resampled: Sequence[float]) -> dict[str, float]:
    if not resampled:
        return {"fid_low": np.nan, "fid_high": np.nan}
    low, high = value + np.percentile(resampled, INTERVAL) - np.mean(resampled)
    return {"fid_low": low, "fid_high": high}


def _note(features: np.ndarray, images: int) -> str:
    return FEW if images <= features.shape[1] else ""
