"""Whether bright generated sources are copies: of real ones of the training, or of each other.

A held-out real source has a nearest among those of the training as well: what generates anew is no nearer.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from astropy.table import Table
from scipy.ndimage import gaussian_filter

from mockskies.comparison.skies import in_sigmas
from mockskies.datasets.field import Field
from mockskies.measurement.table import bands

SIDE = 48  # px of a cut-out
COLUMNS = [
    "set", "distance", "x", "y", "magnitude", "nearest_x", "nearest_y", "nearest_magnitude",
]  # fmt: skip
SMOOTHING = 1.5  # px, sigma of a Gaussian, so that noise does not decide what is alike
SHIFT = 1  # px by which cut-outs are moved either way, along each axis


@dataclass(frozen=True)
class CutOuts:
    """Bright sources, cut out.

    Attributes
    ----------
    images
        asinh of the flux in sigmas of the sky, ``(n, band, SIDE, SIDE)``, float32.
    smoothed
        The same of the smoothed flux.
    place
        Pixel of each source, y and x from 0, ``(n, 2)``.
    magnitude
        In the middle band.
    """

    images: np.ndarray
    smoothed: np.ndarray
    place: np.ndarray
    magnitude: np.ndarray

    def chosen(self, rows: np.ndarray) -> "CutOuts":
        """Some of them."""
        return CutOuts(*(values[rows] for values in vars(self).values()))


def cut_out(field: np.ndarray, table: Table, limit: float, most: int) -> CutOuts:
    """Brightest sources of a field ``(band, y, x)`` in sigmas, at most ``most``, brighter than ``limit``.

    Those nearer to the edge than half a cut-out are left out.
    """
    names = bands(table)
    magnitude = np.asarray(table[f"MAG_AUTO_{names[len(names) // 2]}"], float)
    place = np.rint(np.stack([table["Y_IMAGE"], table["X_IMAGE"]], axis=1)).astype(int) - 1
    half = SIDE // 2
    inside = ((place >= half) & (place < np.array(field.shape[1:]) - half)).all(axis=1)
    rows = np.flatnonzero(inside & (magnitude < limit))
    rows = rows[np.argsort(magnitude[rows])][:most]
    flux = np.nan_to_num(field)
    images, smoothed = (
        np.array([sky[:, y - half : y + half, x - half : x + half] for y, x in place[rows]], np.float32)
        for sky in (flux, gaussian_filter(flux, (0, SMOOTHING, SMOOTHING)))
    )
    shape = (-1, len(field), SIDE, SIDE)
    images, smoothed = (np.arcsinh(some).reshape(shape) for some in (images, smoothed))
    return CutOuts(images, smoothed, place[rows], magnitude[rows])


def nearest(images: np.ndarray, among: np.ndarray, same: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Nearest of ``among`` to each of ``images``, in any of the square's eight ways and moved by a pixel.

    Parameters
    ----------
    images, among
        Shapes ``(n, band, y, x)`` and ``(m, band, y, x)``.
    same
        Whether both are one set, of which none is its own nearest.

    Returns
    -------
    row
        Of the nearest, ``(n,)``.
    distance
        Root mean square of the difference over that of the images' own deviation from an empty sky: 0 for a
        copy, about 1.4 for what has nothing in common.
    """
    flat = images.reshape(len(images), -1)
    least = np.full(len(images), np.inf)
    row = np.zeros(len(images), int)
    own = np.square(flat).sum(axis=1)
    for variant in _variants(among):
        other = variant.reshape(len(variant), -1)
        squares = own[:, None] + np.square(other).sum(axis=1) - 2 * flat @ other.T
        if same:
            np.fill_diagonal(squares, np.inf)
        found = squares.argmin(axis=1)
        value = squares[np.arange(len(flat)), found]
        row = np.where(value < least, found, row)
        least = np.minimum(value, least)
    return row, np.sqrt(np.maximum(least, 0) / own)


def _variants(images: np.ndarray):
    for mirrored in (images, images[..., ::-1]):
        for quarter in range(4):
            turned = np.rot90(mirrored, quarter, axes=(2, 3))
            for y in range(-SHIFT, SHIFT + 1):
                for x in range(-SHIFT, SHIFT + 1):
                    yield np.roll(turned, (y, x), axis=(2, 3))


def nearest_sources(
    real: tuple[Field, Table], generated: tuple[Field, Table], limit: float, most: int
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Bright sources and their nearest.

    Sets are ``generated`` among those of the training's area, ``held out`` real ones among the same, and
    ``generated twice``: generated ones among the others of their own field.

    Parameters
    ----------
    real, generated
        A field and its catalogue.
    limit, most
        Sources brighter than this AB magnitude in the middle band, at most so many; the sources among which
        the nearest are searched may be a magnitude fainter, and as many as there are.

    Returns
    -------
    table
        ``set``, place ``x`` and ``y`` in px and ``magnitude`` of the source and of its nearest (``nearest_x``
        and so on), and their ``distance``; no row of a set that has fewer than two sources.
    pictures
        ``generated`` and ``nearest`` cut-outs, ``(n, band, y, x)``, asinh of the flux in sigmas; none are
        nearest where there is no row of them.
    """
    sky, drawn = in_sigmas(real[0], real[0]), in_sigmas(generated[0], real[0])
    everything = cut_out(sky, real[1], limit + 1, len(real[1]))
    middle = np.array(sky.shape[1:]) // 2
    held_out = (everything.place >= middle).all(axis=1)
    # No cut-out of one area reaches into the other.
    near = (np.abs(everything.place - middle) < SIDE).any(axis=1) & ~held_out
    trained = everything.chosen(~held_out & ~near)
    sources = cut_out(drawn, generated[1], limit, most)
    unseen = everything.chosen(np.flatnonzero(held_out & (everything.magnitude < limit))[:most])
    cases = {
        "generated": (sources, trained, False),
        "held out": (unseen, trained, False),
        "generated twice": (sources, sources, True),
    }
    frames, pictures = [], {}
    for name, (wanted, among, same) in cases.items():
        if name == "generated":
            pictures = {"generated": wanted.images, "nearest": wanted.images[:0]}
        if len(wanted.place) < 2 or len(among.place) < 2:
            continue
        row, distance = nearest(wanted.smoothed, among.smoothed, same)
        frame = {"set": name, "distance": distance}
        for prefix, some in (("", wanted), ("nearest_", among.chosen(row))):
            frame |= {f"{prefix}x": some.place[:, 1] + 1, f"{prefix}y": some.place[:, 0] + 1}
            frame[f"{prefix}magnitude"] = some.magnitude
        frames.append(pd.DataFrame(frame))
        if name == "generated":
            pictures["nearest"] = among.images[row]
    return pd.concat([pd.DataFrame(columns=COLUMNS), *frames], ignore_index=True), pictures
