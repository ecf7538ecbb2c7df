"""Figures 2 to 6 and 8: a row of each model's images, drawn at random, and one of real ones."""

from mockskies.artefacts.gallery import Row, draw_rows, gallery
from mockskies.artefacts.schedule import galaxy_provenance
from mockskies.artefacts.style import REAL, ROWS, origin, save
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.randomness import random_generator

# Images side by side, and dots of the PNG for each, by their size: as many as fill a page's width.
LAYOUT = {64: (10, 192), 128: (7, 256)}


def main(snakemake):
    """params: artefact, labels (of the rows, in the generated sets' order), seed, schedules (of the runs).

    input: generated (images), records (JSON beside them), real (images of the same size).
    """
    files, params = snakemake.input, snakemake.params
    provenance = galaxy_provenance(params.artefact, files.records, params.schedules)
    sources = [
        (label, ROWS[number], path)
        for number, (label, path) in enumerate(zip(params.labels, files.generated, strict=True))
    ]
    sources.append((origin(provenance.simulated), REAL, files.real))
    rows = []
    for label, colour, path in sources:
        images = read_galaxies(path)[0]
        count, cell = LAYOUT[images.shape[-1]]
        random = random_generator(params.seed, f"{params.artefact}: {label}")
        rows.append(Row(label, colour, images[draw_rows(images, count, random, path)]))
    figure, _ = gallery(rows, cell)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(main, snakemake)
