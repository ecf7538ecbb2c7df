"""Figure 2: positions and galaxies of one frame that the unconditional model drew, and the frame."""

from pathlib import Path

import numpy as np

from mockskies.archives.frames import frame_ids, read_frame
from mockskies.artefacts.schedule import frame_provenance, read_json
from mockskies.artefacts.style import save
from mockskies.artefacts.tables import read_columns
from mockskies.artefacts.two_stage import Assembly, draw_two_stages
from mockskies.datasets.grids import CELL, CELLS
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

ARTEFACT = "defremond2020 fig2"
NAMES = "position GAN", "galaxy GAN"


def main(snakemake):
    """params: seed, source, runs (of positions and of galaxies).

    input: images (folder), galaxies, patches and about (JSON) of the frames; losses of both runs.
    """
    files, params = snakemake.input, snakemake.params
    # A network that has hardly learnt may set no cell: then an empty frame is what it draws.
    galaxies = read_columns(files.galaxies, ["Id", "y", "x", "patch"], least=0)
    drawn = frame_ids(files.images)
    if strangers := sorted(set(galaxies["Id"]) - set(drawn)):
        raise InputError(
            f"{files.galaxies}: expected galaxies of frames in {files.images}, found {strangers[0]}"
        )
    some = sorted(set(galaxies["Id"])) or drawn
    identifier = int(random_generator(params.seed, ARTEFACT).choice(some))
    own = galaxies[galaxies["Id"] == identifier]
    grid = np.zeros((CELLS, CELLS), bool)
    grid[own["y"] // CELL, own["x"] // CELL] = True
    frame = read_frame(Path(files.images) / f"{identifier}.png", read_json(files.about)["frame"])
    assembly = Assembly(grid, np.load(files.patches, mmap_mode="r")[own["patch"]], frame)
    provenance = frame_provenance(ARTEFACT, params.source, params.runs, files.losses)
    steps = dict(zip(NAMES, provenance.steps.values(), strict=True))
    save(draw_two_stages(assembly, steps), snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
