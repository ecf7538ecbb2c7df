"""Boxes of a detector on pictures of the sky, and what is said of how well they fit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mockskies.artefacts.notation import grouped
from mockskies.artefacts.style import HIGHLIGHT, NULL, PAGE, REAL, ROWS
from mockskies.datasets.boxes import BOX

ENOUGH = 10  # galaxies of one size, of which a share is shown


@dataclass(frozen=True)
class Part:
    """A part of a wide view.

    Attributes
    ----------
    picture
        Shape ``(y, x, 3)``, uint8, top row first; may have fewer pixels than the part.
    top, left, height, width
        Of the part, in px of the view.
    zoom
        At which the boxes on it were found: px of the view that the detector saw as one.
    """

    picture: np.ndarray
    top: int
    left: int
    height: int
    width: int
    zoom: int

    def inside(self, boxes: np.ndarray) -> np.ndarray:
        """Those of ``boxes``, ``(n, 4)`` in px of the view, that have their centre in this part."""
        y, x = ((boxes[:, :2] + boxes[:, 2:]) / 2).T
        within = (y >= self.top) & (y < self.top + self.height)
        return boxes[within & (x >= self.left) & (x < self.left + self.width)]


def draw_detections(parts: Sequence[Part], detections: pd.DataFrame, judged: pd.DataFrame) -> Figure:
    """The whole view above, two parts of it in the middle, precision and recall below.

    Parameters
    ----------
    parts
        The view, and two parts.
    detections
        Zoom, top, left, bottom and right in px of the view, and confidence.
    judged
        As ``comparison/<run of the detector>.csv`` has it.
    """
    confidence = judged.loc[judged["kind"] == "working_point", "confidence"].item()
    sure = detections[detections["confidence"] >= confidence]
    whole = parts[0]
    shape = whole.height / whole.width
    figure = Figure(figsize=(PAGE, 1.5 * PAGE * shape + 3))
    heights = [shape, shape / 2, 2.3 / PAGE]
    axes = figure.subplot_mosaic("aa;bc;de", height_ratios=heights)
    for letter, part in zip("abc", parts, strict=True):
        _draw_part(axes[letter], letter, part, sure)
    for letter, part in zip("bc", parts[1:], strict=True):
        corner = part.left, whole.height - part.top - part.height
        axes["a"].add_patch(Rectangle(corner, part.width, part.height, fill=False, ec="white", lw=0.9))
        label = {"xy": (part.left + part.width, corner[1]), "xytext": (2, 0), "textcoords": "offset points"}
        axes["a"].annotate(letter, **label, color="white", fontsize=8, va="bottom")
    _draw_curve(axes["d"], judged)
    _draw_recall(axes["e"], judged)
    return figure


def _draw_part(axes: Axes, letter: str, part: Part, detections: pd.DataFrame) -> None:
    axes.imshow(part.picture[::-1], extent=(0, part.width, 0, part.height))
    boxes = part.inside(detections.loc[detections["zoom"] == part.zoom, BOX].to_numpy())
    low, high = part.top + part.height - boxes[:, 2], part.top + part.height - boxes[:, 0]
    left, right = boxes[:, 1] - part.left, boxes[:, 3] - part.left
    corners = np.stack([[left, low], [right, low], [right, high], [left, high], [left, low]])
    # Thin where there are many.
    thick = 0.6 if len(boxes) < 200 else 0.4
    axes.add_collection(LineCollection(corners.transpose(2, 0, 1), colors=HIGHLIGHT, linewidths=thick))
    axes.set(xlim=(0, part.width), ylim=(0, part.height))
    seen = "pixel for pixel" if part.zoom == 1 else f"at 1:{part.zoom}"
    size = f"{grouped(part.height)} by {grouped(part.width)} px"
    axes.set_title(f"({letter}) {size}, seen {seen}: {grouped(len(boxes))} boxes", loc="left")
    axes.set_axis_off()


def _draw_curve(axes: Axes, judged: pd.DataFrame) -> None:
    """Precision against recall in held-out scenes."""
    # A detector that finds nothing has no curve.
    curve = judged[judged["kind"] == "curve"]
    total, point = (judged[judged["kind"] == kind].iloc[0] for kind in ("average_precision", "working_point"))
    axes.step(curve["recall"], curve["precision"], where="pre", color=REAL)
    axes.plot(point["recall"], point["precision"], "o", ms=4, color=ROWS[0], clip_on=False, zorder=3)
    words = (
        f"average precision {total['value']:.3f}\n"
        f"({total['low']:.3f} to {total['high']:.3f})\n"
        f"{grouped(int(total['number']))} galaxies\n"
        f"circle: confidence {point['confidence']:.2f}"
    )
    axes.text(0.04, 0.06, words, transform=axes.transAxes, fontsize=7, linespacing=1.3)
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.set_title("(d) held-out scenes", loc="left")


def _draw_recall(axes: Axes, judged: pd.DataFrame) -> None:
    """Recall by size, in held-out scenes and at each zoom of the wide view."""
    enough = judged["number"] >= ENOUGH
    scenes = judged[(judged["kind"] == "size") & enough]
    view = judged[(judged["kind"] == "view_size") & enough]
    large = judged[judged["kind"] == "view_large"].set_index("zoom")["value"]
    rows = [("held-out scenes", REAL, "s", scenes)]
    for (zoom, group), colour in zip(view.groupby("zoom"), (NULL, *ROWS[1:]), strict=False):
        label = f"view, 1:{zoom:.0f} (largest quarter: {large[zoom]:.2f})"
        rows.append((label, colour, "o", group))
    for number, (label, colour, marker, group) in enumerate(rows):
        # Beside each other, so that intervals of one size can be told apart.
        size = np.sqrt(group["size_low"] * group["size_high"]) * 1.03 ** (number - (len(rows) - 1) / 2)
        # Where all or none are found an end of the interval is the share itself, but for rounding.
        error = [(group["value"] - group["low"]).clip(0), (group["high"] - group["value"]).clip(0)]
        axes.errorbar(size, group["value"], error, fmt=f"{marker}-", ms=3, lw=0.8, color=colour, label=label)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:.0f}")
    # Room for the legend above.
    axes.set(xlabel="longer side of the galaxy (px)", ylabel="recall", ylim=(0, 1.42))
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.set_title("(e) by size", loc="left")
    axes.legend(loc="upper left")
