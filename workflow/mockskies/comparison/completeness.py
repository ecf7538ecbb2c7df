"""Catalogue against truth: which simulated sources were found, and how well they were measured."""

from itertools import pairwise

import numpy as np
import pandas as pd
from astropy.table import Table
from scipy.spatial import cKDTree

ARCSEC = np.pi / 180 / 3600


def match(catalogue: Table, truth: Table, band: str, radius: float = 0.3) -> np.ndarray:
    """Row of ``catalogue`` for each row of ``truth``, -1 where there is none; shape ``(truth,)``.

    A detection belongs to one true source only: the brighter in ``band`` chooses first, the nearest
    detection within ``radius`` arcsec that is still free. So a faint source behind a bright one does not
    count as found.
    """
    detected, true = (
        cKDTree(_unit_vectors(np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float)))
        for longitude, latitude in (
            (catalogue["ALPHA_J2000"], catalogue["DELTA_J2000"]),
            (truth["ra"], truth["dec"]),
        )
    )
    pairs = true.sparse_distance_matrix(detected, radius * ARCSEC, output_type="ndarray")
    magnitude = np.asarray(truth[f"mag_{band}"])
    row = np.full(len(truth), -1)
    free = np.full(len(catalogue), True)
    for pair in np.lexsort((pairs["v"], pairs["i"], magnitude[pairs["i"]])):
        source, detection = pairs["i"][pair], pairs["j"][pair]
        if row[source] < 0 and free[detection]:
            row[source] = detection
            free[detection] = False
    return row


def _unit_vectors(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    longitude, latitude = np.deg2rad(longitude), np.deg2rad(latitude)
    return np.stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)],
        axis=-1,
    )


def completeness(
    catalogue: Table, truth: Table, row: np.ndarray, band: str, edges: np.ndarray
) -> pd.DataFrame:
    """Share of true sources found, and bias of their AUTO magnitudes, in bins of true magnitude.

    Parameters
    ----------
    row
        What `match` returned for the two tables.
    edges
        Edges of the bins in AB magnitudes, ascending, shape ``(bin + 1,)``.

    Returns
    -------
    DataFrame
        A row per bin: ``bright`` and ``faint`` edge, ``true`` and ``found`` sources, ``completeness``
        (NaN where there is no true source), and ``bias``, the median of AUTO - true magnitude in mag.
    """
    magnitude, found = np.asarray(truth[f"mag_{band}"]), row >= 0
    offset = np.full(len(truth), np.nan)
    offset[found] = np.asarray(catalogue[f"MAG_AUTO_{band}"])[row[found]] - magnitude[found]
    rows = []
    for bright, faint in pairwise(edges):
        inside = (magnitude >= bright) & (magnitude < faint)
        measured = offset[inside & np.isfinite(offset)]
        true, matched = np.count_nonzero(inside), np.count_nonzero(inside & found)
        rows.append(
            {
                "bright": bright,
                "faint": faint,
                "true": true,
                "found": matched,
                "completeness": matched / true if true else np.nan,
                "bias": np.median(measured) if measured.size else np.nan,
            }
        )
    return pd.DataFrame(rows)
