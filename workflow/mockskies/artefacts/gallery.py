"""Rows of images, pixel for pixel: each is enlarged a whole number of times and none is interpolated."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mockskies.errors import InputError

DPI = 300  # that of the PNG
LABEL = 0.36  # in, left of the images
FOOT = 0.18  # in, below them, for the figure's provenance
BAR = 0.06  # in, width of a row's coloured bar


@dataclass(frozen=True)
class Row:
    """Images of one kind, side by side.

    Attributes
    ----------
    label
        What they are, in one or two short lines.
    colour
        Of the label and of the bar beside it.
    images
        Shape ``(n, band, y, x)``, uint8, red first and row 0 on top.
    """

    label: str
    colour: str
    images: np.ndarray


def draw_rows(images: np.ndarray, count: int, random: np.random.Generator, path: str | Path) -> np.ndarray:
    """Numbers of ``count`` different images, drawn at random and in the order in which they were drawn."""
    if len(images) < count:
        raise InputError(f"{path}: expected at least {count} images to show, got {len(images)}")
    return random.choice(len(images), count, replace=False)


def sheet(rows: Sequence[np.ndarray], gap: int, size: int = 0) -> np.ndarray:
    """Rows of images in one picture ``(y, x, 3)``, white between them; ``gap`` is in its pixels.

    Smaller images are enlarged to ``size`` or, where that is larger, to the size of the largest.
    """
    size = max(size, *(images.shape[-1] for images in rows))
    step, columns = size + gap, max(len(images) for images in rows)
    picture = np.full((len(rows) * step - gap, columns * step - gap, 3), 255, np.uint8)
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            times = size // image.shape[-1]
            enlarged = image.repeat(times, axis=1).repeat(times, axis=2)
            top, left = row * step, column * step
            picture[top : top + size, left : left + size] = np.moveaxis(enlarged, 0, -1)
    return picture


def gallery(
    rows: Sequence[Row], cell: int, head: float = 0.03, foot: float = FOOT, gap: int = 2
) -> tuple[Figure, Axes]:
    """A figure of ``rows``, each with its label and a bar of its colour on the left.

    Parameters
    ----------
    cell
        Side of an image in dots of the PNG, a multiple of the largest image's.
    head, foot
        Room above and below the images, in inches.
    gap
        Pixels of the largest images between them.

    Returns
    -------
    Figure, Axes
        The axes are in pixels of the largest images, y downwards.
    """
    picture = sheet([row.images for row in rows], gap)
    size = max(row.images.shape[-1] for row in rows)
    inch = DPI * size / cell  # pixels of the picture an inch
    height, width = picture.shape[0] / inch, picture.shape[1] / inch
    total = LABEL + width + 0.02, head + height + foot
    figure = Figure(figsize=total)
    figure.set_layout_engine("none")
    axes = figure.add_axes((LABEL / total[0], foot / total[1], width / total[0], height / total[1]))
    axes.imshow(picture, interpolation="none", origin="upper", aspect="auto")
    axes.set_axis_off()
    for number, row in enumerate(rows):
        top = number * (size + gap) - 0.5
        bar = Rectangle((-(BAR + 0.02) * inch, top), BAR * inch, size, color=row.colour, lw=0, clip_on=False)
        axes.add_patch(bar)
        axes.text(
            -(BAR + 0.04) * inch, top + size / 2, row.label, color=row.colour, rotation=90,
            ha="right", va="center", multialignment="center", fontsize=6, linespacing=0.95,
        )  # fmt: skip
    return figure, axes


def side_by_side(
    blocks: Sequence[tuple[str, str, int, np.ndarray]], cell: int, head: float = 0.24, gap: int = 2
) -> Figure:
    """Blocks of images with a titled bar of their own colour above each.

    Parameters
    ----------
    blocks
        Title, colour, columns and images ``(n, band, y, x)``; equally many rows in each. Smaller images are
        enlarged to the size of the largest.
    cell, head, gap
        As `gallery` has them.
    """
    size = max(images.shape[-1] for *_, images in blocks)
    inch = DPI * size / cell
    pictures = [
        sheet([images[i : i + columns] for i in range(0, len(images), columns)], gap, size)
        for _, _, columns, images in blocks
    ]
    between, edge = 0.12, 0.02
    height = pictures[0].shape[0] / inch
    width = sum(picture.shape[1] for picture in pictures) / inch + between * (len(blocks) - 1) + 2 * edge
    total = width, head + height + FOOT
    figure = Figure(figsize=total)
    figure.set_layout_engine("none")
    left = edge
    for (title, colour, _, _), picture in zip(blocks, pictures, strict=True):
        wide = picture.shape[1] / inch
        axes = figure.add_axes((left / width, FOOT / total[1], wide / width, height / total[1]))
        axes.imshow(picture, interpolation="none", origin="upper", aspect="auto")
        axes.set_axis_off()
        bar = Rectangle(
            (-0.5, -0.5 - 0.06 * inch), picture.shape[1], 0.04 * inch, color=colour, lw=0, clip_on=False
        )
        axes.add_patch(bar)
        axes.text(picture.shape[1] / 2, -0.5 - 0.09 * inch, title, color=colour, ha="center", va="bottom")
        left += wide + between
    return figure
