"""The survey's colour picture of a galaxy: Lupton's stretch of i, r and g, 424 x 424 px, JPEG."""

import io

import numpy as np
from astropy.visualization import make_lupton_rgb
from PIL import Image

from mockskies.archives.galaxy_image import FRAME, PIXEL
from mockskies.archives.galaxyzoo import SIDE

# Found by comparison with 600 real pictures: weights of i, r, g as red, green, blue; the stretch
# (nanomaggies a pixel of the survey) and its softening; and the level at which the survey leaves its sky.
WEIGHTS = 0.88, 1.0, 1.52
STRETCH, SOFTENING = 0.42, 7.5
PEDESTAL = 0.0042
QUALITY = 75


def picture(frame: np.ndarray, petro_r90: float) -> Image.Image:
    """Colour picture of the inner 8.48 ``petro_r90`` (arcsec) of ``frame``, ``(3, y, x)`` in g, r, i."""
    green, red, infrared = frame
    with np.errstate(invalid="ignore"):  # where there is no light, its colour is 0 / 0, and taken as 0
        rgb = make_lupton_rgb(
            *(weight * image for weight, image in zip(WEIGHTS, (infrared, red, green), strict=True)),
            minimum=-PEDESTAL,
            stretch=STRETCH,
            Q=SOFTENING,
        )
    tile = Image.open(io.BytesIO(jpeg(Image.fromarray(rgb))))
    centre, half = frame.shape[1] / 2, FRAME * petro_r90 / PIXEL / 2
    box = (centre - half, centre - half, centre + half, centre + half)
    return tile.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box)


def jpeg(image: Image.Image) -> bytes:
    """The picture as the competition stored it."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
