"""Figure 4: a detector's boxes on the whole wide view and on parts of it, and how far they can be trusted."""

import numpy as np
from PIL import Image

from mockskies.artefacts.detection_panels import Part, draw_detections
from mockskies.artefacts.schedule import StepsProvenance, read_json, read_training
from mockskies.artefacts.style import save
from mockskies.artefacts.tables import read_columns
from mockskies.datasets.boxes import BOX
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.sampling.view import read_view

PANEL = 1024  # px of a part as the detector saw it, at most: a dot of the PNG each
# A part is a third of a small view at most; parts lie here, in shares of the view's height and width.
SHARE = 3
CENTRES = (0.3, 0.3), (0.65, 0.7)
JUDGED = ["kind", "zoom", "size_low", "size_high", "number", "confidence", "precision", "recall"]


def main(snakemake):
    """params: zooms, detector (its run). input: view (its folder), detections, judged, losses."""
    files, params = snakemake.input, snakemake.params
    record = read_json(f"{files.view}/view.json")
    height, width = record["height"], record["width"]
    with Image.open(f"{files.view}/overview.png") as overview:
        parts = [Part(np.asarray(overview), 0, 0, height, width, params.zooms[0])]
    for (y, x), zoom in zip(CENTRES, (params.zooms[1], params.zooms[-1]), strict=True):
        wide = min(PANEL * zoom, width // SHARE)
        tall = wide * height // width
        top, left = round(y * height - tall / 2), round(x * width - wide / 2)
        picture = Image.fromarray(read_view(files.view, top, left, tall, wide)).reduce(zoom)
        parts.append(Part(np.asarray(picture), top, left, tall, wide, zoom))
    detections = read_columns(files.detections, ["zoom", *BOX, "confidence"], least=0)
    figure = draw_detections(parts, detections, read_columns(files.judged, [*JUDGED, "value", "low", "high"]))
    steps = {record["run"]: record["step"], params.detector: read_training(files.losses).steps}
    provenance = StepsProvenance("coccomini2021 fig4", record["simulated"], steps, "galaxies")
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
