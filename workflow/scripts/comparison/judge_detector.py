"""Precision and recall of the detector, on held-out scenes and in the wide view."""

import logging

import pandas as pd

from mockskies.comparison.detector import judge_scenes, judge_view
from mockskies.datasets.boxes import read_boxes, write_boxes
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run


def main(snakemake):
    """Params: bootstraps, seed, zooms (of the view)."""
    files, params = snakemake.input, snakemake.params
    scenes, _ = read_galaxies(files.scenes)
    held_out = judge_scenes(
        read_boxes(files.held_out, ["scene", "confidence"]),
        read_boxes(files.held_out_boxes, ["scene"]),
        len(scenes),
        params.bootstraps,
        params.seed,
    )
    rows = held_out.set_index("kind")
    area = rows.loc["average_precision"]
    logging.info("average precision %.3f (%.3f to %.3f)", area["value"], area["low"], area["high"])
    view = judge_view(
        read_boxes(files.view, ["zoom", "confidence"]),
        read_boxes(files.view_boxes, []),
        params.zooms,
        rows.loc["working_point", "confidence"],
    )
    write_boxes(snakemake.output.table, pd.concat([held_out, view]))


if __name__ == "__main__":
    run(main, snakemake)
