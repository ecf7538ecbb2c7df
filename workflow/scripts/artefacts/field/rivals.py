"""The published recipe and our own at equal time of training: what they paint, and how near it comes."""

import pandas as pd
from matplotlib.figure import Figure

from mockskies.artefacts.stretch import colour_composite, sky_noise
from mockskies.artefacts.style import GENERATED, MUTED, PAGE, REAL, Provenance, origin, save
from mockskies.artefacts.tables import read_columns, write_table
from mockskies.artefacts.window import centred_window, width_in_arcsec
from mockskies.datasets.field import read_field
from mockskies.job import run
from mockskies.provenance import stamped

RIVAL = "#0072B2"
COLUMNS = ["epoch", "step", "seconds", "density", "density_real"]


def main(snakemake):
    """params: runs (rival and own), zoom in arcsec, schedule as `Provenance` takes it."""
    files, params = snakemake.input, snakemake.params
    real = read_field(files.real)
    tables = {
        name: read_columns(path, COLUMNS)
        for name, path in zip(params.runs, (files.rival, files.own), strict=True)
    }
    # The last milestone of the one that was trained for less time, and of the other what is nearest to it.
    shared = min(table["seconds"].max() for table in tables.values())
    nearest = {name: (table["seconds"] - shared).abs().argmin() for name, table in tables.items()}
    fields = {}
    for name, paths in zip(params.runs, (files.rival_fields, files.own_fields), strict=True):
        fields[name] = read_field(paths[nearest[name]])
    figure = draw(real, fields, tables, nearest, params.zoom)
    provenance = Provenance("field rivals", real.simulated, **params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)
    rows = [table.iloc[[nearest[name]]].assign(run=name) for name, table in tables.items()]
    table = pd.concat(rows, ignore_index=True)
    table["minutes"] = table.pop("seconds") / 60
    first = ["run", "minutes", "epoch", "step"]
    table = table[first + [name for name in table if name not in first]]
    write_table(snakemake.output.csv, snakemake.output.tex, table)


def draw(real, fields, tables, nearest, zoom):
    """Pictures of the same angle above; density and medians by time below."""
    noise = sky_noise(real)
    zoom = min(zoom, *(width_in_arcsec(sky) for sky in (real, *fields.values())))
    figure = Figure(figsize=(PAGE, 4.6))
    grid = figure.add_gridspec(2, 6, height_ratios=(1.35, 1))
    titles = {
        name: f"{name}: {table['seconds'].iloc[row] / 60:.1f} min, step {table['step'].iloc[row]}"
        for (name, table), row in zip(tables.items(), nearest.values(), strict=True)
    }
    pictures = [*((titles[name], sky) for name, sky in fields.items()), (origin(real.simulated), real)]
    for column, (title, sky) in enumerate(pictures):
        axes = figure.add_subplot(grid[0, 2 * column : 2 * column + 2])
        half = zoom / 2
        image = colour_composite(sky, noise)[centred_window(sky, zoom)]
        axes.imshow(image, extent=(-half, half, -half, half))
        axes.set(title=title, xlabel="offset (arcsec)")
        axes.tick_params(color="white", which="both")
    left, right = figure.add_subplot(grid[1, :3]), figure.add_subplot(grid[1, 3:])
    bands = [
        name.removeprefix("median_") for name in next(iter(tables.values())) if name.startswith("median_")
    ]
    middle = bands[len(bands) // 2]
    for (name, table), colour in zip(tables.items(), (RIVAL, GENERATED), strict=True):
        minutes = table["seconds"] / 60
        left.plot(minutes, table["density"], "o-", ms=3, color=colour, label=name)
        right.plot(minutes, table[f"difference_{middle}"], "o-", ms=3, color=colour, label=name)
    left.axhline(
        next(iter(tables.values()))["density_real"].iloc[0],
        color=REAL,
        lw=0.8,
        ls="--",
        label=origin(real.simulated),
    )
    right.axhline(0, color=REAL, lw=0.8, ls="--")
    right.axhspan(-0.1, 0.1, color=MUTED, alpha=0.2, lw=0)
    left.set(xlabel="training (min)", ylabel="sources (arcmin$^{-2}$)", ylim=(0, None))
    right.set(xlabel="training (min)", ylabel=f"median {middle} $-$ {origin(real.simulated)} (mag)")
    left.legend()
    return figure


if __name__ == "__main__":
    run(stamped(main), snakemake)
