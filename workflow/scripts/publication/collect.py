"""Collect every artefact on one page, and every published value in one ledger."""

import json
from pathlib import Path

import pandas as pd

from mockskies.artefacts.published import read_published
from mockskies.atomic import replacing
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.publication.caption import render_caption
from mockskies.publication.ledger import ledger, read_values
from mockskies.publication.page import Artefact, Paper, render_page


def main(snakemake):
    """params.papers: by key, each with title, reference, published (its block of config/published.yaml),
    values (JSON files) and artefacts: name, title, caption (file), params, files."""
    papers = [collect(key, paper) for key, paper in snakemake.params.papers.items()]
    with replacing(snakemake.output.ledger) as temporary:
        pd.concat([paper.ledger for paper in papers]).to_csv(temporary, index=False, lineterminator="\n")
    html = render_page(snakemake.input.template, papers, Path(snakemake.output.page).parent)
    with replacing(snakemake.output.page) as temporary:
        temporary.write_text(html, encoding="utf-8")


def collect(key, paper):
    numbers = {str(path): json.loads(Path(path).read_text())["values"] for path in paper["values"]}
    artefacts = [
        Artefact(
            name=a["name"],
            title=a["title"],
            caption=render_caption(a["caption"], a["params"]),
            files=tuple(map(Path, a["files"])),
            numbers=[row for path in a["files"] for row in numbers.get(str(path), [])],
        )
        for a in paper["artefacts"]
    ]
    entries = ledger(key, read_published(paper["published"]), read_values(paper["values"]))
    return Paper(key, paper["title"], paper["reference"], tuple(artefacts), entries)


if __name__ == "__main__":
    run(stamped(main), snakemake)
