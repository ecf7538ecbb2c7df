"""Histograms and power spectra of frames with a low, a middling and a high score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mockskies.artefacts.stretch import stretched_levels
from mockskies.artefacts.style import PAGE, ROWS
from mockskies.errors import InputError

# Quantiles of the score whose frames are shown, and the share of all frames around each that gives its band.
QUANTILES = {"low": 0.05, "middling": 0.5, "high": 0.95}
AROUND = 0.1
EXCERPT = 400  # px
# Bins of level, about equally wide on a logarithmic axis.
LEVEL_BINS = 32
# Rings that the power spectrum's moving average joins: its first value stands for the ring at their middle.
FIRST_RING = 2


@dataclass(frozen=True)
class Group:
    """Frames of about one score.

    Attributes
    ----------
    words
        ``low``, ``middling`` or ``high``.
    frame
        Row of the frame that is shown.
    rows
        Those of all frames of about its score.
    """

    words: str
    frame: int
    rows: np.ndarray


def groups_by_score(scores: np.ndarray, path: str) -> list[Group]:
    """The frame at each of `QUANTILES` of ``scores`` ``(n,)``, and its neighbours in score.

    Raises
    ------
    InputError
        If there are fewer frames than groups.
    """
    if len(scores) < len(QUANTILES):
        raise InputError(f"{path}: expected at least {len(QUANTILES)} scored frames, got {len(scores)}")
    order = np.argsort(scores, kind="stable")
    wide = max(1, round(AROUND * len(scores) / 2))
    groups = []
    for words, quantile in QUANTILES.items():
        place = round(quantile * (len(scores) - 1))
        groups.append(Group(words, int(order[place]), order[max(0, place - wide) : place + wide + 1]))
    return groups


def draw_features(
    groups: Sequence[Group],
    scores: np.ndarray,
    frames: Sequence[np.ndarray],
    features: Mapping[str, np.ndarray],
) -> Figure:
    """Excerpts of the frames above, their features below.

    Parameters
    ----------
    frames
        Of each group, ``(y, x)``, uint8.
    features
        ``histogram`` and ``power`` of all scored frames, ``(n, bin)``.
    """
    figure = Figure(figsize=(PAGE, 4.6))
    above, below = figure.subfigures(2, 1, height_ratios=[2.35, 2.25])
    for axes, group, frame, colour in zip(above.subplots(1, 3), groups, frames, ROWS, strict=False):
        start = [(length - EXCERPT) // 2 for length in frame.shape]
        part = frame[start[0] : start[0] + EXCERPT, start[1] : start[1] + EXCERPT]
        axes.imshow(stretched_levels(part), origin="upper", interpolation="none", vmin=0, vmax=255)
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"{group.words} score, {scores[group.frame]:.2f}", color=colour)
        for spine in axes.spines.values():
            spine.set(color=colour, linewidth=1.5)
    panels = below.subplots(1, 2)
    histogram, power = features["histogram"], features["power"]
    levels, pixels = pixels_by_level(np.asarray(histogram))
    rings = FIRST_RING + np.arange(power.shape[1])
    for group, colour in zip(groups, ROWS, strict=False):
        _curves(panels[0], levels, pixels, group, colour)
        _curves(panels[1], rings, power, group, colour)
    panels[0].set(
        xscale="log",
        yscale="log",
        xlim=(1, 255),
        ylim=(0.03, None),
        xlabel="level",
        ylabel="pixels of a frame",
    )
    panels[0].set_title("histogram, level 0 left out")
    panels[1].set(
        xscale="log",
        yscale="log",
        xlim=rings[[0, -1]],
        xlabel="spatial frequency (cycles a frame)",
        ylabel="power in the ring (levels$^2$)",
    )
    panels[1].set_title("power spectrum")
    panels[0].legend(loc="upper right")
    return figure


def pixels_by_level(histogram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middles ``(bin,)`` of bins of levels from 1 up, and mean pixels a level of each, ``(n, bin)``.

    ``histogram`` is ``(n, 256)``.
    """
    starts = np.unique(np.rint(np.geomspace(1, histogram.shape[1], LEVEL_BINS + 1)).astype(int))
    sums = np.add.reduceat(histogram, starts[:-1], axis=1)
    return np.sqrt(starts[:-1] * (starts[1:] - 1)), sums / np.diff(starts)


def _curves(axes: Axes, x: np.ndarray, values: np.ndarray, group: Group, colour: str) -> None:
    """The frame's own curve, and the central 68 per cent of its neighbours'."""
    low, high = np.percentile(values[group.rows], (16, 84), axis=0)
    # A logarithmic axis has no zero: bands end at its foot, lines break off.
    axes.fill_between(x, np.maximum(low, 1e-3), np.maximum(high, 1e-3), color=colour, alpha=0.25, lw=0)
    own = np.where(values[group.frame] > 0, values[group.frame], np.nan)
    axes.plot(x, own, color=colour, lw=0.8, label=f"{group.words} score")
