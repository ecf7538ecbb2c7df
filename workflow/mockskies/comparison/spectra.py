"""Power spectra of sets of frames."""

import numpy as np
import pandas as pd

from mockskies.measurement.features import COLUMNS

QUANTILES = {"low": 16, "median": 50, "high": 84}


def spectrum(power: np.ndarray) -> pd.DataFrame:
    """Median and central 68 per cent of frames of the ring-summed power ``(n, ring)``, a row per ring.

    ``radius`` is the ring at the centre of the moving average, in cycles a frame; ``low``, ``median`` and
    ``high`` are in levels squared.
    """
    values = np.percentile(power, list(QUANTILES.values()), axis=0)
    radius = [int(column.rpartition("_")[2]) for column in COLUMNS["power"]]
    return pd.DataFrame({"radius": radius, **dict(zip(QUANTILES, values, strict=True))})
