"""Where a field has many sources and where few: a map of their density, smoothed."""

import numpy as np
from astropy.table import Table
from scipy.ndimage import gaussian_filter

SMOOTHING = 40.0  # px, sigma of the Gaussian: some eight sources of the XDF lie under it
FEWEST, MOST = 1 / 8, 8  # times the mean


def density_map(sources: Table, size: int) -> np.ndarray:
    """Binary logarithm of the density of sources, over its mean, in each pixel of a field.

    Parameters
    ----------
    sources
        A catalogue, with ``X_IMAGE`` and ``Y_IMAGE`` in pixels from 1.
    size
        Side of the field in pixels.

    Returns
    -------
    ndarray
        Shape ``(size, size)``, float32. Of what lies outside of the field nothing is assumed.
    """
    rows, columns = (np.rint(np.asarray(sources[name]) - 1).astype(int) for name in ("Y_IMAGE", "X_IMAGE"))
    counts = np.zeros((size, size))
    np.add.at(counts, (rows.clip(0, size - 1), columns.clip(0, size - 1)), 1)
    smoothed, seen = (gaussian_filter(a, SMOOTHING, mode="constant") for a in (counts, np.ones_like(counts)))
    relative = smoothed / seen / counts.mean()
    return np.log2(relative.clip(FEWEST, MOST)).astype(np.float32)
