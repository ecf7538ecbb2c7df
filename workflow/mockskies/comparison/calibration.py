"""Whether predicted scores can be taken at their word: bias and coverage in bins of what was predicted."""

import numpy as np
import pandas as pd

# Shares of frames that intervals are to hold.
LEVELS = (0.68, 0.95)


def calibration(table: pd.DataFrame, bins: int = 10) -> pd.DataFrame:
    """Out-of-fold predictions against actual scores, in bins of equally many frames.

    Parameters
    ----------
    table
        Columns ``fold``, ``actual`` and ``predicted``, a row per frame.

    Returns
    -------
    DataFrame
        A row per bin, ascending, and a last one, ``bin`` -1, of all frames: ``n``, the bin's ``low`` and
        ``high`` prediction, the mean ``predicted`` and ``actual`` score and the latter's standard error
        ``actual_error``, ``bias`` = predicted - actual, the standard deviation ``scatter`` of that
        difference, and ``coverage_68`` and ``coverage_95``: shares of frames within the interval of that
        level around their prediction. The interval is one for all scores, as wide as the frames of other
        folds ask for (split conformal prediction), so that its coverage is right on average and wrong where
        errors are larger than elsewhere.
    """
    predicted, actual = table["predicted"].to_numpy(), table["actual"].to_numpy()
    within = {level: _within(table, level) for level in LEVELS}
    order = np.argsort(predicted, kind="stable")
    parts = [*np.array_split(order, min(bins, len(order))), order]
    rows = []
    for number, part in enumerate(parts):
        difference = predicted[part] - actual[part]
        rows.append(
            {
                "bin": number if number < len(parts) - 1 else -1,
                "n": len(part),
                "low": predicted[part].min(),
                "high": predicted[part].max(),
                "predicted": predicted[part].mean(),
                "actual": actual[part].mean(),
                "actual_error": pd.Series(actual[part]).sem(),
                "bias": difference.mean(),
                "scatter": pd.Series(difference).std(ddof=1),
                **{f"coverage_{round(100 * level)}": within[level][part].mean() for level in LEVELS},
            }
        )
    return pd.DataFrame(rows)


def _within(table: pd.DataFrame, level: float) -> np.ndarray:
    """Whether each error is below that quantile of the other folds' errors; ``(n,)``."""
    error, fold = (table["predicted"] - table["actual"]).abs().to_numpy(), table["fold"].to_numpy()
    within = np.empty(len(error), bool)
    for number in np.unique(fold):
        inside = fold == number
        within[inside] = error[inside] <= np.quantile(error[~inside], level, method="higher")
    return within
