"""Figure 3: a hundred sources, half of them real, without saying which."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mockskies.artefacts.style import PAGE, Provenance, save
from mockskies.artefacts.thumbnails import cut_thumbnails, draw_sources, eligible_sources, mosaic
from mockskies.atomic import replacing
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.measurement.table import read_catalogue
from mockskies.randomness import random_generator

COLUMNS = 10
GAP = 4  # px between thumbnails
GREYS = (1, 99.5)  # percentiles of the real thumbnails' pixels: black and white of all


def main(snakemake):
    """params: band, magnitudes [from, to], size and pixel_scale (arcsec), each (thumbnails of a kind),
    seed, schedule as `Provenance` takes it."""
    band, magnitudes, each = snakemake.params.band, snakemake.params.magnitudes, snakemake.params.each
    margin = round(snakemake.params.size / snakemake.params.pixel_scale / 2)
    inputs = snakemake.input
    kinds = {
        "real": ([inputs.real_catalogue], [inputs.real_field]),
        "generated": (list(inputs.generated_catalogues), list(inputs.generated_fields)),
    }
    drawn, simulated = [], False
    for kind, (catalogues, fields) in kinds.items():
        tables = [read_catalogue(path) for path in catalogues]
        simulated |= any(table.meta["SIMULATE"] for table in tables)
        random = random_generator(snakemake.params.seed, f"smith2019 fig3: {kind}")
        sources = draw_sources(eligible_sources(tables, band, magnitudes, margin), each, random)
        pixels = cut_thumbnails(sources, fields, band, margin)
        paths = [fields[index] for index in sources["field"]]
        drawn.append(sources.assign(kind=kind, file=paths, pixels=pixels))
    key = pd.concat(drawn).sort_values("magnitude", ignore_index=True)
    if key.empty:
        bright, faint = magnitudes
        raise InputError(f"catalogues: expected sources of {bright:g} to {faint:g} mag in {band}, found none")
    key.insert(0, "row", key.index // COLUMNS + 1)
    key.insert(1, "column", key.index % COLUMNS + 1)

    reference = key["pixels"][key["kind"] == "real"] if (key["kind"] == "real").any() else key["pixels"]
    black, white = np.nanpercentile(np.stack(reference.tolist()), GREYS)
    sheet = mosaic(key["pixels"], COLUMNS, GAP)
    figure = Figure(figsize=(PAGE, PAGE * sheet.shape[0] / sheet.shape[1] * 0.93 + 0.5))
    axes = figure.subplots()
    axes.imshow(sheet, vmin=black, vmax=white, interpolation="none", origin="upper")
    centres = margin - 0.5 + (2 * margin + GAP) * np.arange(COLUMNS)
    rows = [
        f"{row}:  {group.min():.1f}\u2013{group.max():.1f}" for row, group in key.groupby("row")["magnitude"]
    ]
    axes.set_xticks(centres, range(1, COLUMNS + 1))
    axes.set_yticks(centres[: len(rows)], rows)
    axes.set_ylabel(f"row:  {band} (mag)")
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    counts = [f"{(key['kind'] == kind).sum()} {kind}" for kind in kinds]
    axes.set_title(f"{' and '.join(counts)} sources, {snakemake.params.size:g} arcsec each", pad=6)
    provenance = Provenance("smith2019 fig3", bool(simulated), **snakemake.params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)
    with replacing(snakemake.output.key) as temporary:
        columns = ["row", "column", "kind", "file", "number", "x", "y", "magnitude"]
        key[columns].to_csv(temporary, index=False, float_format="%.4f", lineterminator="\n")


if __name__ == "__main__":
    run(main, snakemake)
