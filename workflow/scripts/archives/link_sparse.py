"""Take sparse frames and their tables from a folder of the user's."""

from functools import partial

from tqdm import tqdm

from mockskies.archives.sparse import PARTS, TABLES, link_folder
from mockskies.job import run


def main(snakemake):
    """Params: folder; images, how many of each part it must hold."""
    params, output = snakemake.params, snakemake.output
    link_folder(
        params.folder,
        params.images,
        {part: getattr(output, part) for part in PARTS},
        {part: getattr(output, f"{part}_table") for part in TABLES},
        workers=snakemake.threads,
        progress=partial(tqdm, desc="frames", disable=None),
    )


if __name__ == "__main__":
    run(main, snakemake)
