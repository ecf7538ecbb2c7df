"""Whether sources keep each other's company: the two-point correlation of real and of generated sources.

Smith and Geach (2019), section 5, name it as what they did not measure. Fields are cut into squares, over
which the bootstrap goes; pairs are counted within each.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from astropy.table import Table

from mockskies.comparison.held_out import HELD_OUT, quadrants
from mockskies.comparison.pairs import Places, bootstrap, correlation_table, count_pairs, distance
from mockskies.measurement.table import bands
from mockskies.randomness import random_generator

SQUARES = 4  # along a side of the real field
CLOSEST = 12  # px: nearer sources are seldom told apart
FARTHEST = 0.75  # of a square's side
COLUMNS = ["set", "separation", "pairs", "xi", "error", "chi2", "p"]
BINS = 5  # fewer than squares, whose scatter is their covariance


def compare_clustering(
    real: Table, generated: Sequence[Table], limit: float, pixel_scale: float, seed: int
) -> pd.DataFrame:
    """w(theta) by Landy and Szalay of the trained quadrants, the one held out, and the generated fields.

    Parameters
    ----------
    limit
        Sources brighter than this AB magnitude in the middle band count.
    pixel_scale
        In arcsec.

    Returns
    -------
    DataFrame
        A row for each ``set`` and bin: mean ``separation`` in arcsec, ``pairs``, ``xi`` and its ``error``; of
        all bins together ``chi2`` and ``p`` against ``trained``, which has none. One empty row for a set of
        which no square holds two sources.
    """
    side = real.meta["XSIZE"] // SQUARES
    binning = {"bin_type": "Log", "min_sep": CLOSEST, "max_sep": FARTHEST * side, "nbins": BINS}
    places = Places("sources", binning, cell=1)
    parts = quadrants(real)
    held_out = parts.pop(HELD_OUT)
    sets = {"trained": list(parts.values()), "held_out": [held_out], "generated": list(generated)}
    frames, trained = [], None
    for name, tables in sets.items():
        squares = [square for table in tables for square in _squares(table, side, limit)]
        if max(map(len, squares), default=0) < 2:
            frames.append(pd.DataFrame({"set": [name]}))
            continue
        counts = count_pairs(squares, places, side, seed)
        resampled = bootstrap(counts, random_generator(seed, f"clustering {name}"))
        frame = correlation_table(counts, resampled)
        frame["separation"] *= pixel_scale
        frame.insert(0, "set", name)
        frame["chi2"], frame["p"] = np.nan, np.nan
        if trained:
            frame["chi2"], frame["p"] = distance(frame["xi"].to_numpy() - trained[0], resampled, trained[1])
        trained = trained or (frame["xi"].to_numpy(), resampled)
        frames.append(frame)
    return pd.concat([pd.DataFrame(columns=COLUMNS), *frames], ignore_index=True)


def _squares(table: Table, side: int, limit: float) -> list[np.ndarray]:
    """Places ``(n, 2)``, y and x in px from a square's corner, of the sources of every whole square."""
    names = bands(table)
    bright = np.asarray(table[f"MAG_AUTO_{names[len(names) // 2]}"], float) < limit
    points = np.stack([table["Y_IMAGE"], table["X_IMAGE"]], axis=1)[bright] - 0.5
    square = (points // side).astype(int)
    squares = []
    for row in range(table.meta["YSIZE"] // side):
        for column in range(table.meta["XSIZE"] // side):
            inside = (square == (row, column)).all(axis=1)
            squares.append(points[inside] - (row * side, column * side))
    return squares
