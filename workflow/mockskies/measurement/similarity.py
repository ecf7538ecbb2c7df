"""Structural similarity (SSIM) of every image of one set with every one of another: coccomini2021, section 4.

Wang et al. (2004) with uniform windows of 7 x 7 px that lie inside the image and covariances over n - 1, each
band by itself and their mean: what scikit-image computes by default for 255 levels. Sums over windows are
whole numbers and exact in 32 bits, covariances among them; only what is divided is rounded, to float32.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

WINDOW = 7
AREA = WINDOW**2

# Wang et al.'s constants for 255 levels, in the units of `Windows`: sums, not means.
C1 = np.float32((0.01 * 255) ** 2 * AREA**2 / 2)
C2 = np.float32((0.03 * 255) ** 2 * AREA * (AREA - 1) / 2)

# Images searched at once, and pixels of them: what is read again for each pair stays in the cache.
BLOCK = 8
SEGMENT = 1 << 15


@dataclass(frozen=True)
class Windows:
    """What SSIM needs of one image, whichever it is compared with.

    Images lie flat, ``(pixel,)``, bands and rows one after another; a window is known by its first pixel.
    Where a row or a band ends before the window does, its values mean nothing.

    Attributes
    ----------
    pixels
        Levels, shape ``(pixel,)``, int32.
    sums
        Of the levels in each window, shape ``(window,)``, int32.
    squares
        Of these sums, float32.
    variances
        Of the levels in each window times 49 * 48, float32.
    """

    pixels: np.ndarray
    sums: np.ndarray
    squares: np.ndarray
    variances: np.ndarray


def similarities(
    images: np.ndarray, among: np.ndarray, threads: int = 1, progress: Callable = iter
) -> np.ndarray:
    """SSIM of each of ``images`` with each of ``among``.

    Means and variances are computed once for each image; a pair costs a product and its sums over windows.

    Parameters
    ----------
    images, among
        Shapes ``(n, band, y, x)`` and ``(m, band, y, x)``, uint8, at least 7 px a side; ``among`` may be
        memory-mapped, and is read once. Memory is 16 bytes for each value of ``images``, and some
        20 MB a thread at 256 px.
    progress
        Wraps the blocks of 8 of ``among`` as they are done, such as `tqdm.tqdm`.

    Returns
    -------
    ndarray
        Shape ``(n, m)``, float32, 1 for equal images.
    """
    size = images.shape[-1]
    wanted = [_sought(windows(image), images.shape[1:]) for image in images]

    def search(start: int) -> np.ndarray:
        block = [windows(image) for image in np.array(among[start : start + BLOCK])]
        return _compare(wanted, block, size)

    with ThreadPoolExecutor(threads) as pool:
        found = list(progress(pool.map(search, range(0, len(among), BLOCK))))
    whole = images[0, :, WINDOW - 1 :, WINDOW - 1 :].size
    # Luminance and contrast have a factor of 2 each.
    return (np.concatenate(found, axis=1) * (4 / whole)).astype(np.float32)


def windows(image: np.ndarray) -> Windows:
    """`Windows` of one image, ``(band, y, x)``, uint8."""
    size = image.shape[-1]
    pixels = image.astype(np.int32).ravel()
    buffers = _buffers(len(pixels))
    sums = _window_sums(pixels, size, *buffers).copy()
    squares = sums * sums
    variances = AREA * _window_sums(pixels * pixels, size, *buffers) - squares
    return Windows(pixels, sums, squares.astype(np.float32), variances.astype(np.float32))


def _sought(own: Windows, shape: tuple[int, ...]) -> Windows:
    """`Windows` of an image that many are compared with: what would be added each time is added once."""
    inside = np.zeros(shape, bool)
    inside[:, : 1 - WINDOW, : 1 - WINDOW] = True
    # Over infinity, windows that are cut by an edge add nothing.
    squares = np.where(inside.ravel()[: len(own.squares)], own.squares + 2 * C1, np.float32(np.inf))
    return Windows(AREA * own.pixels, own.sums, squares, own.variances + 2 * C2)


def _compare(wanted: Sequence[Windows], block: Sequence[Windows], size: int) -> np.ndarray:
    """Sums of SSIM / 4 over the windows of each pair, shape ``(wanted, block)``.

    Per window: A1 = s t + C1 and A2 = 49 sum(x y) - s t + C2 over B1 = s^2 + t^2 + 2 C1 and B2, the sum of
    the variances + 2 C2, with s and t the sums of levels.
    """
    count = len(block[0].sums)
    length = min(SEGMENT, count)
    edge = len(block[0].pixels) - count
    product, pairs, sums = _buffers(length + edge)
    first, second, third = np.empty((3, length), np.float32)
    total = np.zeros((len(wanted), len(block)))
    for start in range(0, count, length):
        stop = min(start + length, count)
        a1, a2, b = (buffer[: stop - start] for buffer in (first, second, third))
        for i, image in enumerate(wanted):
            for j, other in enumerate(block):
                pixels = image.pixels[start : stop + edge], other.pixels[start : stop + edge]
                levels = np.multiply(*pixels, out=product[: stop + edge - start])
                covariance = _window_sums(levels, size, product, pairs, sums)
                crossed = np.multiply(
                    image.sums[start:stop], other.sums[start:stop], out=sums[: stop - start]
                )
                covariance -= crossed
                np.copyto(a1, crossed, casting="unsafe")
                a1 += C1
                np.copyto(a2, covariance, casting="unsafe")
                a2 += C2
                a1 *= a2
                np.add(image.squares[start:stop], other.squares[start:stop], out=b)
                a1 /= b
                np.add(image.variances[start:stop], other.variances[start:stop], out=b)
                a1 /= b
                total[i, j] += a1.sum()
    return total


def _buffers(length: int) -> np.ndarray:
    """Room for `_window_sums` of ``length`` values."""
    return np.empty((3, length), np.int32)


def _window_sums(
    values: np.ndarray, size: int, result: np.ndarray, pairs: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Sums of flat ``values`` over windows, shape ``(len(values) - 6 size - 6,)``: columns, then rows.

    It lies in ``result``, which may be the array that ``values`` lie in.
    """
    down = _sums_of_seven(values, size, pairs, columns)
    return _sums_of_seven(down, 1, pairs, result)


def _sums_of_seven(values: np.ndarray, step: int, pairs: np.ndarray, result: np.ndarray) -> np.ndarray:
    """Sums of seven values that are ``step`` apart, as 4 + 2 + 1: four additions in place of six."""
    twos = np.add(values[:-step], values[step:], out=pairs[: len(values) - step])
    fours = np.add(twos[: -2 * step], twos[2 * step :], out=result[: len(twos) - 2 * step])
    count = len(values) - (WINDOW - 1) * step
    sums = np.add(fours[:count], twos[4 * step : 4 * step + count], out=result[:count])
    sums += values[(WINDOW - 1) * step :]
    return sums
