"""Table 1: learning parameters of the DCGAN and of the StackGAN, from the runs that were made."""

import json

from mockskies.artefacts.learning import csv_cells, latex, learning, learning_table, shape
from mockskies.artefacts.published import read_published
from mockskies.artefacts.schedule import read_json
from mockskies.atomic import replacing
from mockskies.job import run
from mockskies.provenance import stamped


def main(snakemake):
    """params: published (the paper's block of config/published.yaml), settings (the rest of the method as it
    was run, under the same names)."""
    files, published = snakemake.input, read_published(snakemake.params.published)
    real_set = read_json(files.real_set)
    settings = {
        "galaxies": "simulator" if real_set["simulated"] else "telescope",
        "images": real_set["count"],
        **snakemake.params.settings,
    }
    for prefix, path in zip(("dcgan", "stackgan"), files.records, strict=True):
        description = read_json(path)
        settings |= learning(prefix, description) | shape(prefix, description)
    table = learning_table(settings, published)
    with replacing(snakemake.output.csv) as temporary:
        csv_cells(table).to_csv(temporary, index=False, lineterminator="\n")
    with replacing(snakemake.output.tex) as temporary:
        temporary.write_text(latex(table, digits=3))
    with replacing(snakemake.output.json) as temporary:
        temporary.write_text(json.dumps({"settings": settings, "values": []}, indent=2) + "\n")


if __name__ == "__main__":
    run(stamped(main), snakemake)
