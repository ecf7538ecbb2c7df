"""Figure 5 of coccomini2021: generated images above the real ones most similar to them, and how similar."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from mockskies.artefacts.gallery import BAR, DPI
from mockskies.artefacts.notation import scientific
from mockskies.artefacts.style import GENERATED, MUTED, REAL, origin

COLUMNS = 10  # for which the figure has room, however few are shown
CELL = 192  # dots of an image in the PNG: larger images are averaged down, smaller ones repeated
GAP = 6  # dots between columns
WRITING = 34  # dots below an image, for its SSIM
LABEL = 0.3  # in, left of the images
PANEL = 1.25  # in, height of the panel of distributions
BELOW = 0.55  # in, under the panel: its axis, and the figure's provenance


def draw_similar(
    columns: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]],
    drawn: pd.DataFrame,
    real: pd.DataFrame,
    statistics: pd.DataFrame,
    simulated: bool,
) -> Figure:
    """The figure.

    Parameters
    ----------
    columns
        A generated image ``(3, y, x)``, its most similar real ones ``(n, 3, y, x)``, uint8, and their SSIM
        ``(n,)``.
    drawn, real
        Tables of `mockskies.measurement.similar.search_similar`.
    statistics
        What `mockskies.comparison.similarity` found of them.
    """
    rows = 1 + len(columns[0][1])
    step = CELL + GAP, CELL + WRITING
    sheet = np.full((rows * step[1], max(COLUMNS, len(columns)) * step[0] - GAP, 3), 255, np.uint8)
    width, height = sheet.shape[1] / DPI, sheet.shape[0] / DPI
    total = LABEL + width + 0.02, 0.03 + height + 0.12 + PANEL + BELOW
    figure = Figure(figsize=total)
    figure.set_layout_engine("none")
    axes = figure.add_axes(
        (LABEL / total[0], 1 - (0.03 + height) / total[1], width / total[0], height / total[1])
    )
    for column, (image, similar, values) in enumerate(columns):
        left = column * step[0]
        for row, picture in enumerate((image, *similar)):
            sheet[row * step[1] :][:CELL, left : left + CELL] = _picture(picture)
        for row, value in enumerate(values, 1):
            axes.text(
                left + CELL / 2, row * step[1] + CELL + 2, f"{value:.3f}", ha="center", va="top", fontsize=6
            )  # fmt: skip
    axes.imshow(sheet, interpolation="none", origin="upper", aspect="auto")
    axes.set_axis_off()
    _label(axes, "generated", GENERATED, 0, CELL)
    kind = origin(simulated)
    _label(axes, f"most similar {kind} ones, by SSIM", REAL, step[1], sheet.shape[0] - WRITING)
    # Beside the panel is room for its legend.
    wide = 0.55 * width
    panel = figure.add_axes(
        ((LABEL + 0.25) / total[0], BELOW / total[1], (wide - 0.25) / total[0], PANEL / total[1])
    )
    _distributions(panel, drawn, real, statistics, kind)
    return figure


def _picture(image: np.ndarray) -> np.ndarray:
    """An image ``(3, y, x)`` of `CELL` dots a side, ``(y, x, 3)``: means of the pixels that a dot covers."""
    picture = Image.fromarray(np.ascontiguousarray(image.transpose(1, 2, 0)))
    return np.asarray(picture.resize((CELL, CELL), Image.Resampling.BOX))


def _label(axes: Axes, words: str, colour: str, top: float, bottom: float) -> None:
    wide = BAR * DPI
    axes.add_patch(Rectangle((-1.4 * wide, top), wide, bottom - top, color=colour, lw=0, clip_on=False))
    axes.text(
        -1.8 * wide, (top + bottom) / 2, words, color=colour, rotation=90, ha="right", va="center", fontsize=6
    )


def _distributions(
    axes: Axes, drawn: pd.DataFrame, real: pd.DataFrame, statistics: pd.DataFrame, kind: str
) -> None:
    """Shares of images whose highest SSIM is at most so high."""
    found = statistics.set_index("kind")
    for table, words, colour in (
        (drawn, f"generated, with the most similar {kind} one", GENERATED),
        (real, f"{kind}, with the most similar of the others", REAL),
    ):
        values = table.loc[table["rank"] == 1, "ssim"]
        axes.ecdf(values, color=colour, label=f"{len(values)} {words}")
    row = found.loc["drawn"]
    axes.axvline(row["threshold"], color=MUTED, lw=0.8, ls="--", label=f"99th percentile of the {kind} ones")
    axes.set(xlabel="highest SSIM of an image", ylabel="share of images", ylim=(0, 1.02))
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.05))
    text = (
        f"Kolmogorov-Smirnov $D = {row['ks']:.3f}$, $p = {scientific(row['p'], 2)}$\n"
        f"generated above the percentile: {100 * row['above']:.3g} per cent "
        f"[{100 * row['above_low']:.2g}, {100 * row['above_high']:.2g}]"
    )
    axes.text(1.045, 0.02, text, transform=axes.transAxes, va="bottom", fontsize=7, linespacing=1.5)
