"""Install the viewer of deep zooms from npm."""

from mockskies.artefacts.viewer import install_viewer
from mockskies.job import run


def main(snakemake):
    """Reads package.json and package-lock.json; writes the viewer and its licence."""
    files, out = snakemake.input, snakemake.output
    install_viewer(files.package, files.lock, out.library, out.licence)


if __name__ == "__main__":
    run(main, snakemake)
