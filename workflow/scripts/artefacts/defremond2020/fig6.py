"""Figure 6: whole frames, real and of every kind of generator, drawn at random."""

from pathlib import Path

import numpy as np

from mockskies.archives.frames import frame_ids, read_frame
from mockskies.artefacts.frame_numbers import GENERATORS, short
from mockskies.artefacts.gallery import Row, draw_rows, gallery
from mockskies.artefacts.schedule import frame_provenance
from mockskies.artefacts.stretch import brightest, stretched_levels
from mockskies.artefacts.style import REAL, ROWS, origin, save
from mockskies.artefacts.tables import read_columns
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

ARTEFACT = "defremond2020 fig6"
COLUMNS = 4
SQUARE = 2  # px, of which the brightest is shown


def main(snakemake):
    """params: seed, source, frames (of the rows), runs (behind them).

    input: real (Id and part of the real frames), labeled and scored (their folders), generated (folders, in
    the order of frames), losses of the runs.
    """
    files, params = snakemake.input, snakemake.params
    provenance = frame_provenance(ARTEFACT, params.source, params.runs, files.losses)
    parts = read_columns(files.real, ["Id", "part"])
    real = [Path(getattr(files, row.part)) / f"{row.Id}.png" for row in parts.itertuples()]
    sources = [(origin(provenance.simulated), REAL, real, files.real)]
    for name, colour, folder in zip(params.frames, ROWS, files.generated, strict=False):
        paths = [Path(folder) / f"{identifier}.png" for identifier in frame_ids(folder)]
        sources.append((GENERATORS[short(name)], colour, paths, folder))
    rows = []
    for label, colour, paths, source in sources:
        random = random_generator(params.seed, f"{ARTEFACT}: {label}")
        chosen = draw_rows(np.array(paths), COLUMNS, random, source)
        frames = [stretched_levels(brightest(read_frame(paths[i]), SQUARE)) for i in chosen]
        rows.append(Row(label, colour, np.stack(frames)[:, None]))
    figure, _ = gallery(rows, rows[0].images.shape[-1], gap=4)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
