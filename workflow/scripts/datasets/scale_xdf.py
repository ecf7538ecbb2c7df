"""Scale an aligned field to training arrays; compare its extremes with the published ones."""

import logging

from mockskies.datasets.field import read_field
from mockskies.datasets.scale import scale_by_sky, scale_field, write_training
from mockskies.job import run


def main(snakemake):
    """params.clip_percentile in per cent; published: minimum and maximum of each band, in e-/s."""
    sky = read_field(snakemake.input.field)
    scaled, constants = scale_field(sky, snakemake.params.clip_percentile, snakemake.params.published)
    for band, clipped, masked in zip(sky.bands, constants["clipped"], constants["masked"], strict=True):
        logging.info("%s: %d pixels clipped, %d masked", band, clipped, masked)
    check = constants["check"]
    if check is None:
        logging.info("simulated sky: not compared with the published extremes")
    elif check["agree"]:
        logging.info(check["sentence"])
    else:
        logging.warning("warning: %s", check["sentence"])
    files = snakemake.output
    write_training(files.array, files.constants, scaled, constants)
    write_training(files.sky, files.sky_constants, scale_by_sky(sky, constants), constants)


if __name__ == "__main__":
    run(main, snakemake)
