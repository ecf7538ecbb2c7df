"""Scores of sets of sparse frames by the scorer that judges generators."""

import logging

import pandas as pd

from mockskies.job import run
from mockskies.measurement.columns import write_table
from mockskies.measurement.features import read_features, read_properties
from mockskies.measurement.scorers import read_scorer


def main(snakemake):
    """input.features: of the scorer's sets, one list for all sets of frames; params: sets of frames."""
    files = snakemake.input
    scorer = read_scorer(files.scorer, snakemake.threads)
    sets = len(scorer.features)
    for number, name in enumerate(snakemake.params.frames):
        features = files.features[number * sets : (number + 1) * sets]
        scores = scorer.predict(read_features(features, scorer.features))
        table = pd.DataFrame({"Id": read_properties(files.properties[number]).index, "score": scores})
        logging.info("%s: mean score %.3f of %d frames", name, scores.mean(), len(scores))
        write_table(snakemake.output.scores[number], table)


if __name__ == "__main__":
    run(main, snakemake)
