"""Squares of observed sky: the largest one, or the best place for one of a given size."""

import numpy as np

ROWS = 32  # of windows counted at a time


def largest_square(observed: np.ndarray) -> tuple[int, int, int]:
    """Largest axis-aligned square of which every pixel is observed.

    If a square of some size fits, so does any smaller one: the size is found by bisection, each trial
    being four slices of the summed-area table. Of several such squares, the one nearest to the centre
    of gravity of ``observed``.

    Parameters
    ----------
    observed
        Shape ``(y, x)``, bool, with at least one True.

    Returns
    -------
    y, x, size
        First row, first column and side, in pixels.
    """
    area = _summed_area(observed)
    fits, fails = 1, min(observed.shape) + 1
    while fails - fits > 1:
        size = (fits + fails) // 2
        if _fits(area, size):
            fits = size
        else:
            fails = size
    y, x, _ = _best_square(area, observed, fits)
    return y, x, fits


def _fits(area: np.ndarray, size: int) -> bool:
    """Whether a full square of ``size`` lies anywhere; some rows at a time, which stay in the cache."""
    return any(
        (_window_counts(area[row : row + ROWS + size], size) == size**2).any()
        for row in range(0, len(area) - size, ROWS)
    )


def best_square(observed: np.ndarray, size: int) -> tuple[int, int, float]:
    """The square of ``size`` pixels a side with the largest observed share.

    Of several, the one nearest to the centre of gravity of ``observed``: in a field with room to spare,
    the square is centred.

    Returns
    -------
    y, x, share
        First row, first column, and the observed share of its pixels.
    """
    return _best_square(_summed_area(observed), observed, size)


def _best_square(area: np.ndarray, observed: np.ndarray, size: int) -> tuple[int, int, float]:
    counts = _window_counts(area, size)
    best = counts.max()
    rows, columns = np.nonzero(counts == best)
    weight = observed.sum(axis=1), observed.sum(axis=0)
    centre_y, centre_x = (np.average(np.arange(len(w)), weights=w) for w in weight)
    half = (size - 1) / 2
    nearest = np.argmin((rows + half - centre_y) ** 2 + (columns + half - centre_x) ** 2)
    return int(rows[nearest]), int(columns[nearest]), best / size**2


def _summed_area(observed: np.ndarray) -> np.ndarray:
    """Number of observed pixels below and left of every pixel corner, shape ``(y + 1, x + 1)``."""
    area = np.zeros((observed.shape[0] + 1, observed.shape[1] + 1), np.int32)
    area[1:, 1:] = observed
    np.cumsum(area, axis=0, out=area)
    np.cumsum(area, axis=1, out=area)
    return area


def _window_counts(area: np.ndarray, size: int) -> np.ndarray:
    """Observed pixels in every square of ``size``, by its first row and column."""
    counts = area[size:, size:] - area[:-size, size:]
    counts -= area[size:, :-size]
    counts += area[:-size, :-size]
    return counts
