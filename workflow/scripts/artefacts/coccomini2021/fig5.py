"""Figure 5: generated galaxies and the real ones most similar to each by SSIM."""

from mockskies.artefacts.gallery import draw_rows
from mockskies.artefacts.schedule import StepsProvenance
from mockskies.artefacts.similar_panels import draw_similar
from mockskies.artefacts.style import save
from mockskies.artefacts.tables import read_columns
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

ARTEFACT = "coccomini2021 fig5"
SIMILAR = ["image", "rank", "real", "ssim"]
STATISTICS = ["kind", "threshold", "above", "above_low", "above_high", "ks", "p"]


def main(snakemake):
    """params: shown (images), seed.

    input: images and real (arrays), similar and similar_real (measurement), similarity (comparison).
    """
    files, params = snakemake.input, snakemake.params
    images, record = read_galaxies(files.images)
    real, _ = read_galaxies(files.real)
    similar, others = (read_columns(path, SIMILAR) for path in (files.similar, files.similar_real))
    searched = similar["image"].unique()
    random = random_generator(params.seed, ARTEFACT)
    columns = []
    for row in searched[draw_rows(searched, params.shown, random, files.similar)]:
        own = similar[similar["image"] == row].sort_values("rank")
        columns.append((images[row], real[own["real"].to_numpy()], own["ssim"].to_numpy()))
    statistics = read_columns(files.similarity, STATISTICS)
    figure = draw_similar(columns, similar, others, statistics, record["simulated"])
    steps = {record["run"]: record["step"]}
    provenance = StepsProvenance(ARTEFACT, record["simulated"], steps, subject="galaxies")
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
