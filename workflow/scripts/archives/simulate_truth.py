"""Draw the galaxies and stars of a simulated sky."""

from mockskies.archives.population import Sky, draw_truth
from mockskies.archives.simulate import write_truth
from mockskies.archives.xdf import Mosaic
from mockskies.job import run


def main(snakemake):
    """Draw the truth.

    Params: seed; archive; shape and footprint in px; position_angle in deg; pixel_scale in arcsec;
    faintest in mag.
    """
    params = snakemake.params
    mosaic = Mosaic(params.shape, params.footprint, params.position_angle, params.pixel_scale)
    sky = Sky(params.seed, params.archive, mosaic, params.faintest)
    write_truth(snakemake.output.truth, draw_truth(sky), sky)


if __name__ == "__main__":
    run(main, snakemake)
