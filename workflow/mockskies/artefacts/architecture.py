"""Networks as rows of blocks, drawn from their outlines and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon

from mockskies.artefacts.notation import grouped
from mockskies.artefacts.style import MUTED, PAGE

CONVOLUTIONS = {"Conv2d": "conv", "ConvTranspose2d": "deconv"}
WORDS = {"BatchNorm2d": "batch norm", "Dropout2d": "dropout", "Upsample": "upsample"}

# Inches for the square root of a pixel and of a channel: 1 and 1024 channels must fit on one line.
SIDE = 0.068
THICKNESS = 0.0155
SLANT = 0.30  # of a block's side, to the right and up
SMALL = 5.2  # pt
# Room in a row for its title, for bridges, and for the boxes' shapes, in inches.
TITLE, SUMS, SHAPES = 0.3, 0.32, 0.2
MARGIN = 0.12
LINE = {"color": MUTED, "lw": 0.5}


@dataclass(frozen=True)
class Step:
    """A convolution with all that comes before the next.

    Attributes
    ----------
    words
        What is done, one line each, in order.
    shape
        Of what comes out, ``(channel, y, x)``.
    """

    words: tuple[str, ...]
    shape: tuple[int, int, int]


def steps(outline: Mapping) -> tuple[list[Step], list[tuple[int, int]]]:
    """Convolutions of an outline (as `mockskies.models.outline.outline` has it), and sums between them.

    Sums are pairs of steps: what comes out of the first is added to what the second's convolution gives. The
    input is -1. An upsampling belongs to the convolution after it.
    """
    found, step_of = [], {-1: -1}
    words: list[str] = []
    waiting: list[str] = []
    for number, layer in enumerate(outline["layers"]):
        if layer["name"] in CONVOLUTIONS:
            settings = layer["settings"]
            kernel = _square(settings["kernel_size"])
            how = f"s{settings['stride']} p{settings['padding']}"
            words = [*waiting, f"{CONVOLUTIONS[layer['name']]} {kernel}", how]
            waiting = []
            found.append((words, layer["shape"]))
        elif layer["name"] == "Upsample":
            waiting = [f"upsample \N{MULTIPLICATION SIGN}{layer['settings']['scale_factor']:g}"]
        else:
            words.append(_words(layer))
        step_of[number] = len(found) - 1
    sums = [(step_of[first], step_of[second]) for first, second in outline["skips"]]
    return [Step(tuple(words), tuple(shape)) for words, shape in found], sums


def draw_architecture(networks: Sequence[tuple[str, str, Mapping]]) -> Figure:
    """A row for each network: its title, its colour and its outline."""
    heights = [_height(outline) for _, _, outline in networks]
    foot = 0.2
    figure = Figure(figsize=(PAGE, sum(heights) + foot))
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, PAGE), ylim=(0, sum(heights) + foot))
    axes.set_axis_off()
    top = sum(heights) + foot
    for (title, colour, outline), height in zip(networks, heights, strict=True):
        _draw_network(axes, top, title, colour, outline)
        top -= height
    return figure


def _words(layer: Mapping) -> str:
    settings = layer["settings"]
    if layer["name"] == "LeakyReLU" and settings:
        return f"LeakyReLU {settings['negative_slope']:g}"
    return WORDS.get(layer["name"], layer["name"])


def _height(outline: Mapping) -> float:
    """Room for a row, in inches: title, sums, shapes, the tallest block, words."""
    found, sums = steps(outline)
    return (
        0.3 + (0.32 if sums else 0) + 0.2 + _tallest(outline) + 0.08 * max(len(s.words) for s in found) + 0.12
    )


def _tallest(outline: Mapping) -> float:
    sides = [outline["input"][1], *(step.shape[1] for step in steps(outline)[0])]
    return SIDE * (1 + SLANT) * max(sides) ** 0.5


def _draw_network(axes: Axes, top: float, title: str, colour: str, outline: Mapping) -> None:
    found, sums = steps(outline)
    shapes = [tuple(outline["input"]), *(step.shape for step in found)]
    boxes = [(THICKNESS * channels**0.5, SIDE * y**0.5) for channels, y, _ in shapes]
    widths = [thick + SLANT * side for thick, side in boxes]
    gap = (PAGE - 2 * MARGIN - sum(widths)) / (len(shapes) - 1)
    tallest = _tallest(outline)
    base = top - TITLE - (SUMS if sums else 0) - SHAPES - tallest
    weights = f"{title}, {grouped(outline['parameters'])} weights"
    axes.text(MARGIN, top - 0.05, weights, color=colour, va="top", fontsize=8)

    lefts = MARGIN + np.cumsum([0, *widths[:-1]]) + gap * np.arange(len(widths))
    for left, (thick, side), width, shape in zip(lefts, boxes, widths, shapes, strict=True):
        _draw_box(axes, left, base + (tallest - (1 + SLANT) * side) / 2, thick, side, colour)
        label = f"{shape[0]}\n{shape[1]}\N{MULTIPLICATION SIGN}{shape[2]}"
        _write(axes, left + width / 2, base + tallest + 0.05, label, va="bottom", fontsize=SMALL + 0.6)
    for step, start, width, end in zip(found, lefts[:-1], widths[:-1], lefts[1:], strict=True):
        middle = base + tallest / 2
        _draw_arrow(axes, (start + width, middle), (end, middle), room=1)
        _write(axes, (start + width + end) / 2, base - 0.05, "\n".join(step.words), va="top", fontsize=SMALL)
    for first, second in sums:
        # Step n gives box n + 1: the input is box 0.
        start, end = (lefts[n + 1] + widths[n + 1] / 2 for n in (first, second))
        level = base + tallest + 0.26
        height = level + (0.1 if second - first < 3 else 0.24)
        axes.plot([start, start, end], [level, height, height], **LINE)
        _draw_arrow(axes, (end, height), (end, level - 0.02), room=0)
        _write(axes, (start + end) / 2, height + 0.01, "+", va="bottom", fontsize=SMALL + 1, color=MUTED)


def _draw_box(axes: Axes, left: float, bottom: float, thick: float, side: float, colour: str) -> None:
    """A box whose right face is the image and whose length is its channels."""
    right, top, slant = left + thick, bottom + side, SLANT * side
    front = [(left, bottom), (right, bottom), (right, top), (left, top)]
    lid = [(left, top), (right, top), (right + slant, top + slant), (left + slant, top + slant)]
    face = [(right, bottom), (right + slant, bottom + slant), (right + slant, top + slant), (right, top)]
    for corners, light in ((front, 0.45), (lid, 0.8), (face, 0.65)):
        axes.add_patch(Polygon(corners, facecolor=_lighter(colour, light), edgecolor=colour, lw=0.4))


def _draw_arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], room: float) -> None:
    arrow = FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=4, shrinkA=room, shrinkB=room, **LINE
    )
    axes.add_patch(arrow)


def _write(axes: Axes, x: float, y: float, text: str, **style) -> None:
    axes.text(x, y, text, ha="center", linespacing=1.05, **style)


def _square(side: int) -> str:
    return f"{side}\N{MULTIPLICATION SIGN}{side}"


def _lighter(colour: str, part: float) -> tuple[float, ...]:
    """``colour`` mixed with white."""
    return tuple(1 - (1 - part) * (1 - np.array(to_rgb(colour))))
