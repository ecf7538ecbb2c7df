"""Which picture lies where in a wide view of the sky (Coccomini et al. 2021, section 4.2).

The view is a grid of tiles, each of which holds one picture. The text combines 3000 galaxies and 10 blanks at
random, so every picture is as likely in every tile, and so many of 3010 tiles are blank; it does not say how
galaxies are resized. Here one distribution of scales serves the whole view, and pictures are centred anywhere
in their tiles.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mockskies.randomness import random_generator

SMALLEST = 0.3  # side of the smallest pictures, in tiles; the largest are as wide as a tile


@dataclass(frozen=True)
class View:
    """Size of a wide view.

    Attributes
    ----------
    rows, columns
        Tiles.
    tile
        Side of a tile, px.
    """

    rows: int
    columns: int
    tile: int

    @property
    def size(self) -> tuple[int, int]:
        """Height and width, px."""
        return self.rows * self.tile, self.columns * self.tile


def scatter(view: View, pictures: int, blanks: np.ndarray, size: int, seed: int) -> pd.DataFrame:
    """Which picture every tile holds, and how.

    Parameters
    ----------
    pictures
        How many there are.
    blanks
        Rows of those among them that serve as blanks too.
    size
        Side of a picture, px.

    Returns
    -------
    DataFrame
        row, column (of the tile); image (a row of pictures); blank (0 or 1); angle (deg, counter-clockwise);
        scale (px of the view a px of the picture, uniform in its logarithm, such that sides are whole px);
        y, x (centre of the picture, px from the view's upper left corner).
    """
    tiles = []
    for row in range(view.rows):
        for column in range(view.columns):
            random = random_generator(seed, "wide view", row, column)
            number = int(random.integers(pictures + len(blanks)))
            blank = number >= pictures
            image = int(blanks[number - pictures]) if blank else number
            angle = random.uniform(0, 360)
            side = round(view.tile * SMALLEST ** random.random())
            corner = np.floor((np.array([row, column]) + random.random(2)) * view.tile - side / 2)
            tiles.append((row, column, image, int(blank), angle, side / size, *(corner + side / 2)))
    columns = ["row", "column", "image", "blank", "angle", "scale", "y", "x"]
    return pd.DataFrame(tiles, columns=columns)
