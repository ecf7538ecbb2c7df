"""Put the positions of galaxies, with and without their classes of size, on grids."""

from mockskies.datasets.galaxies import write_galaxies
from mockskies.datasets.grids import CELLS, class_grids, position_grids
from mockskies.datasets.patches import CLASSES
from mockskies.datasets.real_frames import read_clusters, read_real_frames
from mockskies.job import run


def main(snakemake):
    """Params: archive; simulated; classes, sizes in px at which medium and large begin."""
    inputs, output, params = snakemake.input, snakemake.output, snakemake.params
    identifiers, clusters = list(read_real_frames(inputs.real)), read_clusters(inputs.clusters)
    about = {"archive": params.archive, "simulated": params.simulated}
    grids, of_classes = (
        position_grids(identifiers, clusters),
        class_grids(identifiers, clusters, params.classes),
    )
    write_galaxies(output.grids, len(grids), CELLS, [grids], about, ["galaxies"])
    about |= {"classes": params.classes}
    write_galaxies(output.class_grids, len(of_classes), CELLS, [of_classes], about, CLASSES)


if __name__ == "__main__":
    run(main, snakemake)
