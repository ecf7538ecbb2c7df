"""Beyond the paper: every model's quality in numbers, where its figures 2 to 10 leave it to the eye."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mockskies.artefacts.galaxy_numbers import read_table
from mockskies.artefacts.learning import csv_cells, latex
from mockskies.artefacts.schedule import galaxy_provenance
from mockskies.artefacts.style import GENERATED, MUTED, NULL, PAGE, origin, save
from mockskies.atomic import replacing
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.provenance import stamped

PANELS = {
    "fid": "FID",
    "kid": "KID",
    "precision": "precision",
    "recall": "recall",
    "copies": "copies\n(per cent)",
    "repeats": "repeats\n(per cent)",
}
# How find_duplicates calls them.
DUPLICATES = {"copies": "closest_match", "repeats": "repeated"}


def main(snakemake):
    """params: labels (by sample), fitted (samples with ellipses), schedules (of the runs).

    input: quality (of all samples), duplicates (of all), ellipses (of each in fitted), records (of each).
    """
    files, params = snakemake.input, snakemake.params
    provenance = galaxy_provenance("fussell2019 ablations", files.records, params.schedules)
    quality = read_table(files.quality)
    if missing := params.labels.keys() - set(quality["sample"]):
        raise InputError(f"{files.quality}: expected rows of {', '.join(sorted(missing))}, found none")
    duplicates = read_table(files.duplicates).set_index(["sample", "kind"])
    generated, null = (judged(quality, duplicates, params.labels, kind) for kind in ("generated", "null"))
    save(
        draw(generated, null, origin(provenance.simulated)),
        snakemake.output.pdf,
        snakemake.output.png,
        provenance,
    )

    failures = {params.labels[s]: failed(path) for s, path in zip(params.fitted, files.ellipses, strict=True)}
    table = generated.assign(failures=pd.Series(failures, dtype=float)).join(
        null[[*PANELS]].add_prefix("null_")
    )
    table = table.rename_axis("model").reset_index().astype(object)
    with replacing(snakemake.output.csv) as temporary:
        csv_cells(table).to_csv(temporary, index=False, lineterminator="\n")
    with replacing(snakemake.output.tex) as temporary:
        temporary.write_text(latex(table[["model", "number", *PANELS, "failures"]], digits=3))


def judged(quality, duplicates, labels, kind):
    """A row for each sample: generated galaxies against real ones, or real ones against real ones."""
    rows = quality[quality["kind"] == kind].set_index("sample").loc[list(labels)].drop(columns="kind")
    share = "share" if kind == "generated" else "real_share"
    for name, key in DUPLICATES.items():
        rows[name] = [100 * float(duplicates.loc[(sample, key), share]) for sample in labels]
    return rows.set_axis(labels.values())


def failed(path):
    """Galaxies to which no ellipse could be fitted, in per cent."""
    return 100 * read_table(path)["failure"].notna().mean()


def draw(generated, null, kind):
    """A line for each model, a panel for each number."""
    places = np.arange(len(generated))
    figure = Figure(figsize=(PAGE, 0.7 + 0.2 * len(generated)))
    panels = figure.subplots(1, len(PANELS), sharey=True)
    for axes, (name, title) in zip(panels, PANELS.items(), strict=True):
        axes.hlines(places, 0, 1, transform=axes.get_yaxis_transform(), color="0.9", lw=0.5, zorder=0)
        axes.plot(null[name], places, "|", color=NULL, ms=7, mew=1.2, label=f"{kind} against {kind}")
        axes.errorbar(
            generated[name],
            places,
            xerr=generated["kid_std"] if name == "kid" else None,
            fmt="o",
            ms=3,
            color=GENERATED,
            lw=0.8,
            label=f"generated against {kind}",
        )
        axes.set_title(title)
        axes.tick_params(which="both", length=2)
        axes.tick_params(axis="y", length=0, right=False)
        if name in ("precision", "recall"):
            axes.set(xlim=(-0.05, 1.05), xticks=[0, 0.5, 1], xticklabels=["0", "0.5", "1"])
        else:
            axes.set_xlim(left=min(0, axes.get_xlim()[0]))
        axes.spines[["left", "right", "top"]].set_color(MUTED)
    panels[0].set_yticks(places, generated.index)
    panels[0].invert_yaxis()
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower left", ncols=2)
    return figure


if __name__ == "__main__":
    run(stamped(main), snakemake)
