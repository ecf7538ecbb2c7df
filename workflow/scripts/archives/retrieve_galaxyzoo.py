"""Download one file of Galaxy Zoo: from Kaggle, from Zenodo, or from another server."""

from pathlib import Path

from mockskies.archives.check import TABLE, ZIP
from mockskies.archives.kaggle_file import retrieve_from_kaggle
from mockskies.archives.retrieve import retrieve
from mockskies.job import run


def main(snakemake):
    """Params: provider; url, or None at Kaggle; sha256 or None; allow_http; attempts; waits in s."""
    params, path = snakemake.params, snakemake.output.file
    expected = ZIP if Path(path).suffix == ".zip" else TABLE
    if params.provider == "kaggle":
        retrieve_from_kaggle(Path(path).name, path, expected, params.sha256)
        return
    retrieve(
        params.url,
        path,
        expected=expected,
        sha256=params.sha256,
        allow_http=params.allow_http,
        attempts=params.attempts,
        first_wait=params.first_wait,
        timeout=params.timeout,
    )


if __name__ == "__main__":
    run(main, snakemake)
