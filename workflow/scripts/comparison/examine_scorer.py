"""Calibration of the scorer that judges generators, and what it looks at."""

from mockskies.comparison.calibration import calibration
from mockskies.comparison.cross_validation import read_predictions
from mockskies.comparison.importance import importance
from mockskies.job import run
from mockskies.measurement.columns import write_table
from mockskies.measurement.scorers import read_scorer


def main(snakemake):
    """input: the fitted scorer, and its predictions out of fold."""
    files = snakemake.input
    write_table(snakemake.output.calibration, calibration(read_predictions(files.predictions)))
    write_table(snakemake.output.importance, importance(read_scorer(files.scorer, threads=1)))


if __name__ == "__main__":
    run(main, snakemake)
