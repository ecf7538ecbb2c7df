"""Beyond the paper: whether generated frames can be told from real ones, by more than their scores."""

from mockskies.artefacts.frame_numbers import likeness_table
from mockskies.artefacts.generator_panels import draw_generators
from mockskies.artefacts.schedule import frame_provenance
from mockskies.artefacts.style import origin, save
from mockskies.artefacts.tables import read_columns, rows_of, write_table
from mockskies.job import run
from mockskies.provenance import stamped

JUDGED = ["frames", "n", "score", "score_std", "ks", "ks_p", "auc", "auc_low", "auc_high", "auc_p"]
SPECTRA = ["frames", "radius", "low", "median", "high"]
PAIRS = ["frames", "kind", "separation", "xi", "error"]
POSITIONS = ["frames", "kind", "galaxies", "bins", "chi2_real", "p_real"]


def main(snakemake):
    """params: source, frames, runs. input: generators, spectra, pairs, positions; losses of the runs."""
    files, params, output = snakemake.input, snakemake.params, snakemake.output
    names = ["real_halves", *params.frames]
    judged = rows_of(read_columns(files.generators, JUDGED), "frames", names, files.generators)
    pairs = read_columns(files.pairs, PAIRS)
    provenance = frame_provenance("defremond2020 generators", params.source, params.runs, files.losses)
    kind = origin(provenance.simulated)
    pixels = pairs[pairs["kind"] == "pixels"]
    figure = draw_generators(judged, read_columns(files.spectra, SPECTRA), pixels, kind)
    save(figure, output.pdf, output.png, provenance)
    positions = read_columns(files.positions, POSITIONS)
    cells = positions[positions["kind"] == "cells"].set_index("frames")
    write_table(output.csv, output.tex, likeness_table(judged, cells))


if __name__ == "__main__":
    run(stamped(main), snakemake)
