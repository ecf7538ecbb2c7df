"""Out-of-fold scores that a network has predicted, beside the actual ones."""

import pandas as pd

from mockskies.archives.sparse import read_table
from mockskies.comparison.cross_validation import COLUMNS
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.measurement.columns import read_columns, write_table


def main(snakemake):
    """input: predictions of the frames that each fold's network has not seen, and the table of scores."""
    files = snakemake.input
    table = read_columns(files.predictions, ["Id", "fold", "score"])
    actual = read_table(files.scores, "scored")
    if table["Id"].tolist() != list(actual):
        raise InputError(f"{files.predictions}: expected the Ids of {files.scores}, found other ones")
    table = table.rename(columns={"score": "predicted"}).assign(actual=pd.Series(actual).to_numpy())
    write_table(snakemake.output.predictions, table[COLUMNS])


if __name__ == "__main__":
    run(main, snakemake)
