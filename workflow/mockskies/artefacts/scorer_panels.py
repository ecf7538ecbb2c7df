"""The best scorer: whether its scores can be taken at their word, and what it looks at."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mockskies.artefacts.notation import grouped
from mockskies.artefacts.style import GENERATED, MUTED, NULL, PAGE, ROWS

# Labels of the features' own axes, and the share of all gain above which a name is written at its bar.
AXES = {
    "power": "ring of the power spectrum (cycles a frame)",
    "histogram": "level of the histogram",
    "fourier": "frequency in the Fourier row (cycles a frame)",
}
ALL = -1  # bin of all frames


def draw_scorer(calibration: pd.DataFrame, importance: pd.DataFrame) -> Figure:
    """Calibration and coverage on the left, a panel for each set of features on the right."""
    figure = Figure(figsize=(PAGE, 3.7))
    left, right = figure.subfigures(1, 2)
    upper, lower = left.subplots(2, 1, sharex=True, height_ratios=[2, 1])
    bins, total = calibration[calibration["bin"] != ALL], calibration[calibration["bin"] == ALL].iloc[0]
    _draw_calibration(upper, bins, total)
    _draw_coverage(lower, bins, total)
    sets = list(dict.fromkeys(importance["feature"]))
    panels = right.subplots(len(sets), 1, squeeze=False)[:, 0]
    for axes, name, colour in zip(panels, sets, ROWS, strict=False):
        _draw_gain(axes, name, importance[importance["feature"] == name], colour)
    return figure


def _draw_calibration(axes: Axes, bins: pd.DataFrame, total: pd.Series) -> None:
    ends = [min(0, bins["low"].min()), bins["high"].max()]
    axes.plot(ends, ends, color=MUTED, lw=0.6, label="equal")
    axes.errorbar(
        bins["predicted"], bins["actual"], yerr=bins["scatter"], fmt="none", ecolor=NULL, lw=1.5,
        label="scatter of single frames",
    )  # fmt: skip
    axes.errorbar(
        bins["predicted"], bins["actual"], yerr=bins["actual_error"], fmt="o", ms=3, lw=0.8, color=GENERATED,
        label="mean, and its standard error",
    )  # fmt: skip
    axes.set(ylabel="actual score")
    words = f"{grouped(int(total['n']))} frames\nbias ${total['bias']:+.3f}$, scatter {total['scatter']:.3f}"
    axes.text(0.97, 0.05, words, transform=axes.transAxes, ha="right", fontsize=7)
    axes.legend(loc="upper left")


def _draw_coverage(axes: Axes, bins: pd.DataFrame, total: pd.Series) -> None:
    for level, marker, colour in ((68, "o", ROWS[1]), (95, "s", ROWS[2])):
        axes.axhline(level, color=colour, lw=0.6, ls="--")
        name = f"coverage_{level}"
        axes.plot(
            bins["predicted"], 100 * bins[name], marker, ms=3, color=colour,
            label=f"{level} per cent: {100 * total[name]:.1f} in all",
        )  # fmt: skip
    axes.set(xlabel="score predicted out of fold", ylabel="within interval\n(per cent)", ylim=(0, 105))
    axes.legend(loc="lower right", ncols=2, handletextpad=0.2, columnspacing=1)


def _draw_gain(axes: Axes, name: str, rows: pd.DataFrame, colour: str) -> None:
    """Gain of each column of one set of features, in per cent of that of all sets."""
    gain = 100 * rows["gain"]
    if name in AXES:
        # Level 0 has no place on a logarithmic axis.
        axes.vlines(rows["index"] + (name == "histogram"), 0, gain, color=colour, lw=0.8)
        axes.set_xscale("log")
        axes.set_xlabel(AXES[name] + (" + 1" if name == "histogram" else ""))
        axes.set_xlim(
            0.9 if name == "histogram" else max(0.9, 0.9 * rows["index"].min()), 1.1 * rows["index"].max()
        )
    else:
        axes.bar(range(len(rows)), gain, color=colour)
        axes.set_xlabel(f"column of {name}")
    axes.set_ylim(0, 1.25 * max(gain.max(), 1e-9))
    axes.set_ylabel("gain (per cent)")
    axes.text(
        0.97,
        0.9,
        f"{gain.sum():.1f} per cent in all",
        transform=axes.transAxes,
        ha="right",
        va="top",
        fontsize=7,
    )
