"""Describe results as an RO-Crate."""

import json
from pathlib import Path

from mockskies.atomic import replacing
from mockskies.credentials import redacted
from mockskies.job import run
from mockskies.publication.crate import crate


def main(snakemake):
    params = snakemake.params
    made = crate(Path(params.results), params.papers, Path(snakemake.input.citation))
    with replacing(snakemake.output.crate) as temporary:
        temporary.write_text(redacted(json.dumps(made, indent=1)) + "\n")


if __name__ == "__main__":
    run(main, snakemake)
