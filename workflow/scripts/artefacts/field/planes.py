"""Colour against colour and size against magnitude: generated sources over trained ones."""

import numpy as np
import pandas as pd
from astropy.table import vstack
from matplotlib.figure import Figure

from mockskies.artefacts.style import GENERATED, PAGE, REAL, Provenance, save
from mockskies.artefacts.tables import read_columns
from mockskies.comparison.held_out import trained_and_held_out
from mockskies.comparison.planes import planes
from mockskies.job import run
from mockskies.measurement.table import read_catalogue
from mockskies.provenance import stamped

RANGE = 0.5, 99.5  # percentiles of both sets that a panel shows
COLUMNS = ["kind", "plane", "p"]


def main(snakemake):
    """params: limit (AB mag), source, schedule as `Provenance` takes it."""
    files, params = snakemake.input, snakemake.params
    trained, _ = trained_and_held_out(read_catalogue(files.real))
    generated = vstack([read_catalogue(path) for path in files.generated], metadata_conflicts="silent")
    tests = read_columns(files.planes, COLUMNS)
    figure = draw(dict(planes(trained, params.limit)), dict(planes(generated, params.limit)), tests)
    provenance = Provenance("field planes", params.source == "simulate", **params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


def draw(trained, generated, tests: pd.DataFrame):
    """Two rows of a panel for each plane: trained sources above, as many generated ones below."""
    figure = Figure(figsize=(PAGE / 3 * max(2, len(trained)), 4.2))
    panels = figure.subplots(2, len(trained), sharex="col", sharey="col", squeeze=False)
    for column, name in enumerate(trained):
        both = np.concatenate([trained[name], generated[name]])
        shown = min(len(trained[name]), len(generated[name]))
        for axes, points, colour, label in (
            (panels[0, column], trained[name][:shown], REAL, "trained on"),
            (panels[1, column], generated[name][:shown], GENERATED, "generated"),
        ):
            axes.plot(*points.T, ".", ms=1.5, color=colour, label=f"{label}, {len(points)} sources")
            axes.legend(loc="upper right", handletextpad=0.1)
        across, up = (text.replace("MAG_AUTO_", "").replace("_", " ").lower() for text in name.split(", "))
        sides = (
            across.upper().replace("-", " $-$ ") + " (mag)",
            "half-light radius (px)" if "radius" in up else up.upper().replace("-", " $-$ ") + " (mag)",
        )
        limits = np.percentile(both, RANGE, axis=0).T if len(both) else np.array([[0, 1], [0, 1]])
        pad = 0.1 * np.ptp(limits, axis=1)
        panels[1, column].set(xlabel=sides[0], xlim=limits[0] + (-pad[0], pad[0]))
        for axes in panels[:, column]:
            axes.set(ylabel=sides[1], ylim=limits[1] + (-pad[1], 2 * pad[1]))
        rows = tests[tests["plane"] == name]
        p = {kind: rows[rows["kind"] == kind]["p"] for kind in ("trained", "held out", "real")}
        panels[0, column].set_title(
            f"$p$: trained {p['trained'].iloc[0]:.2g}, held out {p['held out'].iloc[0]:.2g}\n"
            f"real from real: {', '.join(f'{value:.2g}' for value in p['real'])}",
            fontsize=7,
        )
    return figure


if __name__ == "__main__":
    run(stamped(main), snakemake)
