"""Whether a generator returns what it was shown, or the same galaxy again and again."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest, fisher_exact

from mockskies.atomic import replacing
from mockskies.errors import InputError

# Real galaxies are that near to one another in one case of a hundred.
QUANTILE = 0.01

# A set is caught if so many duplicates would be that improbable among real galaxies.
SIGNIFICANCE = 0.001


def find_duplicates(real: pd.DataFrame, generated: pd.DataFrame) -> pd.DataFrame:
    """Count generated galaxies that are nearer than real ones are to each other.

    Parameters
    ----------
    real, generated
        Tables of matches, with the columns of `mockskies.measurement.matches`. Real galaxies were matched
        with the others, so they are what a perfect generator's would be.

    Returns
    -------
    DataFrame
        Three rows, of ``kind``

        - ``memorised``: nearer to a real galaxy than the threshold, in grey levels;
        - ``closest_match``: nearer to its closest real galaxy, in units of the distance from that one to its
          own closest, so that faint and small galaxies, which are all alike, count as others do;
        - ``repeated``: nearer to another generated galaxy than the threshold (collapse to few modes).

        ``threshold`` is the first percentile among the real ones; ``number`` generated galaxies were matched,
        of which ``duplicates`` are nearer, a ``share`` with the 95 per cent binomial interval ``low`` to
        ``high`` (Wilson); ``real_share`` of the real ones are nearer; ``p`` is Fisher's exact one-sided
        probability of so many; and ``caught`` says whether it is below 0.001. ``median`` and ``real_median``
        are those of the distances.

    Raises
    ------
    InputError
        If either table is empty.
    """
    if not (len(real) and len(generated)):
        came = f"{len(real)} and {len(generated)}"
        raise InputError(f"matches: expected at least one real and one generated galaxy, got {came}")
    kinds = {
        "memorised": lambda table: table["distance"],
        "closest_match": lambda table: table["distance"] / table["real_distance"],
        "repeated": lambda table: table["sibling_distance"],
    }
    return pd.DataFrame(
        {"kind": kind, **_count(np.asarray(of(real), float), np.asarray(of(generated), float))}
        for kind, of in kinds.items()
    )


def write_duplicates(path: str | Path, frame: pd.DataFrame) -> None:
    """Write CSV, six significant digits."""
    with replacing(path) as temporary:
        frame.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def _count(real: np.ndarray, generated: np.ndarray) -> dict[str, float | bool]:
    # The lower of two real galaxies' distances: none is counted that lies between them.
    threshold = np.quantile(real, QUANTILE, method="lower")
    nearer, expected = np.count_nonzero(generated < threshold), np.count_nonzero(real < threshold)
    table = [[nearer, generated.size - nearer], [expected, real.size - expected]]
    share = binomtest(nearer, generated.size)
    interval = share.proportion_ci(0.95, method="wilson")
    p = fisher_exact(table, alternative="greater").pvalue
    return {
        "number": generated.size,
        "threshold": threshold,
        "duplicates": nearer,
        "share": share.statistic,
        "low": interval.low,
        "high": interval.high,
        "real_share": expected / real.size,
        "p": p,
        "caught": bool(p < SIGNIFICANCE),
        "median": np.median(generated),
        "real_median": np.median(real),
    }
