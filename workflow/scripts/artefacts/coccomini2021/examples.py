"""Figures 1 and 2: examples of two sets of images side by side, drawn at random."""

from mockskies.artefacts.gallery import draw_rows, side_by_side
from mockskies.artefacts.notation import grouped
from mockskies.artefacts.schedule import StepsProvenance
from mockskies.artefacts.style import GENERATED, REAL, save
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

ROWS, COLUMNS = 4, 3
CELL = 256  # dots


def main(snakemake):
    """params: artefact, subjects (what the sets learn from or are), seed.

    input: images (of both sets), records (beside them).
    """
    files, params = snakemake.input, snakemake.params
    blocks, steps, simulated = [], {}, []
    for letter, subject, path in zip("ab", params.subjects, files.images, strict=True):
        images, record = read_galaxies(path)
        random = random_generator(params.seed, f"{params.artefact}: {letter}")
        shown = images[draw_rows(images, ROWS * COLUMNS, random, path)]
        if record["simulated"]:
            simulated.append(subject)
        if "run" in record:
            steps[record["run"]] = record["step"]
            title, colour = f"generated {subject}, {record['size']} px", GENERATED
        else:
            kind = "simulated " if record["simulated"] else ""
            title, colour = f"{grouped(len(images))} {kind}{subject}, {record['size']} px", REAL
        blocks.append((f"({letter}) {title}", colour, COLUMNS, shown))
    provenance = StepsProvenance(
        params.artefact, bool(simulated), steps, subject=" and ".join(simulated or params.subjects)
    )
    figure = side_by_side(blocks, max(CELL, *(images.shape[-1] for *_, images in blocks)))
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
