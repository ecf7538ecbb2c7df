"""Classes of real and of drawn galaxies, and of the paper's two sets, and tests of whether they agree."""

import numpy as np
import pandas as pd

from mockskies.comparison.classes import class_fractions, compare_classes, count_classes
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.measurement.columns import write_table


def main(snakemake):
    """params: published (the paper's counts by set, in the order of CLASSES), seed.

    input: votes (of the volunteers), real and drawn (votes that the classifier expects).
    """
    files, params = snakemake.input, snakemake.params
    votes = pd.read_csv(files.votes).drop(columns="GalaxyID")
    sets = {"volunteers": count_classes(votes, files.votes)}
    for name, path in (("real", files.real), ("drawn", files.drawn)):
        predicted = np.load(path)
        if predicted.shape[1] != votes.shape[1]:
            raise InputError(
                f"{path}: expected {votes.shape[1]} votes a galaxy, as the volunteers cast, "
                f"found {predicted.shape[1]}"
            )
        sets[name] = count_classes(pd.DataFrame(predicted, columns=votes.columns), path)
    sets |= params.published
    pairs = [("real", "drawn"), tuple(params.published)]
    write_table(snakemake.output.fractions, class_fractions(sets))
    write_table(snakemake.output.tests, compare_classes(sets, pairs, params.seed))


if __name__ == "__main__":
    run(main, snakemake)
