"""Bright generated sources beside the real ones that are most like them, and how far these are."""

import numpy as np
from matplotlib.figure import Figure

from mockskies.artefacts.style import GENERATED, NULL, PAGE, ROWS, Provenance, save
from mockskies.artefacts.tables import read_columns
from mockskies.job import run
from mockskies.provenance import stamped

SHOWN = 12
SETS = {
    "generated": (GENERATED, "generated, among trained"),
    "held out": (NULL, "held out, among trained"),
    "generated twice": (ROWS[1], "generated, among generated"),
}


def main(snakemake):
    """params: source, schedule as `Provenance` takes it."""
    table = read_columns(snakemake.input.nearest, ["set", "distance", "magnitude"], least=0)
    with np.load(snakemake.input.pictures) as pictures:
        figure = draw(table, pictures["generated"], pictures["nearest"])
    provenance = Provenance(
        "field nearest", snakemake.params.source == "simulate", **snakemake.params.schedule
    )
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


def draw(table, generated, nearest):
    """Pairs from the least distance up, and cumulative distances of each set."""
    order = np.argsort(table[table["set"] == "generated"]["distance"].to_numpy(float))[:SHOWN]
    white = np.percentile(np.concatenate([generated[order], nearest[order]]), 99.5) if len(order) else 1
    figure = Figure(figsize=(PAGE, 3.3))
    grid = figure.add_gridspec(3, SHOWN, height_ratios=(1, 1, 3))
    for column, row in enumerate(order):
        for line, images in enumerate((generated, nearest)):
            axes = figure.add_subplot(grid[line, column])
            axes.imshow(colours(images[row], white))
            axes.set(xticks=[], yticks=[])
            if not column:
                axes.set_ylabel(("generated", "nearest")[line])
    axes = figure.add_subplot(grid[2, :])
    for name, (colour, label) in SETS.items():
        distance = np.sort(table[table["set"] == name]["distance"].to_numpy(float))
        share = np.arange(1, len(distance) + 1) / len(distance)
        axes.step(distance, share, where="post", color=colour, label=f"{label} ({len(distance)})")
    axes.set(xlabel="distance to the nearest, over the source\u2019s own strength", ylabel="share of sources")
    axes.set(xlim=(0, None), ylim=(0, 1.02))
    axes.legend(loc="upper left")
    return figure


def colours(image, white):
    """Cut-out ``(band, y, x)`` as ``(y, x, 3)``, its last, middle and first bands as red, green and blue."""
    chosen = image[[-1, len(image) // 2, 0]]
    return np.clip((chosen + 1) / (white + 1), 0, 1).transpose(1, 2, 0)


if __name__ == "__main__":
    run(stamped(main), snakemake)
