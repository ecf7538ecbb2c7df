"""Table 1: classes of the training and of the generated galaxies, and whether they agree."""

from mockskies.artefacts.class_numbers import class_numbers, class_table
from mockskies.artefacts.numbers import with_verdicts, write_json
from mockskies.artefacts.published import read_published
from mockskies.artefacts.schedule import read_json
from mockskies.artefacts.tables import read_columns, write_table
from mockskies.job import run
from mockskies.provenance import stamped

FRACTIONS = ["set", "class", "count", "images", "fraction", "low", "high"]
TESTS = ["first", "second", "chi2", "dof", "p", "p_exact"]


def main(snakemake):
    """params: published (the paper's block), settings (the method as it was run).

    input: fractions and tests (comparison); photographs, bodies and galaxies (JSON beside the sets).
    """
    files, params, output = snakemake.input, snakemake.params, snakemake.output
    published = read_published(params.published)
    fractions, tests = read_columns(files.fractions, FRACTIONS), read_columns(files.tests, TESTS)
    images = fractions.groupby("set")["images"].first()
    found = {"images": int(images["volunteers"]), "fid_images": int(images["drawn"])}
    found["photographs"] = read_json(files.photographs)["count"]
    found["steps_bodies"] = read_json(files.bodies)["step"]
    found["steps_galaxies"] = read_json(files.galaxies)["step"]
    settings = params.settings | found
    write_table(output.csv, output.tex, class_table(fractions, tests))
    write_json(output.json, settings, with_verdicts(class_numbers(fractions, tests), published, settings))


if __name__ == "__main__":
    run(stamped(main), snakemake)
