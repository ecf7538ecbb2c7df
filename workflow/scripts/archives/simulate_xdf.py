"""Draw one file of a simulated sky as the archive would publish it."""

from functools import partial

from tqdm import tqdm

from mockskies.archives.simulate import draw_band, draw_weight, read_truth, write_image
from mockskies.archives.xdf import FILTERS
from mockskies.errors import InputError
from mockskies.job import run


def main(snakemake):
    """Wildcards: band, lower case; kind, ``sci`` or ``wht``."""
    band, kind = snakemake.wildcards.band.upper(), snakemake.wildcards.kind
    if band not in FILTERS:
        raise InputError(
            f"config: bands: expected filters of ACS to simulate, {', '.join(FILTERS)}; got {band}"
        )
    sky, truth = read_truth(snakemake.input.truth)
    if kind == "sci":
        image = draw_band(sky, truth, band, partial(tqdm, desc=f"{sky.archive} {band}", disable=None))
    else:
        image = draw_weight(sky, band)
    write_image(snakemake.output.fits, image, sky, band, kind)


if __name__ == "__main__":
    run(main, snakemake)
