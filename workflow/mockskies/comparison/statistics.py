"""Whether two sets of sources could be one: smith2019 section 4, and the null that it is read against."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from astropy.table import Table, vstack
from scipy.stats import ks_2samp

from mockskies.atomic import replacing
from mockskies.errors import InputError
from mockskies.measurement.table import bands
from mockskies.randomness import random_generator

INTERVAL = (2.5, 97.5)  # percentiles of the bootstrap: 95 per cent


@dataclass(frozen=True)
class ComparisonSettings:
    """How catalogues are compared.

    Attributes
    ----------
    limit
        Sources brighter than this AB magnitude are compared, beside all of them.
    bootstraps
        Resamples behind an interval.
    seed
        The configuration's seed.
    """

    limit: float
    bootstraps: int
    seed: int


def statistics(
    real: Table, generated: Sequence[Table], null_a: Table, null_b: Table, settings: ComparisonSettings
) -> pd.DataFrame:
    """Real against generated sources, and pairs that differ by chance alone.

    Kinds are ``generated`` (real field against the ensemble), ``halves`` (left against right and bottom
    against top of the real field) and ``simulated`` (two simulated skies). Columns are those of
    `compare`.

    Raises
    ------
    InputError
        If there is no generated catalogue, or one was measured in other bands than the real one.
    """
    if not generated:
        raise InputError("generated catalogues: expected at least one, got none")
    expected = bands(real)
    others = {f"generated catalogue {i}": table for i, table in enumerate(generated)}
    for name, table in {**others, "null_a": null_a, "null_b": null_b}.items():
        if bands(table) != expected:
            came = ", ".join(bands(table)) or "none"
            raise InputError(f"{name}: expected the real catalogue's bands {', '.join(expected)}, got {came}")
    rows = [compare("generated", "real, ensemble", real, generated, settings)]
    for pair, axis in (("left, right", "X"), ("bottom, top", "Y")):
        first, second = halves(real, axis)
        rows.append(compare("halves", pair, first, [second], settings))
    rows.append(compare("simulated", "null_a, null_b", null_a, [null_b], settings))
    return pd.concat(rows, ignore_index=True)


def compare(
    kind: str, pair: str, reference: Table, sample: Sequence[Table], settings: ComparisonSettings
) -> pd.DataFrame:
    """Statistics of each property of ``reference`` and of the pooled catalogues of ``sample``.

    Returns
    -------
    DataFrame
        A row per property and limit (NaN: all sources), with the number of sources, the medians (for
        DENSITY: sources per square arcmin), ``difference`` = sample - reference with its 95 per cent
        bootstrap interval ``low`` to ``high``, the two-sided two-sample KS distance and its p value, and
        ``spread``, the standard deviation of DENSITY from field to field of the sample.
    """
    pooled = vstack(list(sample), metadata_conflicts="silent")
    area = reference.meta["AREA"], sum(table.meta["AREA"] for table in sample)
    rows = []
    for limit in (np.nan, settings.limit):
        pairs = zip(_properties(reference, limit), _properties(pooled, limit), strict=True)
        for (name, first), (_, second) in pairs:
            random = random_generator(settings.seed, f"bootstrap {pair} {name} {limit:g}")
            row = _medians(first, second, settings.bootstraps, random)
            rows.append({"property": name, "limit": limit, **row})
        random = random_generator(settings.seed, f"bootstrap {pair} DENSITY {limit:g}")
        counts = [_count(table, limit) for table in (reference, *sample)]
        row = _densities(counts[0], sum(counts[1:]), area, settings.bootstraps, random)
        per_field = [count / table.meta["AREA"] for count, table in zip(counts[1:], sample, strict=True)]
        row["spread"] = np.std(per_field, ddof=1) if len(sample) > 1 else np.nan
        rows.append({"property": "DENSITY", "limit": limit, **row})
    if not (len(reference) and len(pooled)):
        warnings.warn(f"{kind} ({pair}): a catalogue without sources; its statistics are NaN", stacklevel=2)
    frame = pd.DataFrame(rows)
    frame.insert(0, "kind", kind)
    frame.insert(1, "pair", pair)
    return frame


def halves(table: Table, axis: str) -> tuple[Table, Table]:
    """Sources of the left and right half of a field (``axis`` X), or of the lower and upper one (Y)."""
    first = table[f"{axis}_IMAGE"] < table.meta[f"{axis}SIZE"] // 2 + 0.5
    area = table.meta["AREALEFT" if axis == "X" else "AREALOW"]
    parts = table[first], table[~first]
    parts[0].meta["AREA"], parts[1].meta["AREA"] = area, table.meta["AREA"] - area
    return parts


def write_statistics(path: str | Path, frame: pd.DataFrame) -> None:
    """Write CSV, six significant digits, empty where NaN."""
    with replacing(path) as temporary:
        frame.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def _brighter(table: Table, band: str, limit: float) -> np.ndarray:
    """Sources brighter than ``limit`` in ``band``; all where it is NaN."""
    return np.full(len(table), True) if np.isnan(limit) else np.asarray(table[f"MAG_AUTO_{band}"]) < limit


def _properties(table: Table, limit: float) -> Iterator[tuple[str, np.ndarray]]:
    """Finite values of each property of the sources brighter than ``limit``.

    The limit applies to a magnitude in its own band, to a colour in both of its bands, and to shapes in
    the middle band.
    """
    names = bands(table)
    middle = names[len(names) // 2]
    columns = [(f"MAG_AUTO_{band}", (band,)) for band in names]
    columns += [(f"COLOR_{blue}_{red}", (blue, red)) for blue, red in combinations(names, 2)]
    columns += [("FLUX_RADIUS", (middle,)), ("ELLIPTICITY", (middle,))]
    for column, limited in columns:
        chosen = np.logical_and.reduce([_brighter(table, band, limit) for band in limited])
        values = np.asarray(table[column], dtype=float)[chosen]
        yield column, values[np.isfinite(values)]


def _count(table: Table, limit: float) -> int:
    names = bands(table)
    return np.count_nonzero(_brighter(table, names[len(names) // 2], limit))


def _row(numbers: Sequence[int], values: Sequence[float], differences: np.ndarray) -> dict[str, float]:
    low, high = np.percentile(differences, INTERVAL)
    return {
        "number_reference": numbers[0],
        "number_sample": numbers[1],
        "median_reference": values[0],
        "median_sample": values[1],
        "difference": values[1] - values[0],
        "low": low,
        "high": high,
    }


def _medians(
    reference: np.ndarray, sample: np.ndarray, bootstraps: int, random: np.random.Generator
) -> dict[str, float]:
    medians = [np.median(values) if values.size else np.nan for values in (reference, sample)]
    first, second = (resampled_medians(values, bootstraps, random) for values in (reference, sample))
    row = _row((reference.size, sample.size), medians, second - first)
    if not (reference.size and sample.size):
        return {**row, "ks": np.nan, "p": np.nan}
    # The exact distribution is for a few hundred sources at most; pooled fields have many thousands.
    test = ks_2samp(reference, sample, method="asymp")
    return {**row, "ks": test.statistic, "p": test.pvalue}


def resampled_medians(values: np.ndarray, bootstraps: int, random: np.random.Generator) -> np.ndarray:
    """Medians of ``bootstraps`` resamples of ``values`` ``(n,)``, at a cost that does not grow with n.

    A resample is ``values`` at uniform random ranks, so its median lies at the median rank, and order
    statistics of uniform numbers have a Beta distribution. This is the bootstrap itself, no approximation.
    """
    n = values.size
    if not n:
        return np.full(bootstraps, np.nan)
    ordered = np.sort(values)
    middle = (n + 1) // 2
    lower = random.beta(middle, n + 1 - middle, bootstraps)
    median = ordered[np.minimum((lower * n).astype(int), n - 1)]
    if n % 2:
        return median
    # The next order statistic is the smallest of the n - middle that remain above the lower one.
    upper = lower + (1 - lower) * random.beta(1, n - middle, bootstraps)
    return (median + ordered[np.minimum((upper * n).astype(int), n - 1)]) / 2


def _densities(
    reference: int,
    sample: int,
    area: tuple[float, float],
    bootstraps: int,
    random: np.random.Generator,
) -> dict[str, float]:
    """Sources per square arcmin; the interval is that of Poisson counts, without their clustering."""
    densities = reference / area[0], sample / area[1]
    drawn = [random.poisson(n, bootstraps) / a for n, a in zip((reference, sample), area, strict=True)]
    return _row((reference, sample), densities, drawn[1] - drawn[0])
