"""Power spectra of real and generated frames."""

import pandas as pd

from mockskies.archives.sparse import read_table
from mockskies.comparison.real_frames import labelled_rows
from mockskies.comparison.spectra import spectrum
from mockskies.job import run
from mockskies.measurement.columns import write_table
from mockskies.measurement.features import read_features


def main(snakemake):
    """input.power of each set, the labelled one first; params: frames, their names."""
    files, names = snakemake.input, snakemake.params.frames
    labels = read_table(files.labels, "labeled")
    power = [read_features([path], ["power"]) for path in files.power]
    _, dark = labelled_rows(labels, files.real, sorted(labels))
    sets = {"real": power[0][dark], **dict(zip(names[1:], power[1:], strict=True))}
    tables = [spectrum(values).assign(frames=name) for name, values in sets.items()]
    table = pd.concat(tables)
    write_table(snakemake.output.spectra, table[["frames", *table.columns.drop("frames")]])


if __name__ == "__main__":
    run(main, snakemake)
