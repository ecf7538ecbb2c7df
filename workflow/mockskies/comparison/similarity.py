"""Whether drawn images are more similar to real ones than these to one another: coccomini2021, figure 5."""

import numpy as np
import pandas as pd
from scipy.stats import binomtest, ks_2samp

from mockskies.randomness import random_generator

PERCENTILE = 99  # of real images' highest similarities, beyond which a drawn image counts as near
INTERVAL = (2.5, 97.5)


def compare_similarities(drawn: pd.DataFrame, real: pd.DataFrame, bootstraps: int, seed: int) -> pd.DataFrame:
    """Highest SSIM with a real image: of drawn images, and of real ones with the others.

    Parameters
    ----------
    drawn, real
        Tables of `mockskies.measurement.similar.search_similar`.

    Returns
    -------
    DataFrame
        Rows of ``kind`` ``drawn`` and ``real``: number of ``images``; ``median`` with its 95 per cent
        bootstrap interval ``low`` to ``high``; ``maximum``; ``copies``, images whose SSIM with a real one is
        1 to six digits; ``above``, the share beyond the real ones' 99th percentile ``threshold``, with its
        interval (Clopper & Pearson 1934) ``above_low`` to ``above_high``; and ``ks`` and ``p`` of the
        two-sided Kolmogorov-Smirnov test against the real ones, which are empty in the real row.
    """
    highest = {
        kind: table.loc[table["rank"] == 1, "ssim"].to_numpy()
        for kind, table in (("drawn", drawn), ("real", real))
    }
    threshold = np.percentile(highest["real"], PERCENTILE)
    test = ks_2samp(highest["drawn"], highest["real"])
    rows = []
    for kind, values in highest.items():
        random = random_generator(seed, f"similarity bootstrap {kind}")
        resampled = np.median(random.choice(values, (bootstraps, len(values))), axis=1)
        low, high = np.percentile(resampled, INTERVAL)
        above = int((values > threshold).sum())
        interval = binomtest(above, len(values)).proportion_ci(0.95, "exact")
        rows.append(
            {
                "kind": kind,
                "images": len(values),
                "median": np.median(values),
                "low": low,
                "high": high,
                "maximum": values.max(),
                "copies": int((values.round(6) >= 1).sum()),
                "threshold": threshold,
                "above": above / len(values),
                "above_low": interval.low,
                "above_high": interval.high,
                "ks": test.statistic if kind == "drawn" else np.nan,
                "p": test.pvalue if kind == "drawn" else np.nan,
            }
        )
    return pd.DataFrame(rows)
