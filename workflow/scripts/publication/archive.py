"""Write results, and what their artefacts were made from, into one zip."""

from pathlib import Path

from mockskies.job import run
from mockskies.publication.archive import write_archive


def main(snakemake):
    """params: results (folder), papers (their keys), configuration (all of it)."""
    params, kept = snakemake.params, map(Path, snakemake.input.kept)
    write_archive(Path(snakemake.output.zip), Path(params.results), params.papers, kept, params.configuration)


if __name__ == "__main__":
    run(main, snakemake)
