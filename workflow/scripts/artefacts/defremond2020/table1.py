"""Table 1: errors of every scorer beside those published."""

from mockskies.artefacts.frame_numbers import scorer_numbers, scorer_table
from mockskies.artefacts.numbers import with_verdicts, write_json
from mockskies.artefacts.published import read_published
from mockskies.artefacts.tables import read_columns, write_table
from mockskies.job import run
from mockskies.provenance import stamped

COLUMNS = ["scorer", "model", "features", "n", "mae", "mae_error", "mae_std"]


def main(snakemake):
    """params: published (the paper's block), settings (the method as it was run), notes (by scorer)."""
    params, output = snakemake.params, snakemake.output
    published = read_published(params.published)
    errors = read_columns(snakemake.input.scorers, COLUMNS)
    settings = params.settings | {"scored": int(errors["n"].min())}
    write_table(output.csv, output.tex, scorer_table(errors, params.notes, published))
    write_json(output.json, settings, with_verdicts(scorer_numbers(errors), published, settings))


if __name__ == "__main__":
    run(stamped(main), snakemake)
