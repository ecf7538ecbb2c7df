"""Table 2: scores of real and of generated frames, and times, beside those published."""

from mockskies.artefacts.frame_numbers import REAL, generator_numbers, generator_table
from mockskies.artefacts.numbers import with_verdicts, write_json
from mockskies.artefacts.published import read_published
from mockskies.artefacts.schedule import read_json, read_training
from mockskies.artefacts.tables import read_columns, rows_of, write_table
from mockskies.job import run
from mockskies.provenance import stamped

COLUMNS = ["frames", "n", "score", "score_error"]


def main(snakemake):
    """params: published, frames (of the generators), runs (behind each of them, by its name).

    input: generators (comparison), drawn (JSON of each of frames), losses (of all runs, in the order of
    ``training``), method (JSON of table 1). params.training: every run once.
    """
    files, params, output = snakemake.input, snakemake.params, snakemake.output
    published = read_published(params.published)
    names = [*REAL, *params.frames]
    judged = rows_of(read_columns(files.generators, COLUMNS), "frames", names, files.generators)
    trained = {run: read_training(path) for run, path in zip(params.training, files.losses, strict=True)}
    trainings = {name: [trained[run] for run in runs] for name, runs in params.runs.items()}
    drawings = dict(zip(params.frames, map(read_json, files.drawn), strict=True))
    table = generator_table(judged, trainings, drawings, published)
    write_table(output.csv, output.tex, table)
    found = {"drawn": int(judged.loc[list(params.frames), "n"].min())}
    settings = read_json(files.method)["settings"] | found
    numbers = with_verdicts(generator_numbers(table, names), published, settings)
    write_json(output.json, found, numbers)


if __name__ == "__main__":
    run(stamped(main), snakemake)
