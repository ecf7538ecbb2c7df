"""Random fields of which simulated photographs are made: turbulent gas, dust and the faces of planets."""

import numpy as np
from scipy import fft, ndimage

# Room around a picture, so that what repeats lies outside.
MARGIN = 1.25
# Cells along each side of a solid texture, and how much finer its second octave is laid over the first.
CELLS = 80
FINER = 5.3


def fractal(
    shape: tuple[int, int],
    slope: float,
    largest: float,
    stream: np.random.Generator,
    stretch: tuple[float, float] = (1.0, 1.0),
) -> np.ndarray:
    """Gaussian field of mean 0 and variance 1, ``shape`` ``(y, x)``, float32.

    Parameters
    ----------
    shape
        In px.
    slope
        Power falls as the wave number to the minus ``slope``; 11/3 is Kolmogorov's in two dimensions.
    largest
        Length in px beyond which power no longer rises.
    stream
        Random numbers.
    stretch
        Factors by which structures are longer along y and x.
    """
    padded = [fft.next_fast_len(int(MARGIN * side), real=True) for side in shape]
    ky = fft.fftfreq(padded[0]).astype(np.float32)[:, None] * np.float32(stretch[0])
    kx = fft.rfftfreq(padded[1]).astype(np.float32)[None, :] * np.float32(stretch[1])
    amplitude = (ky**2 + kx**2 + np.float32(largest**-2.0)) ** np.float32(-slope / 4)
    # The mean is taken away below, and would else drown the rest.
    amplitude[0, 0] = 0
    waves = stream.standard_normal((2, *amplitude.shape), np.float32)
    field = fft.irfft2(amplitude * (waves[0] + np.complex64(1j) * waves[1]), padded, overwrite_x=True)
    return standard(field[: shape[0], : shape[1]])


def standard(field: np.ndarray) -> np.ndarray:
    """``field`` less its mean, over its standard deviation."""
    return (field - field.mean()) / field.std()


def warped(field: np.ndarray, by: tuple[np.ndarray, np.ndarray], length: float) -> np.ndarray:
    """``field``, ``(y, x)``, seen through a flow: displaced by ``length`` px times the two fields ``by``."""
    y, x = np.indices(field.shape, np.float32)
    places = [y + np.float32(length) * by[0], x + np.float32(length) * by[1]]
    return ndimage.map_coordinates(field, places, order=1, mode="mirror")


def turbulent(
    shape: tuple[int, int], slope: float, largest: float, warp: float, stream: np.random.Generator
) -> np.ndarray:
    """A `fractal` field drawn out into wisps by a flow that moves it by some ``warp`` px; standardised."""
    # A flow is smooth: power falls steeply.
    flow = [fractal(shape, 4.5, largest, stream) for _ in range(2)]
    return standard(warped(fractal(shape, slope, largest, stream), (flow[0], flow[1]), warp))


def filaments(field: np.ndarray, width: float) -> np.ndarray:
    """Threads along the contours where ``field`` is 0: 1 on them, falling off at a distance of ``width``."""
    return np.exp(-np.abs(field) / np.float32(width))


class Solid:
    """A random texture of space that repeats after its ``period``, to be cut by any surface.

    Parameters
    ----------
    slope
        Power falls as the wave number to the minus ``slope``, in three dimensions.
    period
        In the unit of the places at which it is sampled.
    stream
        Random numbers.
    """

    def __init__(self, slope: float, period: float, stream: np.random.Generator):
        k = fft.fftfreq(CELLS).astype(np.float32)
        kz = fft.rfftfreq(CELLS).astype(np.float32)
        squared = k[:, None, None] ** 2 + k[None, :, None] ** 2 + kz**2
        squared[0, 0, 0] = np.inf
        waves = stream.standard_normal((2, *squared.shape), np.float32)
        spectrum = squared ** np.float32(-slope / 4) * (waves[0] + np.complex64(1j) * waves[1])
        self.cells = standard(fft.irfftn(spectrum, (CELLS,) * 3, overwrite_x=True))
        self.scale = np.float32(CELLS / period)
        # The finer octave is as much weaker as the slope says.
        self.share = np.float32(FINER ** (-(slope - 3) / 2))
        self.shift = stream.uniform(0, CELLS, 3).astype(np.float32)

    def __call__(self, places: np.ndarray) -> np.ndarray:
        """Values at ``places`` ``(3, y, x)``: shape ``(y, x)``, of mean about 0 and variance about 1."""
        cells = places.astype(np.float32) * self.scale + self.shift[:, None, None]
        coarse = ndimage.map_coordinates(self.cells, cells, order=1, mode="grid-wrap")
        fine = ndimage.map_coordinates(
            self.cells, cells[[1, 2, 0]] * np.float32(FINER), order=1, mode="grid-wrap"
        )
        return (coarse + self.share * fine) / np.sqrt(1 + self.share**2)
