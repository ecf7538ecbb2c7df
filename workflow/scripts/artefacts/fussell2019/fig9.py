"""Figure 9: the same galaxies at 64 and at 128 pixels, and enlarged from the one to the other in two ways."""

import numpy as np
from PIL import Image

from mockskies.artefacts.gallery import Row, draw_rows, gallery
from mockskies.artefacts.schedule import galaxy_provenance
from mockskies.artefacts.style import REAL, ROWS, origin, save
from mockskies.datasets.galaxies import read_galaxies
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

ARTEFACT = "fussell2019 fig9"
COLUMNS, CELL = 7, 256
CHUNK = 512  # galaxies


def main(snakemake):
    """params: seed, schedules (of Stage II).

    input: small and large (real images at 64 and 128 px), enlarged (by Stage II, the first rows of small).
    """
    files = snakemake.input
    provenance = galaxy_provenance(ARTEFACT, files.records, snakemake.params.schedules)
    small, large, enlarged = (read_galaxies(path)[0] for path in (files.small, files.large, files.enlarged))
    if len(enlarged) > min(len(small), len(large)):
        raise InputError(
            f"{files.enlarged}: expected one image for each of the first of {min(len(small), len(large))} "
            f"real ones, got {len(enlarged)}"
        )
    random = random_generator(snakemake.params.seed, ARTEFACT)
    shown = draw_rows(enlarged, COLUMNS, random, files.enlarged)
    errors = root_mean_squares(small, large, enlarged)
    kind = origin(provenance.simulated)
    rows = [
        Row(f"{kind}\n64 px", ROWS[1], small[shown]),
        Row(f"{kind}\n128 px", REAL, large[shown]),
        Row(f"bicubic, 64 to 128\nrms {errors[0]:.2f}", ROWS[2], bicubic(small[shown], large.shape[-1])),
        Row(f"StackGAN, 64 to 128\nrms {errors[1]:.2f}", ROWS[0], enlarged[shown]),
    ]
    figure, _ = gallery(rows, CELL)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


def bicubic(images, size):
    """Images ``(n, band, y, x)`` at ``size`` pixels a side."""
    enlarged = [
        np.asarray(Image.fromarray(np.moveaxis(image, 0, -1)).resize((size, size), Image.Resampling.BICUBIC))
        for image in images
    ]
    return np.moveaxis(np.stack(enlarged), -1, 1)


def root_mean_squares(small, large, enlarged):
    """Differences from the real 128 px in levels, bicubic and Stage II, of all that Stage II enlarged."""
    sums, count = np.zeros(2), 0
    for start in range(0, len(enlarged), CHUNK):
        chosen = slice(start, min(start + CHUNK, len(enlarged)))
        true = large[chosen].astype(np.float32)
        for way, images in enumerate((bicubic(small[chosen], large.shape[-1]), enlarged[chosen])):
            sums[way] += np.square(images - true).sum(dtype=float)
        count += true.size
    return np.sqrt(sums / count)


if __name__ == "__main__":
    run(stamped(main), snakemake)
