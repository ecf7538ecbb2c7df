"""Small skies, their catalogues, and all that the scripts of smith2019 read."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from mockskies.comparison.statistics import ComparisonSettings, statistics, write_statistics
from mockskies.datasets.field import Field, write_field
from mockskies.measurement.catalogue import catalogue
from mockskies.measurement.settings import CatalogueSettings
from mockskies.measurement.table import write_catalogue

BANDS = ("F606W", "F775W", "F814W")
SIZE = 260
SETTINGS = CatalogueSettings(
    threshold=5.0,
    minimum_area=5,
    deblend_levels=32,
    deblend_contrast=0.005,
    clean=1.0,
    background_mesh=64,
    background_filter=3,
    kron_factor=2.5,
    minimum_radius=3.5,
)


def make_sky(seed, sources=30):
    """Round Gaussian sources on white noise, 23 to 27 mag or so."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:SIZE, :SIZE]
    image = np.zeros((SIZE, SIZE))
    for _ in range(sources):
        centre = random.uniform(15, SIZE - 15, 2)
        peak = 10 ** random.uniform(-2.5, -1)
        image += peak * np.exp(-0.5 * ((y - centre[0]) ** 2 + (x - centre[1]) ** 2) / 2.0**2)
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix = [53.16, -27.79], [SIZE / 2, SIZE / 2]
    wcs.wcs.cdelt = [-0.06 / 3600, 0.06 / 3600]
    flux = np.stack([image, image, image]) + random.normal(0, 3e-4, (3, SIZE, SIZE))
    return Field(flux.astype(np.float32), BANDS, (26.51, 25.69, 25.94), wcs, simulated=True)


@pytest.fixture(scope="session")
def sky():
    return make_sky(0)


@pytest.fixture(scope="session")
def files(tmp_path_factory, sky):
    """Paths of every input, by name."""
    root = tmp_path_factory.mktemp("artefacts")
    fields, catalogues, tables = [], [], []
    for number, field in enumerate([sky, *(make_sky(seed) for seed in (1, 2, 3))]):
        fields.append(root / f"field_{number}.fits")
        catalogues.append(root / f"catalogue_{number}.fits")
        tables.append(catalogue(field, SETTINGS))
        write_field(fields[-1], field)
        write_catalogue(catalogues[-1], tables[-1])
    table = statistics(tables[0], tables[1:3], tables[2], tables[3], ComparisonSettings(28.0, 50, 1))
    write_statistics(root / "statistics.csv", table)

    random = np.random.default_rng(5)
    primary = fits.PrimaryHDU()
    for keyword, value in {
        "SIMULATE": True,
        "RUN": "smith2019",
        "BANDS": ",".join(BANDS),
        "STEPS": 90,
    }.items():
        primary.header[keyword] = value
    epochs = fits.BinTableHDU.from_columns(
        [fits.Column("EPOCH", "J", array=[0, 1, 3]), fits.Column("STEP", "K", array=[0, 30, 90])],
        name="EPOCHS",
    )
    latent = fits.ImageHDU(random.normal(size=(2, 4, 4)).astype(np.float32), name="LATENT")
    images = fits.ImageHDU(random.normal(size=(3, 3, 64, 64)).astype(np.float32), name="IMAGES")
    fits.HDUList([primary, latent, images, epochs]).writeto(root / "evolution.fits")

    constants = {"bands": BANDS, "minimum": [-0.1, -0.2, -0.3], "maximum": [0.1, 0.2, 0.3], "simulated": True}
    constants |= {"size": SIZE, "pixel_scale": 0.06, "clip_percentile": 99.99}
    (root / "training.json").write_text(json.dumps(constants))
    (root / "timing.json").write_text(json.dumps({"nanoseconds_per_pixel": 1000.0, "processor": "CPU"}))
    (root / "losses.csv").write_text("epoch,step,steps_per_second\n1,30,5.0\n2,60,10.0\n3,90,10.0\n")
    return SimpleNamespace(
        root=root,
        real=fields[0],
        real_catalogue=catalogues[0],
        generated=fields[1:3],
        generated_catalogues=catalogues[1:3],
        statistics=root / "statistics.csv",
        evolution=root / "evolution.fits",
        constants=root / "training.json",
        timing=root / "timing.json",
        losses=root / "losses.csv",
    )


@pytest.fixture(scope="session")
def schedule():
    return {"run": "smith2019", "epochs": 3, "paper_epochs": 36000, "steps": 90, "paper_steps": 1080000}
