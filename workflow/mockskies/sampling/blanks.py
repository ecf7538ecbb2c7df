"""The emptiest galaxies of a set, the blank space of the wide view (Coccomini et al. 2021, section 4.2)."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from mockskies.errors import InputError
from mockskies.sampling.sky import rim, sky_level

CELLS = 16  # along a side, over which a picture is averaged


def emptiness(picture: np.ndarray) -> float:
    """How much a picture ``(band, y, x)`` shows beside its sky, in levels: the less, the emptier.

    The mean absolute difference of its cells, a sixteenth of its side each, from the sky in its rim, averaged
    over bands. In the mean of a cell most of the noise is gone; what is darker than the sky counts too, so a
    picture whose rim is bright is not taken for an empty one.
    """
    bands, side = picture.shape[:2]
    sky, _ = sky_level(picture[:, rim(side)])
    cells = picture.reshape(bands, CELLS, side // CELLS, CELLS, side // CELLS).mean(axis=(2, 4))
    return float(np.abs(cells - sky[:, None, None]).mean())


def emptiest(
    path: str | Path, pictures: np.ndarray, count: int, progress: Callable[..., Iterable]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows and emptiness of the ``count`` emptiest of ``pictures`` ``(n, band, y, x)``, the emptiest first.

    Parameters
    ----------
    path
        Whence they are.
    progress
        Wraps the pictures as they are done, such as `tqdm.tqdm`.

    Raises
    ------
    InputError
        If there are fewer pictures than ``count``.
    """
    if len(pictures) < count:
        raise InputError(f"{path}: coccomini2021.blanks asks for {count} images, found {len(pictures)}")
    measured = np.array([emptiness(picture) for picture in progress(pictures)])
    rows = np.argsort(measured, kind="stable")[:count]
    return rows, measured[rows]
