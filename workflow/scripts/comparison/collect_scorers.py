"""Errors of all scorers in one table."""

import pandas as pd

from mockskies.comparison.cross_validation import read_predictions, summarise
from mockskies.job import run
from mockskies.measurement.columns import write_table


def main(snakemake):
    """Params: scorers, their blocks by name in the order of the inputs; initial_weights of the networks."""
    scorers, initial = snakemake.params.scorers, snakemake.params.initial_weights
    rows = []
    for path, (name, block) in zip(snakemake.input.predictions, scorers.items(), strict=True):
        rows.append(
            {
                "scorer": name,
                "model": block["model"],
                "features": "+".join(block.get("features", [])),
                "initial_weights": initial.get(name, ""),
                **summarise(read_predictions(path)),
            }
        )
    write_table(snakemake.output.scorers, pd.DataFrame(rows))


if __name__ == "__main__":
    run(main, snakemake)
