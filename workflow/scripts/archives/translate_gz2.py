"""Put Galaxy Zoo 2's own files into the competition's form."""

from functools import partial

from tqdm import tqdm

from mockskies.archives.gz2 import translate
from mockskies.job import run


def main(snakemake):
    """Inputs and outputs bear the names of `translate`'s arguments."""
    inputs, outputs = snakemake.input, snakemake.output
    progress = partial(tqdm, desc="pictures", disable=None)
    translate(inputs.pictures, inputs.mapping, inputs.votes, outputs.images, outputs.solutions, progress)


if __name__ == "__main__":
    run(main, snakemake)
