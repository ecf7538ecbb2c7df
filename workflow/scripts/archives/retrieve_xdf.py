"""Download one file of the XDF from its archive."""

from mockskies.archives.retrieve import retrieve
from mockskies.job import run


def main(snakemake):
    """Params: url; sha256 or None; allow_http; attempts; first_wait and timeout in s."""
    params = snakemake.params
    retrieve(
        params.url,
        snakemake.output.fits,
        sha256=params.sha256,
        allow_http=params.allow_http,
        attempts=params.attempts,
        first_wait=params.first_wait,
        timeout=params.timeout,
    )


if __name__ == "__main__":
    run(main, snakemake)
