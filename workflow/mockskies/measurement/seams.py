"""Whether the tiles of a painted field can be told by the sky's steps from one to the next."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu

from mockskies.datasets.field_rows import FieldRows
from mockskies.datasets.scale import sky_sigma

SKY = 3.0  # sigma, beyond which a pixel counts as this much


def steps_at_borders(field: FieldRows, tile: int) -> pd.DataFrame:
    """Steps from pixel to pixel, each averaged along the side of a tile, at borders of tiles and elsewhere.

    Parameters
    ----------
    tile
        Side of a tile in pixels.

    Returns
    -------
    DataFrame
        A row for each band and ``axis`` across which steps are taken: how many averages at ``borders`` and
        ``elsewhere``; the root mean square of either in sigmas of the sky, ``rms_borders`` and
        ``rms_elsewhere``; and ``p``, one-sided by Mann and Whitney, that larger ones at borders are chance.
    """
    found = {(band, axis): ([], []) for band in field.bands for axis in "xy"}
    sigma, last = None, None
    for rows in field.strips(tile):
        flux = field.read(rows)
        if sigma is None:
            sigma = np.array([sky_sigma(band, 0) for band in flux])[:, None, None]
        sky = np.clip(flux / sigma, -SKY, SKY).astype(np.float32)
        for axis, at_border, steps in _steps(sky, last, tile):
            for band, values in zip(field.bands, steps, strict=True):
                found[band, axis][0 if at_border else 1].append(np.abs(values).ravel())
        last = sky[:, -1:]
    return pd.DataFrame([_row(band, axis, *map(_joined, parts)) for (band, axis), parts in found.items()])


def _steps(sky: np.ndarray, last: np.ndarray | None, tile: int) -> Iterator[tuple[str, bool, np.ndarray]]:
    """Averaged steps ``(band, ...)`` of one strip; ``last`` is the row before it."""
    across = np.diff(sky, axis=2).mean(axis=1)
    border = np.arange(1, sky.shape[2]) % tile == 0
    yield "x", True, across[:, border]
    yield "x", False, across[:, ~border]
    whole = sky.shape[2] // tile * tile
    up = np.diff(sky, axis=1)[:, :, :whole]
    yield "y", False, up.reshape(*up.shape[:2], -1, tile).mean(axis=3)
    if last is not None:
        step = (sky[:, :1] - last)[:, :, :whole]
        yield "y", True, step.reshape(*step.shape[:2], -1, tile).mean(axis=3)


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.empty(0)


def _row(band: str, axis: str, borders: np.ndarray, elsewhere: np.ndarray) -> dict[str, object]:
    compared = len(borders) and len(elsewhere)
    return {
        "band": band,
        "axis": axis,
        "borders": len(borders),
        "elsewhere": len(elsewhere),
        "rms_borders": np.sqrt(np.mean(borders**2)) if len(borders) else np.nan,
        "rms_elsewhere": np.sqrt(np.mean(elsewhere**2)) if len(elsewhere) else np.nan,
        "p": mannwhitneyu(borders, elsewhere, alternative="greater").pvalue if compared else np.nan,
    }
