"""Reduce the real frames to the size that the end-to-end GAN draws."""

from functools import partial
from pathlib import Path

from tqdm import tqdm

from mockskies.datasets.real_frames import read_real_frames
from mockskies.datasets.reduce import reduce_frames
from mockskies.job import run


def main(snakemake):
    """Params: archive; simulated; size in px. The rows are those of input real."""
    inputs, params = snakemake.input, snakemake.params
    folders = {"labeled": Path(inputs.labeled), "scored": Path(inputs.scored)}
    reduce_frames(
        [folders[part] / f"{i}.png" for i, part in read_real_frames(inputs.real).items()],
        params.size,
        snakemake.output.array,
        {"archive": params.archive, "simulated": params.simulated, "identifiers": "real.csv: Id"},
        workers=snakemake.threads,
        progress=partial(tqdm, desc=f"{params.archive} {params.size} px", disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
