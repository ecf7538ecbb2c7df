"""Distances of two sets in a classifier's features: Frechet (FID) and kernel (KID), in float64.

coccomini2021, section 4.2, has FID (Heusel et al. 2017); KID is that of Binkowski et al. (2018).
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Moments:
    """Mean of features, ``(feature,)``, and a factor F of their covariance F'F, ``(k, feature)``."""

    mean: np.ndarray
    factor: np.ndarray


def moments(features: np.ndarray) -> Moments:
    """`Moments` of features ``(n, feature)`` of two images or more."""
    features = np.asarray(features, np.float64)
    mean = features.mean(axis=0)
    return Moments(mean, np.linalg.qr((features - mean) / np.sqrt(len(features) - 1), mode="r"))


def frechet_distance(first: Moments, second: Moments) -> float:
    """FID: 0 for one set and itself, but for rounding.

    The trace of the root of the covariances' product is the sum of the singular values of the factors'
    product. No matrix root is taken, so that a singular covariance costs no digits.
    """
    variances = (first.factor**2).sum() + (second.factor**2).sum()
    shared = np.linalg.svd(first.factor @ second.factor.T, compute_uv=False).sum()
    return float(((first.mean - second.mean) ** 2).sum() + variances - 2 * shared)


def kernel_distance(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """KID of features ``(n, feature)`` and ``(m, feature)``, and its standard error.

    The unbiased squared maximum mean discrepancy with the kernel (x y / features + 1)^3, which is below 0 as
    often as above for two sets of one kind. The error is the jackknife's over the images of both sets; for
    two sets of one kind it is too large, by half or so.
    """
    n, m = len(first), len(second)
    first, second = (np.asarray(features, np.float64) for features in (first, second))
    across = _kernel(first, second)
    own = []
    for features in (first, second):
        kernel = _kernel(features, features)
        own.append(kernel.sum(axis=1) - np.diagonal(kernel))
    # Each set leaves out one image after another; the sums of what remains follow from the rows' sums.
    whole = own[0].sum() / (n * (n - 1)) + own[1].sum() / (m * (m - 1)) - 2 * across.sum() / (n * m)
    without = [
        (own[0].sum() - 2 * own[0]) / ((n - 1) * (n - 2))
        + own[1].sum() / (m * (m - 1))
        - 2 * (across.sum() - across.sum(axis=1)) / ((n - 1) * m),
        own[0].sum() / (n * (n - 1))
        + (own[1].sum() - 2 * own[1]) / ((m - 1) * (m - 2))
        - 2 * (across.sum() - across.sum(axis=0)) / (n * (m - 1)),
    ]
    variance = sum(
        (len(values) - 1) / len(values) * ((values - values.mean()) ** 2).sum() for values in without
    )
    return float(whole), float(np.sqrt(variance))


def _kernel(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (first @ second.T / first.shape[1] + 1) ** 3
