"""Figure 1: the networks, block by block, as a forward pass through their modules found them."""

from mockskies.artefacts.architecture import draw_architecture
from mockskies.artefacts.schedule import galaxy_provenance, read_json
from mockskies.artefacts.style import ROWS, save
from mockskies.job import run
from mockskies.provenance import stamped


def main(snakemake):
    """params: schedules (of the DCGAN and of Stage II)."""
    files = snakemake.input
    dcgan, stage_two = (read_json(path)["networks"] for path in files.records)
    figure = draw_architecture(
        [
            ("Generator", ROWS[1], dcgan["generator"]),
            ("Discriminator", ROWS[0], dcgan["discriminator"]),
            ("Stage-II generator", ROWS[2], stage_two["generator"]),
        ]
    )
    provenance = galaxy_provenance("fussell2019 fig1", files.records, snakemake.params.schedules)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
