"""Figure 3: a hundred sources, half of them real, without saying which."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mockskies.artefacts.style import PAGE, Provenance, origin, save
from mockskies.artefacts.thumbnails import Selection, draw_sources, mosaic
from mockskies.atomic import replacing
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.measurement.table import read_catalogue
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

COLUMNS = 10
GAP = 4  # px between thumbnails
GREYS = (1, 99.5)  # percentiles of the thumbnails' pixels: black and white


def main(snakemake):
    """params: band, magnitudes [from, to], size and pixel_scale (arcsec), each (thumbnails of a kind),
    seed, schedule as `Provenance` takes it."""
    files, params = snakemake.input, snakemake.params
    bright, faint = params.magnitudes
    margin = round(params.size / params.pixel_scale / 2)
    selection = Selection(params.band, (bright, faint), margin, params.each)
    kinds = {
        "real": ([files.real_catalogue], [files.real_field]),
        "generated": (files.generated_catalogues, files.generated_fields),
    }
    drawn = [
        draw_sources(*paths, selection, random_generator(params.seed, f"smith2019 fig3: {kind}"))
        for kind, paths in kinds.items()
    ]
    key = pd.concat(drawn, keys=kinds, names=["kind"]).reset_index("kind")
    key = key.sort_values("magnitude", ignore_index=True)
    if key.empty:
        raise InputError(
            f"catalogues: expected sources of {bright:g} to {faint:g} mag in {params.band}, found none"
        )
    # Under the results, wherever these lie.
    key["field"] = ["/".join(Path(path).parts[-3:]) for path in key["field"]]
    key.insert(0, "row", key.index // COLUMNS + 1)
    key.insert(1, "column", key.index % COLUMNS + 1)

    simulated = bool(read_catalogue(files.real_catalogue).meta["SIMULATE"])
    figure = draw(key, selection, params.size, origin(simulated))
    provenance = Provenance("smith2019 fig3", simulated, **params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)
    with replacing(snakemake.output.key) as temporary:
        key.drop(columns="pixels").to_csv(temporary, index=False, float_format="%.4f", lineterminator="\n")


def draw(key, selection, size, real):
    """All thumbnails on one linear grey scale; rows and columns are numbered as in the key."""
    black, white = np.nanpercentile(np.stack(key["pixels"].tolist()), GREYS)
    sheet = mosaic(key["pixels"], COLUMNS, GAP)
    figure = Figure(figsize=(PAGE, 0.88 * PAGE * sheet.shape[0] / sheet.shape[1] + 0.5))
    axes = figure.subplots()
    axes.imshow(sheet, vmin=black, vmax=white, interpolation="none", origin="upper")
    centres = selection.margin - 0.5 + (2 * selection.margin + GAP) * np.arange(COLUMNS)
    rows = [f"{row}:  {m.min():.1f}\u2013{m.max():.1f}" for row, m in key.groupby("row")["magnitude"]]
    axes.set_xticks(centres, range(1, COLUMNS + 1))
    axes.set_yticks(centres[: len(rows)], rows)
    axes.set_ylabel(f"row:  {selection.band} (mag)")
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    counts = key["kind"].value_counts().reindex(["real", "generated"], fill_value=0)
    title = f"{counts['real']} {real} and {counts['generated']} generated sources, {size:g} arcsec each"
    axes.set_title(title, pad=6)
    return figure


if __name__ == "__main__":
    run(stamped(main), snakemake)
