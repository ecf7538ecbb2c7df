"""Figure 10: galaxies of the chain, DCGAN and then StackGAN, drawn at random, and real ones beside them."""

from mockskies.artefacts.gallery import draw_rows, side_by_side
from mockskies.artefacts.schedule import galaxy_provenance
from mockskies.artefacts.style import GENERATED, REAL, origin, save
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

ARTEFACT = "fussell2019 fig10"
ROWS = 6
COLUMNS = {"generated": 5, "real": 2}
CELL = 256


def main(snakemake):
    """params: seed, schedules (of both runs of the chain)."""
    files = snakemake.input
    provenance = galaxy_provenance(ARTEFACT, files.records, snakemake.params.schedules)
    titles = {"generated": "generated: DCGAN, then StackGAN", "real": origin(provenance.simulated)}
    colours = {"generated": GENERATED, "real": REAL}
    paths = {"generated": files.generated, "real": files.real}
    blocks = []
    for kind, columns in COLUMNS.items():
        images = read_galaxies(paths[kind])[0]
        random = random_generator(snakemake.params.seed, f"{ARTEFACT}: {kind}")
        shown = draw_rows(images, ROWS * columns, random, paths[kind])
        blocks.append((titles[kind], colours[kind], columns, images[shown]))
    figure = side_by_side(blocks, CELL)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
