"""Choose the emptiest of the drawn galaxies as blanks for the wide view."""

from functools import partial

from tqdm import tqdm

from mockskies.datasets.galaxies import read_galaxies, write_galaxies
from mockskies.job import run
from mockskies.sampling.blanks import emptiest


def main(snakemake):
    """Params: blanks (how many)."""
    path = snakemake.input.images
    galaxies, drawn = read_galaxies(path)
    progress = partial(tqdm, desc="emptiness", unit=" galaxies", disable=None)
    rows, emptiness = emptiest(path, galaxies, snakemake.params.blanks, progress)
    about = {key: drawn[key] for key in ("simulated", "run", "step")}
    about |= {"rows": rows.tolist(), "emptiness": emptiness.tolist()}
    write_galaxies(snakemake.output.images, len(rows), drawn["size"], [galaxies[rows]], about)


if __name__ == "__main__":
    run(main, snakemake)
