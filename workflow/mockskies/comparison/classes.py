"""Classes of galaxies in real and drawn sets, and whether these agree in them: coccomini2021, table 1.

The class of a galaxy is the most frequent answer to the first question of Galaxy Zoo. The paper calls the
answers by other names; that its training row sums to 61 578 says that they are these three.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import binomtest, chi2_contingency, norm, random_table

from mockskies.errors import InputError
from mockskies.randomness import random_generator

# Classes in the paper's order: their column of votes.
CLASSES = {"features": "Class1.2", "smooth": "Class1.1", "star": "Class1.3"}
CONFIDENCE = 0.95
TABLES = 9999  # drawn with the margins of a table, for p


def count_classes(votes: pd.DataFrame, where: str) -> np.ndarray:
    """Galaxies of each class, shape ``(3,)``, in the order of `CLASSES`.

    Parameters
    ----------
    votes
        Vote fractions, with the columns ``Class1.1`` to ``Class1.3`` among others. Of equal fractions the
        earlier column wins.
    where
        File of the votes, for the message.

    Raises
    ------
    InputError
        If a column is missing, or there is no galaxy.
    """
    columns = sorted(CLASSES.values())
    if missing := [column for column in columns if column not in votes]:
        raise InputError(f"{where}: expected the column {missing[0]}, found {', '.join(votes)[:60]}")
    if votes.empty:
        raise InputError(f"{where}: expected votes, found no galaxy")
    winner = np.array(columns)[votes[columns].to_numpy().argmax(axis=1)]
    return np.array([np.count_nonzero(winner == column) for column in CLASSES.values()])


def class_fractions(sets: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Share of each class in each set, with its 95 per cent interval after Clopper & Pearson (1934).

    Parameters
    ----------
    sets
        Galaxies of each class by the name of their set, in the order of `CLASSES`.

    Returns
    -------
    DataFrame
        Rows of ``set`` and ``class``: ``count`` of ``images``, ``fraction``, ``low`` and ``high``.
    """
    rows = []
    for name, counts in sets.items():
        images = int(sum(counts))
        for kind, count in zip(CLASSES, counts, strict=True):
            interval = binomtest(int(count), images).proportion_ci(CONFIDENCE, "exact")
            row = {"set": name, "class": kind, "count": int(count), "images": images}
            rows.append(row | {"fraction": count / images, "low": interval.low, "high": interval.high})
    return pd.DataFrame(rows)


def compare_classes(
    sets: Mapping[str, Sequence[int]], pairs: Sequence[tuple[str, str]], seed: int
) -> pd.DataFrame:
    """Whether two sets could have their classes from one distribution.

    Returns
    -------
    DataFrame
        A row for each of ``pairs``: ``first`` and ``second`` set, Pearson's ``chi2`` with its degrees of
        freedom ``dof`` and asymptotic ``p``; ``p_exact``, the share of 10 000 tables with the same margins,
        this one among them, that are no more probable (Fisher's test by simulation: classes may be rare);
        ``cramers_v`` from 0 to 1; and for each class ``<class>_difference``, second minus first fraction,
        with the 95 per cent interval of Agresti & Caffo (2000). Classes that neither set has do not count;
        where one class is left, both p are 1.
    """
    rows = []
    for first, second in pairs:
        table = np.array([sets[first], sets[second]])
        row = {"first": first, "second": second} | _test(
            table, random_generator(seed, f"classes {first} {second}")
        )
        for kind, own, other in zip(CLASSES, *table, strict=True):
            low, high = _difference(own, table[0].sum(), other, table[1].sum())
            row |= {f"{kind}_difference": other / table[1].sum() - own / table[0].sum()}
            row |= {f"{kind}_low": low, f"{kind}_high": high}
        rows.append(row)
    return pd.DataFrame(rows)


def _test(table: np.ndarray, random: np.random.Generator) -> dict[str, float]:
    table = table[:, table.any(axis=0)]
    if table.shape[1] == 1:
        return {"chi2": 0.0, "dof": 0, "p": 1.0, "p_exact": 1.0, "cramers_v": 0.0}
    found = chi2_contingency(table, correction=False)
    margins = random_table(*(table.sum(axis=axis) for axis in (1, 0)))
    others = margins.logpmf(margins.rvs(TABLES, random_state=random))
    # Probabilities of equal tables differ in the last digits.
    as_rare = np.count_nonzero(others <= margins.logpmf(table) + 1e-7)
    return {
        "chi2": found.statistic,
        "dof": found.dof,
        "p": found.pvalue,
        "p_exact": (1 + as_rare) / (1 + TABLES),
        "cramers_v": np.sqrt(found.statistic / table.sum()),
    }


def _difference(first: int, of_first: int, second: int, of_second: int) -> tuple[float, float]:
    """Interval of the difference of two fractions: Wald's, with one success and one failure more in each."""
    numbers = np.array([of_first, of_second]) + 2
    shares = (np.array([first, second]) + 1) / numbers
    half = norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt((shares * (1 - shares) / numbers).sum())
    return shares[1] - shares[0] - half, shares[1] - shares[0] + half
