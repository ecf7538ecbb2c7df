"""Features of one chunk of a set of sparse frames."""

from functools import partial
from pathlib import Path

from tqdm import tqdm

from mockskies.archives.frames import frame_ids
from mockskies.job import run
from mockskies.measurement.frames import chunk_of, measure_frames, write_chunk


def main(snakemake):
    """Params: features (their sets), chunk of the frames (as "1-of-16")."""
    folder, features = Path(snakemake.input.frames), snakemake.params.features
    ids = chunk_of(frame_ids(folder), snakemake.params.chunk)
    progress = partial(tqdm, total=len(ids), desc="features", unit=" frames", mininterval=10, disable=None)
    paths = [folder / f"{frame}.png" for frame in ids]
    measured = measure_frames(paths, features, snakemake.threads, progress)
    write_chunk(snakemake.output.chunk, ids, features, measured)


if __name__ == "__main__":
    run(main, snakemake)
