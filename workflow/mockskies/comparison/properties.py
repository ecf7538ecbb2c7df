"""Whether generated galaxies have the shapes, fluxes and sizes of real ones; fussell2019 section 4."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest, ks_2samp

from mockskies.atomic import replacing
from mockskies.comparison.statistics import INTERVAL, resampled_medians
from mockskies.errors import InputError
from mockskies.measurement.ellipses import PROPERTIES
from mockskies.randomness import random_generator


def compare_properties(
    real: pd.DataFrame, generated: pd.DataFrame, bootstraps: int, seed: int
) -> pd.DataFrame:
    """Real against generated galaxies, and one random half of the real ones against the other.

    Parameters
    ----------
    real, generated
        Tables of ellipses, with the columns of `mockskies.measurement.ellipses`.
    bootstraps
        Resamples behind an interval.

    Returns
    -------
    DataFrame
        A row per ``kind`` (``generated``, ``null``) and ``property``, those of moments after those of
        isophotes. ``number_real`` and ``number_generated`` were measured, with the medians of what could be;
        ``difference`` = generated - real and its 95 per cent bootstrap interval ``low`` to ``high``;
        two-sided two-sample ``ks`` and its ``p``; and of both sets the share of images that could not be
        measured, ``failures_*``, with its 95 per cent binomial interval ``failures_*_low`` to
        ``failures_*_high`` (Wilson). In null rows the second half stands for the generated ones. An angle's
        median says little: it has no beginning; its KS does.

    Raises
    ------
    InputError
        If either table is empty, or the real one has no halves.
    """
    if len(real) < 2 or len(generated) < 1:
        came = f"{len(real)} and {len(generated)}"
        raise InputError(f"ellipses: expected at least 2 real and 1 generated galaxy, got {came}")
    order = random_generator(seed, "halves of the real ellipses").permutation(len(real))
    halves = real.iloc[order[: len(order) // 2]], real.iloc[order[len(order) // 2 :]]
    rows = []
    for kind, (first, second) in {"generated": (real, generated), "null": halves}.items():
        for name in (*PROPERTIES, *(f"moment_{name}" for name in PROPERTIES)):
            random = random_generator(seed, f"bootstrap {kind} {name}")
            columns = (np.asarray(table[name], dtype=float) for table in (first, second))
            rows.append({"kind": kind, "property": name, **_compare(*columns, bootstraps, random)})
    return pd.DataFrame(rows)


def write_properties(path: str | Path, frame: pd.DataFrame) -> None:
    """Write CSV, six significant digits, empty where NaN."""
    with replacing(path) as temporary:
        frame.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def _compare(
    real: np.ndarray, generated: np.ndarray, bootstraps: int, random: np.random.Generator
) -> dict[str, float]:
    """One row, from values ``(n,)`` and ``(m,)`` that are NaN where the measurement failed."""
    good = [values[np.isfinite(values)] for values in (real, generated)]
    medians = [np.median(values) if values.size else np.nan for values in good]
    first, second = (resampled_medians(values, bootstraps, random) for values in good)
    low, high = np.percentile(second - first, INTERVAL)
    row = {
        "number_real": good[0].size,
        "number_generated": good[1].size,
        "median_real": medians[0],
        "median_generated": medians[1],
        "difference": medians[1] - medians[0],
        "low": low,
        "high": high,
        "ks": np.nan,
        "p": np.nan,
    }
    if good[0].size and good[1].size:
        test = ks_2samp(*good, method="asymp")
        row |= {"ks": test.statistic, "p": test.pvalue}
    for name, values, fitted in zip(("real", "generated"), (real, generated), good, strict=True):
        failed = binomtest(values.size - fitted.size, values.size)
        interval = failed.proportion_ci(0.95, method="wilson")
        row[f"failures_{name}"] = failed.statistic
        row[f"failures_{name}_low"], row[f"failures_{name}_high"] = interval.low, interval.high
    return row
