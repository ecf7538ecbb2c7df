"""Error of a classifier's votes on galaxies that it has not seen, beside that of the mean vote."""

import numpy as np
import pandas as pd

from mockskies.atomic import replacing
from mockskies.job import run
from mockskies.training.batches import split


def main(snakemake):
    """Params: seed."""
    votes = pd.read_csv(snakemake.input.votes).drop(columns="GalaxyID")
    seen, held_out = split(snakemake.params.seed, len(votes))
    truth, predicted = votes.iloc[held_out], np.load(snakemake.input.predicted)[held_out]
    errors = {"classifier": predicted - truth, "mean_vote": votes.iloc[seen].mean() - truth}
    table = pd.DataFrame({f"rmse_{name}": np.sqrt((error**2).mean()) for name, error in errors.items()})
    table.loc["all"] = [np.sqrt((error.to_numpy() ** 2).mean()) for error in errors.values()]
    table.insert(0, "galaxies", len(held_out))
    with replacing(snakemake.output.error) as temporary:
        table.to_csv(temporary, index_label="answer", float_format="%.6g", lineterminator="\n")


if __name__ == "__main__":
    run(main, snakemake)
