"""Scores of one chunk of a generator's frames, their places or their galaxies drawn anew."""

from functools import partial

from tqdm import tqdm

from mockskies.errors import InputError
from mockskies.job import run
from mockskies.measurement.columns import read_columns, write_table
from mockskies.measurement.experiments import Plan, score_experiments
from mockskies.measurement.frames import chunk_of
from mockskies.measurement.scorers import read_scorer


def main(snakemake):
    """Params: name (of the generator), side (px), images, sets, chunk (as "1-of-16"), seed."""
    files, params = snakemake.input, snakemake.params
    ids = read_columns(files.scores, ["Id", "score"])["Id"].tolist()
    if len(ids) < params.images:
        raise InputError(
            f"{files.scores}: expected {params.images} frames as defremond2020.experiments asks for, "
            f"found {len(ids)}"
        )
    plan = Plan(files.galaxies, files.patches, params.side, params.sets, params.seed, params.name)
    chosen = chunk_of(ids[: params.images], params.chunk)
    progress = partial(
        tqdm, total=len(chosen), desc="experiments", unit=" frames", mininterval=10, disable=None
    )
    # Frames are measured in processes; one thread is left to the scorer.
    scorer = read_scorer(files.scorer, threads=1)
    table = score_experiments(plan, chosen, scorer, snakemake.threads, progress)
    write_table(snakemake.output.scores, table)


if __name__ == "__main__":
    run(main, snakemake)
