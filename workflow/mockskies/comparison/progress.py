"""What a run's fields are like as its training goes on, by the clock."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from astropy.table import Table
from scipy.stats import ks_2samp

from mockskies.errors import InputError
from mockskies.measurement.table import bands


def training_seconds(losses: pd.DataFrame, epochs: list[int]) -> np.ndarray:
    """Time in s that a training had taken after each of ``epochs``, from the log of its losses.

    Raises
    ------
    InputError
        If the log lacks one of them.
    """
    steps = losses["step"].diff().fillna(losses["step"])
    seconds = (steps / losses["steps_per_second"]).cumsum()
    after = pd.Series(seconds.to_numpy(), index=losses["epoch"])
    if missing := [epoch for epoch in epochs if epoch not in after.index]:
        raise InputError(f"losses: expected epoch {missing[0]}, found {len(losses)} others")
    return after.loc[epochs].to_numpy()


def progress(
    real: Table, catalogues: Mapping[int, Table], losses: pd.DataFrame, limit: float
) -> pd.DataFrame:
    """Densities, medians and Kolmogorov-Smirnov tests against the real field, after some epochs.

    Parameters
    ----------
    catalogues
        Of a field painted after each epoch.
    limit
        Sources brighter than this AB magnitude are tested, each band by itself.

    Returns
    -------
    DataFrame
        ``epoch``, ``step``, ``seconds``; ``density`` in sources per square arcmin and ``density_real``; for
        each band the ``median_<band>`` of all sources, its ``difference_<band>`` from the real one, and the
        KS ``p_<band>`` of those brighter than the limit; NaN where nothing was found.
    """
    epochs = sorted(catalogues)
    rows = []
    for epoch, seconds in zip(epochs, training_seconds(losses, epochs), strict=True):
        table = catalogues[epoch]
        row = {"epoch": epoch, "step": losses.set_index("epoch")["step"].loc[epoch], "seconds": seconds}
        row["density"] = len(table) / table.meta["AREA"]
        row["density_real"] = len(real) / real.meta["AREA"]
        for band in bands(real):
            found, expected = (_finite(some[f"MAG_AUTO_{band}"]) for some in (table, real))
            row[f"median_{band}"] = np.median(found) if found.size else np.nan
            row[f"difference_{band}"] = row[f"median_{band}"] - np.median(expected)
            bright = [values[values < limit] for values in (found, expected)]
            enough = min(map(len, bright)) > 1
            row[f"p_{band}"] = ks_2samp(*bright, method="asymp").pvalue if enough else np.nan
        rows.append(row)
    return pd.DataFrame(rows)


def _finite(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, float)
    return values[np.isfinite(values)]
