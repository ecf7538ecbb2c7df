"""Small archives of Galaxy Zoo, whole or damaged in one way."""

import io
import zipfile

import numpy as np
from PIL import Image

IMAGES, SOLUTIONS = "images_training_rev1.zip", "training_solutions_rev1.zip"


def jpeg(number=0, size=(424, 424), mode="RGB"):
    """Bytes of a JPEG whose levels tell its number: a gradient and a spot."""
    y, x = np.indices(size[::-1])
    grey = (x // 4 + 10 * number) % 256
    picture = Image.fromarray(np.stack([grey, y // 4, 0 * x + 20], axis=-1).astype(np.uint8)).convert(mode)
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


def write_images(path, members):
    """A zip of ``members``: bytes by their names, or by their ZipInfo."""
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)


def write_solutions(path, table):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("training_solutions_rev1.csv", table)


def table(*galaxies):
    """A table of votes with the stand-in's three columns."""
    return "GalaxyID,Class1.1,Class1.2,Class1.3\n" + "".join(f"{galaxy},0.25,0.75,0\n" for galaxy in galaxies)


def name(galaxy):
    return f"images_training_rev1/{galaxy}.jpg"


def write_archive(folder, galaxies):
    """Both zips of good pictures of ``galaxies``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_images(folder / IMAGES, {name(galaxy): jpeg(galaxy) for galaxy in galaxies})
    write_solutions(folder / SOLUTIONS, table(*galaxies))
