"""The numbers of the text: FID, its extrapolation and its null, the search for copies, times of training."""

from mockskies.artefacts.distance_numbers import SUBJECTS, distance_numbers
from mockskies.artefacts.numbers import latex_table, with_verdicts, write_csv, write_json
from mockskies.artefacts.published import read_published
from mockskies.artefacts.schedule import read_json, read_training
from mockskies.artefacts.tables import read_columns
from mockskies.atomic import replacing
from mockskies.job import run
from mockskies.provenance import stamped

FID = ["kind", "images", "real", "fid", "fid_low", "fid_high", "kid", "kid_error", "note"]
SIMILARITY = ["kind", "images", "median", "copies", "above", "ks", "p"]
ERROR = ["answer", "rmse_classifier", "rmse_mean_vote"]


def main(snakemake):
    """params: published (the paper's block).

    input: fid, similarity and error (comparison), losses (of the runs that draw bodies and galaxies),
    method (JSON of table 1).
    """
    files, output = snakemake.input, snakemake.output
    tables = (
        read_columns(path, columns)
        for path, columns in ((files.fid, FID), (files.similarity, SIMILARITY), (files.error, ERROR))
    )
    trainings = dict(zip(SUBJECTS, map(read_training, files.losses), strict=True))
    settings = read_json(files.method)["settings"]
    published = read_published(snakemake.params.published)
    numbers = with_verdicts(distance_numbers(*tables, trainings), published, settings)
    write_csv(output.csv, numbers)
    write_json(output.json, {}, numbers)
    with replacing(output.tex) as temporary:
        temporary.write_text(latex_table(numbers))


if __name__ == "__main__":
    run(stamped(main), snakemake)
