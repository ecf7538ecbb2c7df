"""Thumbnails of single sources, chosen at random and shown without saying whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from astropy.table import Table

from mockskies.datasets.field import read_field
from mockskies.measurement.table import read_catalogue


@dataclass(frozen=True)
class Selection:
    """Which sources are shown, and how.

    Attributes
    ----------
    band
        Band of the magnitudes and of the thumbnails.
    magnitudes
        Brightest and faintest AUTO magnitude.
    margin
        Pixels from a source's central pixel to the edge of its thumbnail.
    each
        Sources wanted of each kind.
    """

    band: str
    magnitudes: tuple[float, float]
    margin: int
    each: int


def draw_sources(
    catalogues: Sequence[str | Path],
    fields: Sequence[str | Path],
    selection: Selection,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Draw sources of ``catalogues`` at random, none twice, and cut them from the ``fields`` these describe.

    Returns
    -------
    DataFrame
        Columns field (its file), number (NUMBER in the catalogue), x, y (central pixel, 0-based),
        magnitude and pixels (the thumbnail): as many rows as are wanted, or as there are.
    """
    eligible = [eligible_sources(read_catalogue(path), selection) for path in catalogues]
    sources = pd.concat(eligible, keys=map(str, fields), names=["field"]).reset_index("field")
    drawn = sources.iloc[random.permutation(len(sources))[: selection.each]].reset_index(drop=True)
    return drawn.assign(pixels=cut_thumbnails(drawn, selection))


def eligible_sources(table: Table, selection: Selection) -> pd.DataFrame:
    """Sources within the magnitudes whose thumbnails lie inside their field: number, x, y, magnitude."""
    x = np.rint(np.asarray(table["X_IMAGE"]) - 1).astype(int)
    y = np.rint(np.asarray(table["Y_IMAGE"]) - 1).astype(int)
    magnitude = np.asarray(table[f"MAG_AUTO_{selection.band}"], dtype=float)
    (brightest, faintest), margin = selection.magnitudes, selection.margin
    chosen = (magnitude >= brightest) & (magnitude < faintest)
    chosen &= (x >= margin) & (x < table.meta["XSIZE"] - margin)
    chosen &= (y >= margin) & (y < table.meta["YSIZE"] - margin)
    columns = {"number": np.asarray(table["NUMBER"]), "x": x, "y": y, "magnitude": magnitude}
    return pd.DataFrame(columns)[chosen]


def cut_thumbnails(sources: pd.DataFrame, selection: Selection) -> list[np.ndarray]:
    """Squares of ``2 margin`` pixels around ``sources``, in their order; each field is read once."""
    margin, thumbnails = selection.margin, {}
    for path, group in sources.groupby("field"):
        sky = read_field(path)
        image = sky.flux[sky.bands.index(selection.band)]
        for source in group.itertuples():
            y, x = source.y, source.x
            thumbnails[source.Index] = image[y - margin : y + margin, x - margin : x + margin].copy()
    return [thumbnails[index] for index in sources.index]


def mosaic(thumbnails: Sequence[np.ndarray], columns: int, gap: int) -> np.ndarray:
    """Thumbnails row by row, ``gap`` pixels apart, in one image ``(y, x)`` whose first row is the topmost.

    Gaps and cells without a thumbnail are NaN.
    """
    side = thumbnails[0].shape[0]
    rows = -(-len(thumbnails) // columns)
    sheet = np.full((rows * (side + gap) - gap, columns * (side + gap) - gap), np.nan, np.float32)
    for position, thumbnail in enumerate(thumbnails):
        row, column = divmod(position, columns)
        top, left = row * (side + gap), column * (side + gap)
        # FITS rows run upwards, the sheet's downwards.
        sheet[top : top + side, left : left + side] = thumbnail[::-1]
    return sheet
