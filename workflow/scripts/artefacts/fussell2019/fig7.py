"""Figure 7: generated galaxies, the real ones closest to them, and what differs."""

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from mockskies.artefacts.gallery import Row, draw_rows, gallery
from mockskies.artefacts.schedule import galaxy_provenance
from mockskies.artefacts.style import GENERATED, MUTED, REAL, ROWS, origin, save
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

ARTEFACT = "fussell2019 fig7"
COLUMNS, CELL, GAP = 10, 192, 2


def main(snakemake):
    """params: seed, schedules (of the one run).

    input: generated and real (images), closest and real_closest (the closest real ones of either), records.
    """
    files = snakemake.input
    provenance = galaxy_provenance(ARTEFACT, files.records, snakemake.params.schedules)
    closest = pd.read_csv(files.closest)
    random = random_generator(snakemake.params.seed, ARTEFACT)
    shown = closest.iloc[draw_rows(closest, COLUMNS, random, files.closest)]
    generated = read_galaxies(files.generated)[0][shown["row"]]
    real = read_galaxies(files.real)[0][shown["real_row"]]
    difference = np.abs(generated.astype(np.int16) - real).astype(np.uint8)
    kind = origin(provenance.simulated)
    rows = [
        Row("generated", GENERATED, generated),
        Row(f"closest\n{kind}", REAL, real),
        Row("absolute\ndifference", ROWS[2], difference),
    ]
    figure, axes = gallery(rows, CELL, foot=0.48, gap=GAP)
    # How far real galaxies are from the real ones closest to them: what a galaxy of its own would show.
    usual = np.sort(pd.read_csv(files.real_closest)["distance"])
    size = generated.shape[-1]
    step, below = size + GAP, 3 * (size + GAP)
    for column, distance in enumerate(shown["distance"]):
        left = column * step
        quantile = np.searchsorted(usual, distance, side="right") / len(usual)
        axes.text(
            left + size / 2, below, f"{distance:.2f}\n{quantile:.2f}", ha="center", va="top", fontsize=7
        )
        corner = (left + size / 4 - 0.5, 2 * step + size / 4 - 0.5)
        axes.add_patch(Rectangle(corner, size / 2, size / 2, fill=False, ec="white", lw=0.4, alpha=0.6))
    axes.text(-3, below, "distance\nquantile", ha="right", va="top", fontsize=7, color=MUTED)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
