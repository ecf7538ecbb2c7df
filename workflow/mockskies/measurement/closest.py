"""Which image of one set is most like an image of another: L1 over the central half, fussell2019 figure 7."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

# The sums over cells of 4 x 4 px of two images differ by no more than the images do, which rules out most
# images at a sixteenth of the work.
CELL = 4

# Images compared at once: their pixels stay in the cache.
BLOCK = 256

EXCLUDED = np.iinfo(np.int32).max  # more than any sum of differences


def central_half(images: np.ndarray) -> np.ndarray:
    """Central 50 per cent of ``(n, band, y, x)`` along y and x: a view, shape ``(n, band, y / 2, x / 2)``."""
    height, width = images.shape[-2:]
    return images[..., height // 4 : height - height // 4, width // 4 : width - width // 4]


def closest(
    images: np.ndarray,
    among: np.ndarray,
    excluded: np.ndarray | None = None,
    threads: int = 1,
    progress: Callable = iter,
) -> tuple[np.ndarray, np.ndarray]:
    """Nearest of the images ``among`` to each of ``images``, exactly.

    Parameters
    ----------
    images, among
        Shapes ``(n, band, y, x)`` and ``(m, band, y, x)``, uint8; may be memory-mapped: of ``among`` the
        central half alone is held in memory.
    excluded
        Rows of ``among`` that do not count for each image, shape ``(n, k)``, int: an image itself, for
        example.
    progress
        Wraps the results as they come, such as `tqdm.tqdm`.

    Returns
    -------
    row
        Of the nearest in ``among``, shape ``(n,)``.
    distance
        Mean absolute difference in grey levels per pixel and band over the central half, shape ``(n,)``.
    """
    wanted, searched = (np.ascontiguousarray(central_half(some)) for some in (images, among))
    coarse_wanted, coarse = _cells(wanted), _cells(searched)
    wanted, searched = wanted.reshape(len(wanted), -1), searched.reshape(len(searched), -1)
    excluded = np.empty((len(images), 0), int) if excluded is None else excluded

    def search(image: int) -> tuple[int, int]:
        bounds = np.concatenate(
            [
                np.abs(coarse[start : start + BLOCK] - coarse_wanted[image]).sum(axis=1, dtype=np.int32)
                for start in range(0, len(coarse), BLOCK)
            ]
        )
        bounds[excluded[image]] = EXCLUDED
        return _nearest(wanted[image], searched, bounds)

    with ThreadPoolExecutor(threads) as pool:
        found = list(progress(pool.map(search, range(len(images)))))
    rows, sums = np.array(found).T
    return rows, sums / wanted.shape[1]


def _nearest(image: np.ndarray, searched: np.ndarray, bounds: np.ndarray) -> tuple[int, int]:
    """Row of ``searched`` ``(m, pixel)`` nearest to ``image`` ``(pixel,)``, and the sum of differences.

    ``bounds`` ``(m,)`` are sums that the differences cannot be below; the least are tried first.
    """
    order = np.argsort(bounds)[: np.count_nonzero(bounds < EXCLUDED)]
    row, least = -1, EXCLUDED
    for start in range(0, len(order), BLOCK):
        rows = order[start : start + BLOCK]
        if bounds[rows[0]] >= least:
            break
        others = searched[rows]
        # Unsigned levels: the larger less the smaller.
        difference = np.maximum(others, image)
        difference -= np.minimum(others, image)
        sums = difference.sum(axis=1, dtype=np.int32)
        nearest = sums.argmin()
        if sums[nearest] < least:
            row, least = int(rows[nearest]), int(sums[nearest])
    return row, least


def _cells(central: np.ndarray) -> np.ndarray:
    """Sums over whole cells of ``(n, band, y, x)``, shape ``(n, cell)``, int16: at most 16 x 255."""
    number, bands, height, width = central.shape
    rows, columns = height // CELL, width // CELL
    sums = np.zeros((number, bands, rows, columns), np.int16)
    for y in range(CELL):
        for x in range(CELL):
            sums += central[:, :, y : rows * CELL : CELL, x : columns * CELL : CELL]
    return sums.reshape(number, -1)
