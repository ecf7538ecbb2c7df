"""Figures 2 to 6 and 8: a row of each model's images, drawn at random, and one of real ones."""

from mockskies.artefacts.gallery import Row, draw_rows, gallery
from mockskies.artefacts.notation import grouped
from mockskies.artefacts.schedule import galaxy_provenance, read_json
from mockskies.artefacts.style import REAL, ROWS, origin, save
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

# Images side by side, and dots of the PNG for each, by their size: as many as fill a page's width.
LAYOUT = {64: (10, 192), 128: (7, 256)}


def main(snakemake):
    """params: artefact, labels (of the rows, in the generated sets' order), seed, schedules (of the runs).

    input: generated (images), records (JSON beside them), real (images of the same size).
    """
    files, params = snakemake.input, snakemake.params
    provenance = galaxy_provenance(params.artefact, files.records, params.schedules)
    steps = [read_json(path)["step"] for path in files.records]
    # Rows that were not trained alike must say so in the figure itself.
    lengths = [f"\n{grouped(step)} steps" if len(set(steps)) > 1 else "" for step in steps]
    sources = list(zip(params.labels, lengths, ROWS, files.generated, strict=False))
    sources.append((origin(provenance.simulated), "", REAL, files.real))
    rows = []
    for label, length, colour, path in sources:
        images = read_galaxies(path)[0]
        count, cell = LAYOUT[images.shape[-1]]
        random = random_generator(params.seed, f"{params.artefact}: {label}")
        rows.append(Row(label + length, colour, images[draw_rows(images, count, random, path)]))
    figure, _ = gallery(rows, cell)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
