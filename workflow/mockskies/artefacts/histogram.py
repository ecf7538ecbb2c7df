"""Number counts: sources per square arcmin and magnitude."""

from collections.abc import Sequence

import numpy as np
from astropy.table import Table


def magnitude_edges(low: float, high: float, width: float) -> np.ndarray:
    """Edges of bins of ``width`` from ``low`` to ``high``, in mag."""
    return low + width * np.arange(round((high - low) / width) + 1)


def number_counts(table: Table, band: str, edges: np.ndarray) -> np.ndarray:
    """Sources of ``table`` per square arcmin and mag in each bin of AUTO magnitude."""
    magnitudes = np.asarray(table[f"MAG_AUTO_{band}"], dtype=float)
    counts, _ = np.histogram(magnitudes[np.isfinite(magnitudes)], edges)
    return counts / table.meta["AREA"] / np.diff(edges)


def ensemble_counts(tables: Sequence[Table], band: str, edges: np.ndarray) -> tuple[np.ndarray, ...]:
    """Mean of the fields' number counts, and their 16th and 84th percentiles from field to field."""
    counts = np.array([number_counts(table, band, edges) for table in tables])
    low, high = np.percentile(counts, (16, 84), axis=0)
    return counts.mean(axis=0), low, high
