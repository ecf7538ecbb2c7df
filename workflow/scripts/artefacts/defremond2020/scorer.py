"""Beyond the paper: how well the best scorer is calibrated, and what it looks at."""

from mockskies.artefacts.schedule import frame_provenance
from mockskies.artefacts.scorer_panels import draw_scorer
from mockskies.artefacts.style import save
from mockskies.artefacts.tables import read_columns
from mockskies.job import run
from mockskies.provenance import stamped

CALIBRATION = [
    "bin", "n", "low", "high", "predicted", "actual", "actual_error", "bias", "scatter",
    "coverage_68", "coverage_95",
]  # fmt: skip
IMPORTANCE = ["feature", "index", "gain"]


def main(snakemake):
    """params: source. input: calibration, importance."""
    files = snakemake.input
    calibration = read_columns(files.calibration, CALIBRATION)
    figure = draw_scorer(calibration, read_columns(files.importance, IMPORTANCE))
    provenance = frame_provenance("defremond2020 scorer", snakemake.params.source)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
