"""Centres of the clusters on a set of sparse frames."""

from functools import partial
from pathlib import Path

from tqdm import tqdm

from mockskies.archives.frames import frame_ids
from mockskies.job import run
from mockskies.measurement.centres import locate
from mockskies.measurement.columns import write_table


def main(snakemake):
    """Params: threshold, the level above which pixels belong to a cluster."""
    folder = Path(snakemake.input.frames)
    ids = frame_ids(folder)
    progress = partial(tqdm, total=len(ids), desc="clusters", unit=" frames", mininterval=10, disable=None)
    centres = locate(folder, ids, snakemake.params.threshold, snakemake.threads, progress)
    write_table(snakemake.output.centres, centres)


if __name__ == "__main__":
    run(main, snakemake)
