"""Cut the galaxies out of the real frames."""

from mockskies.datasets.patches import cut_patches
from mockskies.datasets.real_frames import read_clusters, read_real_frames
from mockskies.job import run


def main(snakemake):
    """Params: archive; simulated; threshold, a level; classes, where medium and large begin, in px."""
    inputs, output, params = snakemake.input, snakemake.output, snakemake.params
    cut_patches(
        {"labeled": inputs.labeled, "scored": inputs.scored},
        read_real_frames(inputs.real),
        read_clusters(inputs.clusters),
        params.classes,
        output.array,
        output.table,
        {"archive": params.archive, "simulated": params.simulated, "threshold": params.threshold},
    )


if __name__ == "__main__":
    run(main, snakemake)
