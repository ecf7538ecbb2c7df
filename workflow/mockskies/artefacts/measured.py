"""What is known of each generated galaxy: its class, and the real galaxies like it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mockskies.errors import InputError
from mockskies.measurement.columns import read_columns

# Answers to Galaxy Zoo's first question, Class1.1 to Class1.3, and what table 1 of the paper calls them.
CLASSES = (("smooth", "elliptical"), ("features or disc", "spiral"), ("star or artefact", "irregular"))


@dataclass(frozen=True)
class Measured:
    """What is known of the generated galaxies.

    Attributes
    ----------
    votes
        Expected fractions of the answers to the first question, shape ``(n, 3)``.
    nearest
        Of each: image, real (row), distance, share, as `mockskies.measurement.neighbours.nearest` has them,
        and ssim.
    similar
        Of some: image, rank, real, ssim; the real galaxies most like them.
    """

    votes: np.ndarray
    nearest: pd.DataFrame
    similar: pd.DataFrame

    @property
    def shown(self) -> np.ndarray:
        """Rows of the real galaxies that stand beside a generated one, ascending."""
        return np.union1d(self.nearest["real"], self.similar["real"])

    def columns(self) -> dict[str, list | dict]:
        """All of it by name, in the galaxies' order; real galaxies by their place in `shown`."""
        similar = {
            int(image): list(zip(self._places(group["real"]), group["ssim"].round(4).tolist(), strict=True))
            for image, group in self.similar.sort_values(["image", "rank"]).groupby("image")
        }
        return {
            "class": self.votes.argmax(axis=1).tolist(),
            "votes": self.votes.astype(float).round(3).tolist(),
            "nearest": self._places(self.nearest["real"]),
            "distance": [float(f"{value:.4g}") for value in self.nearest["distance"]],
            "share": self.nearest["share"].round(4).tolist(),
            "ssim": self.nearest["ssim"].round(4).tolist(),
            "similar": similar,
        }

    def _places(self, rows: pd.Series) -> list[int]:
        return np.searchsorted(self.shown, rows).tolist()


def read_measured(
    votes: str | Path, nearest: str | Path, similar: str | Path, drawn: int, real: int
) -> Measured:
    """Read what was measured of ``drawn`` galaxies against ``real`` ones.

    Raises
    ------
    InputError
        If a file is of another number of galaxies, or names one that does not exist.
    """
    fractions = np.load(votes)
    if len(fractions) != drawn:
        raise InputError(f"{votes}: expected votes on {drawn} images, found {len(fractions)}")
    tables = (
        _table(nearest, drawn, real, "distance", "share", "ssim"),
        _table(similar, drawn, real, "rank", "ssim"),
    )
    if not np.array_equal(tables[0]["image"], np.arange(drawn)):
        raise InputError(f"{nearest}: expected images 0 to {drawn - 1} in order, found {len(tables[0])}")
    return Measured(fractions[:, : len(CLASSES)], *tables)


def _table(path: str | Path, drawn: int, real: int, *values: str) -> pd.DataFrame:
    """A table of pairs of images, of which neither may lie outside its set."""
    table = read_columns(path, ["image", "real", *values])
    for column, count in (("image", drawn), ("real", real)):
        outside = table.loc[~table[column].between(0, count - 1), column]
        if len(outside):
            raise InputError(f"{path}: {column}: expected rows 0 to {count - 1}, found {outside.iloc[0]}")
    return table
