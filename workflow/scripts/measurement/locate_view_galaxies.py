"""Boxes of the galaxies that the wide view was composed of."""

import json
from functools import partial
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from mockskies.datasets.boxes import write_boxes
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.measurement.view_galaxies import view_galaxies


def main(snakemake):
    """input: view (its folder), images (drawn galaxies)."""
    view = Path(snakemake.input.view)
    record = json.loads((view / "view.json").read_text())
    pictures, _ = read_galaxies(snakemake.input.images)
    size = record["height"], record["width"]
    progress = partial(tqdm, desc="boxes of the view", unit=" tiles", disable=None)
    boxes = view_galaxies(pd.read_csv(view / "tiles.csv"), pictures, size, progress)
    write_boxes(snakemake.output.boxes, boxes)


if __name__ == "__main__":
    run(main, snakemake)
