"""Reduce the scored frames to the size that a network reads."""

from functools import partial
from pathlib import Path

from tqdm import tqdm

from mockskies.archives.frames import frame_ids
from mockskies.datasets.reduce import reduce_frames
from mockskies.job import run


def main(snakemake):
    """Params: archive; simulated; size in px. The rows ascend in Id."""
    folder, params = Path(snakemake.input.scored), snakemake.params
    reduce_frames(
        [folder / f"{i}.png" for i in frame_ids(folder)],
        int(params.size),
        snakemake.output.array,
        {
            "archive": params.archive,
            "simulated": params.simulated,
            "identifiers": "scored.csv: Id, ascending",
        },
        workers=snakemake.threads,
        progress=partial(tqdm, desc=f"{params.archive} {params.size} px", disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
