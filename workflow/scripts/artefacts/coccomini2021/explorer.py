"""The page on which every generated image can be looked through (Coccomini et al. 2021, abstract)."""

from mockskies.artefacts.explorer import Images, Sets, write_explorer
from mockskies.artefacts.measured import read_measured
from mockskies.atomic import replacing_folder
from mockskies.datasets.downscale import read_identifiers
from mockskies.datasets.galaxies import read_galaxies
from mockskies.job import run
from mockskies.provenance import stamped


def main(snakemake):
    """Params: paper (as it is cited)."""
    files = snakemake.input
    images = [Images(*read_galaxies(path)) for path in (files.galaxies, files.real, files.bodies)]
    sets = Sets(*images, read_identifiers(files.identifiers))
    counts = len(sets.galaxies.images), len(sets.real.images)
    measured = read_measured(files.votes, files.nearest, files.similar, *counts)
    page = [*files.page, files.library, files.licence]
    with replacing_folder(snakemake.output.explorer) as folder:
        write_explorer(folder, page, sets, measured, files.view, snakemake.params.paper)


if __name__ == "__main__":
    run(stamped(main), snakemake)
