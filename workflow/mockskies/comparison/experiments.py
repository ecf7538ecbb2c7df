"""How far a frame's score moves when its places or its galaxies are drawn anew; section III C."""

import numpy as np
import pandas as pd


def summarise_experiment(table: pd.DataFrame, scores: pd.Series) -> dict[str, float]:
    """One experiment on one generator.

    Parameters
    ----------
    table
        Columns ``Id``, ``set`` and ``score``: each frame, drawn anew so many times.
    scores
        Of the frames as they were drawn first, by ``Id``.

    Returns
    -------
    dict
        ``images`` and ``sets``; ``score``, the mean, with the standard error ``score_error`` over images;
        ``base_score``, that of the same frames as they were; ``std_within``, the mean over images of the
        standard deviation over sets (the paper's 0.09 when places are shuffled), with its standard error
        ``std_within_error``; ``std_between``, the standard deviation between images, less what that within
        them adds to it; and ``share_within``, the part of the scores' variance that is within images.
    """
    groups = table.groupby("Id")["score"]
    means, within = groups.mean(), groups.std(ddof=1)
    variance = (within**2).mean()
    # The scatter of means holds a part of the scatter within images.
    between = max(means.var(ddof=1) - variance / table["set"].nunique(), 0.0)
    total = variance + between
    return {
        "images": len(means),
        "sets": table["set"].nunique(),
        "score": means.mean(),
        "score_error": means.sem(),
        "base_score": scores.loc[means.index].mean(),
        "std_within": within.mean(),
        "std_within_error": within.sem(),
        "std_between": np.sqrt(between),
        "share_within": variance / total if total > 0 else np.nan,
    }
