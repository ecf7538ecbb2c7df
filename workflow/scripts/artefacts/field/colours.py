"""Every colour of generated, trained and held-out sources, with its KS tests and their null."""

import numpy as np
import pandas as pd
from astropy.table import vstack
from matplotlib.figure import Figure

from mockskies.artefacts.notation import scientific
from mockskies.artefacts.style import GENERATED, NULL, PAGE, REAL, Provenance, save
from mockskies.artefacts.tables import read_columns
from mockskies.comparison.held_out import trained_and_held_out
from mockskies.job import run
from mockskies.measurement.table import read_catalogue
from mockskies.provenance import stamped

COLUMNS = ["kind", "property", "limit", "p"]
RANGE = 1, 99  # percentiles of real sources that a panel shows, and half as much again
BINS = 24
MOST = 5  # panels of a row


def main(snakemake):
    """params: limit (AB mag), source, schedule as `Provenance` takes it."""
    files, params = snakemake.input, snakemake.params
    trained, held_out = trained_and_held_out(read_catalogue(files.real))
    generated = vstack([read_catalogue(path) for path in files.generated], metadata_conflicts="silent")
    statistics = read_columns(files.statistics, COLUMNS)
    tests = statistics[statistics["limit"] == params.limit].set_index("property")
    sets = {"trained on": (trained, REAL), "held out": (held_out, NULL), "generated": (generated, GENERATED)}
    figure = draw(sets, tests, params.limit)
    provenance = Provenance("field colours", params.source == "simulate", **params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


def draw(sets, tests, limit):
    """A panel for each colour; p of both areas against the generated, and the least of real against real."""
    names = [name for name in dict.fromkeys(tests.index) if name.startswith("COLOR_")]
    columns = min(MOST, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(PAGE, 0.4 + 1.9 * rows))
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False).ravel()
    for axes, name in zip(panels, names, strict=False):
        values = {label: colour_of(table, name, limit) for label, (table, _) in sets.items()}
        real = np.concatenate([values["trained on"], values["held out"]])
        low, high = np.percentile(real, RANGE) if real.size else (0, 1)
        pad = (high - low) / 4
        edges = np.linspace(low - pad, high + pad, BINS + 1)
        for label, (_, colour) in sets.items():
            shares = np.histogram(values[label], edges)[0] / max(1, len(values[label]))
            axes.stairs(shares, edges, color=colour, lw=0.8, label=label)
        own = tests.loc[[name]].set_index("kind")["p"]
        axes.set_title(
            f"$p$ {number(own['trained'])}, {number(own['held out'])}; real {number(own['real'].min())}",
            fontsize=6,
        )
        blue, red = name.removeprefix("COLOR_").split("_")
        axes.set(xlabel=f"{blue} $-$ {red} (mag)", xlim=edges[[0, -1]])
    for axes in panels[len(names) :]:
        axes.set_axis_off()
    for axes in panels[::columns]:
        axes.set_ylabel("share of sources a bin")
    panels[0].legend(loc="upper left", fontsize=5, handlelength=1)
    panels[0].set_ylim(0, 1.35 * max(axes.dataLim.ymax for axes in panels[: len(names)]))
    return figure


def colour_of(table, name, limit):
    """Finite values of one colour of the sources brighter than the limit in both of its bands."""
    bright = [
        np.asarray(table[f"MAG_AUTO_{band}"]) < limit for band in name.removeprefix("COLOR_").split("_")
    ]
    values = np.asarray(table[name], float)[np.logical_and.reduce(bright)]
    return values[np.isfinite(values)]


def number(p):
    return "too few" if pd.isna(p) else f"${scientific(p, 1)}$"


if __name__ == "__main__":
    run(stamped(main), snakemake)
