"""How one frame is put together of a grid of positions and of single galaxies."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from mockskies.artefacts.notation import grouped
from mockskies.artefacts.stretch import brightest, stretched_levels
from mockskies.artefacts.style import MUTED, PAGE, ROWS

HEIGHT = 3.5  # in
GRID, PATCHES, FRAME = (1.35, 1.95, 1.3), (1.35, 0.3, 1.3), (3.75, 0.3, 2.95)  # left, bottom, side; in
SHOWN = 4  # galaxies along a side of their panel
GAP = 2  # px between them


@dataclass(frozen=True)
class Assembly:
    """One frame and what it was made of.

    Attributes
    ----------
    grid
        Cells with a galaxy, ``(cells, cells)``, bool, row 0 on top.
    patches
        The frame's galaxies, ``(k, 32, 32)``, uint8.
    frame
        Shape ``(y, x)``, uint8.
    """

    grid: np.ndarray
    patches: np.ndarray
    frame: np.ndarray


def draw_two_stages(assembly: Assembly, steps: dict[str, int]) -> Figure:
    """Grid and galaxies on the left, the frame that they make on the right.

    Parameters
    ----------
    steps
        Of training, by the network's name in words: that of positions, then that of galaxies.
    """
    figure = Figure(figsize=(PAGE, HEIGHT))
    figure.set_layout_engine("none")
    cells, count = len(assembly.grid), len(assembly.patches)
    side = cells * assembly.patches.shape[-1]
    grid, patches, frame = (_panel(figure, place) for place in (GRID, PATCHES, FRAME))
    grid.imshow(assembly.grid, cmap="gray", origin="upper", interpolation="none", vmin=0, vmax=1)
    patches.imshow(
        _sheet(assembly.patches), origin="upper", interpolation="none", cmap="gray", vmin=0, vmax=255
    )
    shown = stretched_levels(brightest(assembly.frame, 2))
    height, width = assembly.frame.shape
    frame.imshow(shown, origin="upper", interpolation="none", vmin=0, vmax=255, extent=(0, width, height, 0))
    edges = np.arange(0, side, side // cells)
    for axis in (frame.axvline, frame.axhline):
        for edge in edges[(edges > 0) & (edges < width)]:
            axis(edge, color=ROWS[1], lw=0.25, alpha=0.6)
    frame.set(xlim=(0, width), ylim=(height, 0))

    _title(grid, f"1. positions: {assembly.grid.sum()} of {cells}\N{MULTIPLICATION SIGN}{cells} cells")
    few = f", {SHOWN**2} shown" if count > SHOWN**2 else ""
    _title(patches, f"2. galaxies: {grouped(count)} patches of {assembly.patches.shape[-1]} px{few}")
    _title(frame, f"3. frame: {grouped(width)} px, a patch in each cell that is set")
    for place, (network, made), colour in zip((GRID, PATCHES), steps.items(), ROWS, strict=False):
        middle = place[1] + place[2] / 2
        words = f"noise into\nthe {network}\n({grouped(made)} steps)"
        figure.text(0.05 / PAGE, middle / HEIGHT, words, color=colour, va="center", fontsize=7)
        _arrow(figure, (0.9, middle), (place[0] - 0.06, middle), colour)
    ends = FRAME[1] + FRAME[2] * np.array([0.7, 0.3])
    for place, end, words, colour in zip((GRID, PATCHES), ends, ("where", "what"), ROWS, strict=False):
        start = place[0] + place[2] + 0.06, place[1] + place[2] / 2
        _arrow(figure, start, (FRAME[0] - 0.06, end), colour)
        place_x, place_y = (start[0] + FRAME[0]) / 2, (start[1] + end) / 2
        figure.text(place_x / PAGE, (place_y + 0.12) / HEIGHT, words, color=colour, ha="center", fontsize=7)
    return figure


def _panel(figure: Figure, place: tuple[float, float, float]) -> Axes:
    left, bottom, side = place
    axes = figure.add_axes((left / PAGE, bottom / HEIGHT, side / PAGE, side / HEIGHT))
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_color(MUTED)
    return axes


def _title(axes: Axes, words: str) -> None:
    axes.set_title(words, fontsize=7, pad=3)


def _arrow(figure: Figure, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    ends = ((x / PAGE, y / HEIGHT) for x, y in (start, end))
    figure.add_artist(
        FancyArrowPatch(
            *ends, transform=figure.transFigure, arrowstyle="-|>", mutation_scale=8, color=colour, lw=1,
            shrinkA=0, shrinkB=0,
        )
    )  # fmt: skip


def _sheet(patches: np.ndarray) -> np.ndarray:
    """The first patches in a square, white between them."""
    size = patches.shape[-1]
    step = size + GAP
    sheet = np.full((SHOWN * step - GAP,) * 2, 255, np.uint8)
    for number, patch in enumerate(patches[: SHOWN**2]):
        top, left = (step * place for place in divmod(number, SHOWN))
        sheet[top : top + size, left : left + size] = stretched_levels(patch)
    return sheet
