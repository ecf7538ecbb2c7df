"""Figure 5: single galaxies, real, of the unconditional and of each class of the conditional model."""

import numpy as np

from mockskies.artefacts.gallery import Row, gallery
from mockskies.artefacts.notation import grouped
from mockskies.artefacts.schedule import frame_provenance, read_training
from mockskies.artefacts.stretch import stretched_levels
from mockskies.artefacts.style import REAL, ROWS, origin, save
from mockskies.artefacts.tables import read_columns
from mockskies.datasets.galaxies import read_galaxies
from mockskies.datasets.patches import CLASSES
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

ARTEFACT = "defremond2020 fig5"
COLUMNS, CELL = 10, 192


def main(snakemake):
    """params: seed, source, runs (galaxies without and with classes).

    input: real (patches), unconditional and conditional (patches), classes (galaxies.csv of the latter),
    losses of both runs.
    """
    files, params = snakemake.input, snakemake.params
    provenance = frame_provenance(ARTEFACT, params.source, params.runs, files.losses)
    kind = origin(provenance.simulated)
    steps = [f"{grouped(read_training(path).steps)} steps" for path in files.losses]
    real = read_galaxies(files.real)[0][:, 0]
    unconditional = np.load(files.unconditional, mmap_mode="r")
    rows = [_row([kind], REAL, real, params.seed)]
    rows.append(_row(["unconditional", steps[0]], ROWS[0], unconditional, params.seed))
    conditional = np.load(files.conditional, mmap_mode="r")
    classes = read_columns(files.classes, ["class", "patch"], least=0).drop_duplicates("patch")
    for number, (name, colour) in enumerate(zip(CLASSES, ROWS[1:], strict=False)):
        patches = conditional[classes.loc[classes["class"] == number, "patch"]]
        words = ["conditional,", name, steps[1]]
        rows.append(_row(words, colour, patches, params.seed))
    figure, _ = gallery(rows, CELL)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


def _row(words, colour, patches, seed):
    """Galaxies ``(n, 32, 32)`` drawn at random, stretched: all, where there are fewer than fill the row."""
    random = random_generator(seed, f"{ARTEFACT}: {' '.join(words[:2])}")
    shown = random.permutation(len(patches))[:COLUMNS]
    return Row("\n".join(words), colour, stretched_levels(patches[shown])[:, None])


if __name__ == "__main__":
    run(stamped(main), snakemake)
