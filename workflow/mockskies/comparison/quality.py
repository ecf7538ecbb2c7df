"""How good a set of generated galaxies is, in a classifier's features: numbers where eyes said "better".

Distances follow Heusel et al. (2017, FID) and Binkowski et al. (2018, KID); precision and recall follow
Kynkaanniemi et al. (2019): the share of generated galaxies among real ones, and of real among generated.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

from mockskies.randomness import integer_seed, random_generator

NEIGHBOURS = 3
SUBSETS = 100


@dataclass(frozen=True)
class Quality:
    """One generated set against one real set.

    Attributes
    ----------
    fid
        Frechet distance of the two Gaussians; it grows as the sets shrink, so compare equal numbers only.
    kid, kid_std
        Squared maximum mean discrepancy with a cubic kernel, unbiased: mean and deviation over subsets.
    precision, recall
        Shares of one set within the other's neighbourhoods of `NEIGHBOURS` galaxies.
    """

    fid: float
    kid: float
    kid_std: float
    precision: float
    recall: float


class _Given(nn.Module):
    """Stands where torchmetrics expects a network: our features are there already."""

    def __init__(self, features: int):
        super().__init__()
        self.num_features = features

    def forward(self, features: Tensor) -> Tensor:
        return features


def quality(real: np.ndarray, generated: np.ndarray, seed: int) -> Quality:
    """Compare features ``(n, feature)`` of real and generated galaxies."""
    sets = [torch.from_numpy(np.asarray(features, np.float64)) for features in (real, generated)]
    number = min(map(len, sets))
    fid = FrechetInceptionDistance(feature=_Given(real.shape[1])).set_dtype(torch.float64)
    with warnings.catch_warnings(action="ignore"):  # of the memory that all features take: they are small
        kid = KernelInceptionDistance(
            feature=_Given(real.shape[1]), subsets=SUBSETS, subset_size=min(1000, number // 2)
        ).set_dtype(torch.float64)
    for metric in (fid, kid):
        for features, is_real in zip(sets, (True, False), strict=True):
            metric.update(features, real=is_real)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(integer_seed(seed, "kernel distance"))
        mean, deviation = kid.compute()
    precision, recall = _share(sets[0], sets[1]), _share(sets[1], sets[0])
    return Quality(fid.compute().item(), mean.item(), deviation.item(), precision, recall)


def quality_rows(real: np.ndarray, generated: np.ndarray, seed: int) -> pd.DataFrame:
    """Rows ``generated`` and ``null``: equal numbers of real against generated, and real against real.

    Every row rests on ``number`` galaxies a side: as many as were generated, or half of the real ones.
    """
    number = min(len(generated), len(real) // 2)
    order = random_generator(seed, "halves of the real galaxies").permutation(len(real))
    first, second = real[order[:number]], real[order[number : 2 * number]]
    found = {"generated": quality(first, generated[:number], seed), "null": quality(first, second, seed)}
    return pd.DataFrame([{"kind": kind, "number": number} | vars(row) for kind, row in found.items()])


def _share(reference: Tensor, sample: Tensor) -> float:
    """Share of ``sample`` that lies no farther from one of ``reference`` than that one's own neighbours."""
    radii = torch.cdist(reference, reference).kthvalue(NEIGHBOURS + 1, dim=1).values
    return (torch.cdist(sample, reference) <= radii).any(dim=1).double().mean().item()
