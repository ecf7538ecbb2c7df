"""Galaxies that the detector finds in the wide view, at every zoom of figure 4."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pandas as pd
import torch

from mockskies.datasets.boxes import write_boxes
from mockskies.job import run
from mockskies.measurement.view_detections import detect_view
from mockskies.sampling.draw import load_kept
from mockskies.sampling.view import read_view
from mockskies.training.precision import choose_compute


def main(snakemake):
    """Params: weights (name of the file), side (of a window in px), zooms, precision."""
    torch.set_num_threads(snakemake.threads)
    params, files = snakemake.params, snakemake.input
    compute = choose_compute(params.precision)
    detector, settings = load_kept(f"{files.weights}/{params.weights}", "detector", compute)
    record = json.loads((Path(files.view) / "view.json").read_text())
    with ThreadPoolExecutor(snakemake.threads) as pool:
        tables = [
            detect_view(
                detector,
                partial(read_view, files.view),
                (record["height"], record["width"]),
                params.side,
                zoom,
                settings["stretch"],
                compute,
                pool.map,
            )
            for zoom in params.zooms
        ]
    write_boxes(snakemake.output.detections, pd.concat(tables))


if __name__ == "__main__":
    run(main, snakemake)
