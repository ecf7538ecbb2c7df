"""Whether mock fields are as dense and as deep as was asked."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from astropy.table import Table

BLOCKS = 4  # along a side of a field, over which its density scatters


@dataclass(frozen=True)
class Asked:
    """A mock field: what was asked for, and what came.

    Attributes
    ----------
    density, depth
        Asked for, relative to the training field; depth in mag. Density is NaN if it was a map.
    catalogue
        Of its sources.
    sigma
        Standard deviation of its sky in each band, in e-/s.
    """

    density: float
    depth: float
    catalogue: Table
    sigma: np.ndarray


def density_with_error(table: Table) -> tuple[float, float]:
    """Sources per square arcmin, and the standard error that their scatter from block to block implies.

    Sources cluster, so that the error is larger than that of as many independent ones.
    """
    edges = [np.linspace(0.5, table.meta[key] + 0.5, BLOCKS + 1) for key in ("YSIZE", "XSIZE")]
    counts, _, _ = np.histogram2d(table["Y_IMAGE"], table["X_IMAGE"], edges)
    densities = counts.ravel() / (table.meta["AREA"] / counts.size)
    return densities.mean(), densities.std(ddof=1) / np.sqrt(densities.size)


def density_response(real: Table, catalogues: Mapping[float, Table]) -> pd.DataFrame:
    """Densities relative to the real field, by the binary logarithm of the density that a run was told.

    Returns
    -------
    DataFrame
        ``told``, ``sources``, and ``relative_density`` with its ``relative_error``.
    """
    expected, uncertain = density_with_error(real)
    rows = []
    for told, table in catalogues.items():
        density, error = density_with_error(table)
        ratio = density / expected
        spread = np.hypot(error / expected, ratio * uncertain / expected)
        rows.append((told, len(table), ratio, spread))
    return pd.DataFrame(rows, columns=["told", "sources", "relative_density", "relative_error"])


def compare_asked(real: Table, sigma: np.ndarray, mocks: Mapping[str, Asked]) -> pd.DataFrame:
    """Measured against asked, relative to the real field.

    Parameters
    ----------
    sigma
        Standard deviation of the real sky in each band, in e-/s.

    Returns
    -------
    DataFrame
        A row for each mock: ``mock``; ``sources`` and their ``density`` per square arcmin with its ``error``;
        ``asked_density`` and ``relative_density`` with its ``relative_error``, which includes that of the
        real field; ``asked_depth`` and ``depth`` in mag, the mean over the bands.
    """
    expected, uncertain = density_with_error(real)
    rows = []
    for name, mock in mocks.items():
        density, error = density_with_error(mock.catalogue)
        ratio = density / expected
        rows.append(
            {
                "mock": name,
                "sources": len(mock.catalogue),
                "density": density,
                "error": error,
                "asked_density": mock.density,
                "relative_density": ratio,
                "relative_error": np.hypot(error / expected, ratio * uncertain / expected),
                "asked_depth": mock.depth,
                "depth": float(np.mean(-2.5 * np.log10(mock.sigma / sigma))),
            }
        )
    return pd.DataFrame(rows)
