"""Density and depth of mock fields, measured against asked."""

import numpy as np
from matplotlib.figure import Figure

from mockskies.artefacts.style import COLUMN, GENERATED, REAL, Provenance, save
from mockskies.artefacts.tables import read_columns, write_table
from mockskies.job import run
from mockskies.provenance import stamped

COLUMNS = ["mock", "sources", "asked_density", "relative_density", "relative_error", "asked_depth", "depth"]


def main(snakemake):
    """params: source, schedule as `Provenance` takes it."""
    table = read_columns(snakemake.input.asked, COLUMNS)
    provenance = Provenance("field asked", snakemake.params.source == "simulate", **snakemake.params.schedule)
    save(draw(table), snakemake.output.pdf, snakemake.output.png, provenance)
    write_table(snakemake.output.csv, snakemake.output.tex, table)


def draw(table):
    """Measured against asked, each with the line of those that agree."""
    figure = Figure(figsize=(2 * COLUMN, 2.8))
    left, right = figure.subplots(1, 2)
    as_deep = table[table["asked_depth"] == 0]
    left.errorbar(
        as_deep["asked_density"],
        as_deep["relative_density"],
        as_deep["relative_error"],
        fmt="o",
        color=GENERATED,
    )
    most = 1.15 * np.nanmax(table[["asked_density", "relative_density"]].to_numpy())
    left.plot([0, most], [0, most], color=REAL, lw=0.7, ls="--")
    left.set(xlabel="density asked for", ylabel="density measured", xlim=(0, most), ylim=(0, most))
    right.plot(table["asked_depth"], table["depth"], "o", color=GENERATED)
    depths = table[["asked_depth", "depth"]].to_numpy()
    ends = np.array([depths.min() - 0.3, depths.max() + 0.3])
    right.plot(ends, ends, color=REAL, lw=0.7, ls="--")
    right.set(xlabel="depth asked for (mag)", ylabel="depth measured (mag)", xlim=ends, ylim=ends)
    return figure


if __name__ == "__main__":
    run(stamped(main), snakemake)
