"""Number counts of generated, trained and held-out sources in each band, and their ratio."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mockskies.artefacts.style import GENERATED, MUTED, NULL, PAGE, REAL, Provenance, save
from mockskies.artefacts.tables import read_columns
from mockskies.job import run
from mockskies.provenance import stamped

COLUMNS = ["band", "low", "high", "trained_number", "held_out_number", "generated_number", "excess"]
ASKED, ENOUGH = 0.15, 30  # how near counts, in bins of more than so many real sources


def main(snakemake):
    """params: magnitudes [from, to], source, schedule as `Provenance` takes it."""
    counts = read_columns(snakemake.input.counts, COLUMNS)
    figure = draw(counts, *snakemake.params.magnitudes)
    provenance = Provenance(
        "field counts", snakemake.params.source == "simulate", **snakemake.params.schedule
    )
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


def draw(counts: pd.DataFrame, brightest: float, faintest: float) -> Figure:
    """Counts above, and the generated over the trained below, a column for each band."""
    names = list(dict.fromkeys(counts["band"]))
    figure = Figure(figsize=(PAGE, 3.6))
    above, below = figure.subplots(
        2, len(names), sharex=True, sharey="row", height_ratios=(2, 1), squeeze=False
    )
    for column, band in enumerate(names):
        rows = counts[counts["band"] == band]
        edges = np.append(rows["low"], rows["high"].iloc[-1])
        middle = (edges[1:] + edges[:-1]) / 2
        axes, ratios = above[column], below[column]
        axes.stairs(rows["trained_density"], edges, color=REAL, label="three quadrants, trained on")
        error = [
            rows["held_out_density"] - rows["held_out_least"],
            rows["held_out_most"] - rows["held_out_density"],
        ]
        found = rows["held_out_number"] > 0
        axes.errorbar(
            middle[found], rows["held_out_density"][found], np.array(error)[:, found],
            fmt="o", ms=2.5, lw=0.7, color=NULL, label="the fourth, held out",
        )  # fmt: skip
        least, most = (
            rows[name].where(rows["generated_number"] > 0) for name in ("generated_least", "generated_most")
        )
        axes.stairs(most, edges, baseline=least, fill=True, color=GENERATED, alpha=0.3)
        axes.stairs(rows["generated_density"], edges, color=GENERATED, label="generated")
        axes.set_title(band)
        enough = rows["trained_number"] > ENOUGH
        ratios.axhspan(-ASKED, ASKED, color=MUTED, alpha=0.2, lw=0)
        ratios.axhline(0, color=REAL, lw=0.7)
        ratios.plot(middle[enough], rows["excess"][enough], "o-", ms=3, color=GENERATED)
        if not enough.any():
            ratios.text(
                0.5, 0.75, f"no bin has over {ENOUGH} sources", ha="center", transform=ratios.transAxes
            )
        ratios.set(xlabel="AB magnitude", xlim=(brightest, faintest))
    above[0].set(ylabel="sources (arcmin$^{-2}$ a bin)", yscale="log")
    above[0].set_ylim(0.2, 2.2 * counts[["trained_density", "generated_density"]].to_numpy().max())
    figure.legend(*above[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    below[0].set(ylabel="generated / trained $-$ 1", ylim=(-1, 1.2))
    return figure


if __name__ == "__main__":
    run(stamped(main), snakemake)
