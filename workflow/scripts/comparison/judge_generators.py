"""Every generator's frames against real ones: scores, and whether a classifier tells them apart."""

import pandas as pd

from mockskies.archives.sparse import read_table
from mockskies.comparison.generators import halves, judge, mean_score
from mockskies.comparison.real_frames import labelled_rows
from mockskies.job import run
from mockskies.measurement.columns import read_columns, write_table
from mockskies.measurement.features import read_features
from mockskies.randomness import random_generator


def main(snakemake):
    """input: scores and features of each set, labelled first; params: frames (names), features, seed."""
    files, params = snakemake.input, snakemake.params
    width = len(params.features)
    scores = [read_columns(path, ["Id", "score"]).set_index("Id")["score"] for path in files.scores]
    features = [
        read_features(files.features[i * width : (i + 1) * width], params.features)
        for i in range(len(params.frames))
    ]
    labels = read_table(files.labels, "labeled")
    real, dark = labelled_rows(labels, files.real, scores[0].index)
    first, second = halves(len(dark), random_generator(params.seed, "halves of real frames"))
    score, matrix = scores[0].to_numpy(), features[0]
    rows = [
        {"frames": "real", **mean_score(score[real])},
        {"frames": "real_dark", **mean_score(score[dark])},
        judge(
            "real_halves",
            (score[dark[first]], score[dark[second]]),
            (matrix[dark[first]], matrix[dark[second]]),
            params.seed,
            snakemake.threads,
        ),
    ]
    if unreal := sorted(set(range(len(score))) - set(real)):
        rows.append({"frames": "labelled_unreal", **mean_score(score[unreal])})
    for name, drawn, measured in zip(params.frames[1:], scores[1:], features[1:], strict=True):
        pair = (score[dark], drawn.to_numpy()), (matrix[dark], measured)
        rows.append(judge(name, *pair, params.seed, snakemake.threads))
    write_table(snakemake.output.generators, pd.DataFrame(rows))


if __name__ == "__main__":
    run(main, snakemake)
