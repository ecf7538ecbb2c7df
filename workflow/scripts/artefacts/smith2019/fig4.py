"""Figure 4: number counts of real and generated sources in each band."""

import pandas as pd
from matplotlib.figure import Figure

from mockskies.artefacts.histogram import ensemble_counts, magnitude_edges, number_counts
from mockskies.artefacts.notation import scientific
from mockskies.artefacts.style import GENERATED, MUTED, PAGE, REAL, Provenance, origin, save
from mockskies.job import run
from mockskies.measurement.table import bands, read_catalogue
from mockskies.provenance import stamped


def main(snakemake):
    """params: magnitudes [from, to] and bin_width (mag), schedule as `Provenance` takes it."""
    real = read_catalogue(snakemake.input.real)
    generated = [read_catalogue(path) for path in snakemake.input.generated]
    statistics = pd.read_csv(snakemake.input.statistics)
    limit = statistics["limit"].dropna().unique().item()
    simulated = bool(real.meta["SIMULATE"])
    edges = magnitude_edges(*snakemake.params.magnitudes, snakemake.params.bin_width)

    figure = Figure(figsize=(PAGE, 2.75))
    panels = figure.subplots(1, len(bands(real)), sharex=True, sharey=True)
    for axes, band in zip(panels, bands(real), strict=True):
        mean, low, high = ensemble_counts(generated, band, edges)
        axes.stairs(high, edges, baseline=low, fill=True, color=GENERATED, alpha=0.25, lw=0)
        axes.stairs(mean, edges, color=GENERATED, label=f"generated, {len(generated)} fields")
        axes.stairs(number_counts(real, band, edges), edges, color=REAL, label=origin(simulated))
        axes.axvline(limit, ymax=0.72, color=MUTED, lw=0.7, ls="--")
        axes.set(title=band, xlabel="AB magnitude", xlim=edges[[0, -1]])
        text = annotation(statistics, band, limit, origin(simulated))
        axes.text(0.05, 0.95, text, transform=axes.transAxes, va="top", fontsize=7)
    # Room for the text above the counts.
    panels[0].set(ylabel="sources (arcmin$^{-2}$ mag$^{-1}$)", ylim=(0, 1.35 * panels[0].dataLim.ymax))
    panels[0].legend(loc="upper left", bbox_to_anchor=(0, 0.76))
    provenance = Provenance("smith2019 fig4", simulated, **snakemake.params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


def annotation(statistics, band, limit, kind):
    """Difference of the medians, and p of the ensemble and of the field's own halves."""
    rows = statistics[statistics["property"] == f"MAG_AUTO_{band}"]
    medians = rows[(rows["kind"] == "generated") & rows["limit"].isna()].iloc[0]
    limited = rows[rows["limit"] == limit].groupby("kind")
    generated = limited.get_group("generated").iloc[0]
    halves = limited.get_group("halves")["p"]
    difference = "no generated source"
    if medians["number_sample"]:
        difference = (
            f"$\\Delta$median ${medians['difference']:+.3f}$ "
            f"[${medians['low']:+.3f}$, ${medians['high']:+.3f}$]"
        )
    return "\n".join(
        [
            difference,
            f"KS to {limit:g} mag ({generated['number_sample']:.0f} generated): {p_value(generated['p'])}",
            f"{kind} halves: " + ", ".join(map(p_value, halves)),
        ]
    )


def p_value(p):
    return f"$p = {scientific(p, 2)}$" if p == p else "too few"  # NaN differs from itself


if __name__ == "__main__":
    run(stamped(main), snakemake)
