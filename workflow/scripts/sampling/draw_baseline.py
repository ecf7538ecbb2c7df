"""Draw frames of one of the two baselines, from statistics of the real frames' clusters."""

import pandas as pd

from mockskies.datasets.real_frames import COLUMNS, read_clusters
from mockskies.job import run
from mockskies.sampling.baselines import draw_baseline, geometric_properties, normal_properties
from mockskies.sampling.frames import write_set


def main(snakemake):
    """Params: name, properties (normal or geometric), large (px), frame (px), drawn, seed, simulated."""
    params, output = snakemake.params, snakemake.output
    clusters = pd.DataFrame(read_clusters(snakemake.input.clusters), columns=COLUMNS)
    if params.properties == "normal":
        properties = normal_properties(clusters)
    else:
        properties = geometric_properties(clusters, params.large)
    drawn = draw_baseline(clusters, properties, params.frame, params.drawn, params.seed, params.name)
    record = {"generator": params.name, "simulated": params.simulated, "runs": {}}
    write_set(drawn, output.images, output.about, record)


if __name__ == "__main__":
    run(main, snakemake)
