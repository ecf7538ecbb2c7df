"""Bring the bands of one archive to one upright grid, cropped to observed sky."""

import logging

from mockskies.datasets.align import Grid, align
from mockskies.datasets.field import write_field
from mockskies.datasets.mosaic import read_mosaic
from mockskies.job import run


def main(snakemake):
    """params.pixel_scale in arcsec, position_angle in deg, zero_points in mag, size in px or "largest"."""
    params = snakemake.params
    grid = Grid(params.pixel_scale, params.position_angle, params.size)
    mosaics = [read_mosaic(path) for path in snakemake.input.sci]
    sky = align(mosaics, params.bands, params.zero_points, grid)
    logging.info("field: %d bands of %d x %d px", *sky.flux.shape)
    write_field(snakemake.output.field, sky)


if __name__ == "__main__":
    run(main, snakemake)
