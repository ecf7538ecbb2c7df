"""How far scores move when places or galaxies are drawn anew."""

import pandas as pd

from mockskies.comparison.experiments import summarise_experiment
from mockskies.job import run
from mockskies.measurement.columns import read_columns, write_table


def main(snakemake):
    """input: experiments and first scores of each generator; params: frames, their names."""
    rows = []
    files = snakemake.input.experiments, snakemake.input.scores
    for name, experiments, scores in zip(snakemake.params.frames, *files, strict=True):
        first = read_columns(scores, ["Id", "score"]).set_index("Id")["score"]
        table = read_columns(experiments, ["Id", "set", "score"])
        for experiment, some in table.groupby("experiment"):
            rows.append({"frames": name, "experiment": experiment, **summarise_experiment(some, first)})
    write_table(snakemake.output.experiments, pd.DataFrame(rows))


if __name__ == "__main__":
    run(main, snakemake)
