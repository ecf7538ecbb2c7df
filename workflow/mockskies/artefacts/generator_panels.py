"""Generators against real frames where scores say nothing: classifiers, power spectra, places of galaxies."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from mockskies.artefacts.frame_numbers import GENERATORS, short
from mockskies.artefacts.style import MUTED, NULL, PAGE, REAL, ROWS

PLAIN = FuncFormatter(lambda value, _: f"{value:g}")
# Pair correlation up to which its axis is linear.
MOST_LINEAR = 3
COLOURS = dict(zip(GENERATORS, ROWS, strict=True))


def draw_generators(judged: pd.DataFrame, spectra: pd.DataFrame, pairs: pd.DataFrame, kind: str) -> Figure:
    """Three panels: how well frames are told apart, ratio of power spectra, pair correlation of centres.

    Parameters
    ----------
    judged
        Row ``real_halves`` and that of each generator, indexed by ``frames``: auc, auc_low and auc_high.
    spectra, pairs
        ``comparison/spectra.csv``, and of ``comparison/pairs.csv`` the centres in pixels.
    kind
        What real frames are called.
    """
    figure = Figure(figsize=(PAGE, 4.9))
    layout = figure.subplot_mosaic([["auc", "pairs"], ["spectra", "spectra"]], height_ratios=[1, 1])
    _draw_auc(layout["auc"], judged, kind)
    _draw_spectra(layout["spectra"], spectra, kind)
    _draw_pairs(layout["pairs"], pairs, kind)
    handles = {}
    for axes in (layout["spectra"], layout["pairs"]):
        handles |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    figure.legend(handles.values(), handles.keys(), loc="outside upper center", ncols=3)
    return figure


def _draw_auc(axes: Axes, judged: pd.DataFrame, kind: str) -> None:
    names = ["real_halves", *(name for name in judged.index if name != "real_halves")]
    for place, frames in enumerate(names):
        row, colour = judged.loc[frames], COLOURS.get(short(frames), REAL)
        reach = [[row["auc"] - row["auc_low"]], [row["auc_high"] - row["auc"]]]
        axes.errorbar(row["auc"], place, xerr=reach, fmt="o", ms=3.5, lw=1, color=colour, capsize=2)
    null = judged.loc["real_halves"]
    axes.axvspan(null["auc_low"], null["auc_high"], color=NULL, alpha=0.3, lw=0)
    axes.axvline(0.5, color=MUTED, lw=0.6, ls="--")
    labels = [f"two halves, {kind}", *(GENERATORS[short(name)] for name in names[1:])]
    axes.set_yticks(range(len(names)), labels)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set(
        xlim=(min(0.45, null["auc_low"] - 0.02), 1.02), xlabel=f"AUC of a classifier against {kind} frames"
    )


def _draw_spectra(axes: Axes, spectra: pd.DataFrame, kind: str) -> None:
    real = spectra[spectra["frames"] == "real"].set_index("radius")
    axes.fill_between(
        real.index, real["low"] / real["median"], real["high"] / real["median"], color="0.88", lw=0,
        label=f"{kind}, central 68 per cent of frames",
    )  # fmt: skip
    axes.axhline(1, color=REAL, lw=0.6)
    for frames, rows in spectra.groupby("frames", sort=False):
        if (name := short(frames)) in GENERATORS:
            ratio = rows["median"].to_numpy() / real.loc[rows["radius"], "median"].to_numpy()
            axes.plot(rows["radius"], ratio, color=COLOURS[name], lw=0.9, label=GENERATORS[name])
    axes.set(
        xscale="log",
        yscale="log",
        xlim=real.index[[0, -1]],
        xlabel="spatial frequency (cycles a frame)",
        ylabel=f"median power / {kind}",
    )
    axes.yaxis.set_major_formatter(PLAIN)
    low, high = axes.get_ylim()
    # Within a decade or so, numbers between its ends help; beyond, they crowd.
    axes.yaxis.set_minor_formatter(PLAIN if high < 20 * low else NullFormatter())


def _draw_pairs(axes: Axes, pairs: pd.DataFrame, kind: str) -> None:
    axes.axhline(0, color=MUTED, lw=0.6, ls="--")
    shifts = iter(np.linspace(-0.03, 0.03, pairs["frames"].nunique()))
    for frames, rows in pairs.groupby("frames", sort=False):
        name = short(frames)
        if frames == "real" or name in GENERATORS:
            axes.errorbar(
                rows["separation"] * 10 ** next(shifts), rows["xi"], yerr=rows["error"],
                fmt=".-", ms=3, lw=0.7, color=COLOURS.get(name, REAL), label=GENERATORS.get(name, kind),
            )  # fmt: skip
    axes.set(xscale="log", xlabel="separation of two galaxies (px)", ylabel=r"pair correlation $\xi$")
    if pairs["xi"].max() > MOST_LINEAR:
        axes.set_yscale("symlog", linthresh=1)
