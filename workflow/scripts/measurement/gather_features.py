"""Features of a set of sparse frames from its chunks."""

from mockskies.job import run
from mockskies.measurement.frames import gather_chunks


def main(snakemake):
    """input.chunks in their order; params: features, the sets whose files the outputs are."""
    outputs = dict(zip(snakemake.params.features, snakemake.output.features, strict=True))
    gather_chunks(snakemake.input.chunks, outputs)


if __name__ == "__main__":
    run(main, snakemake)
