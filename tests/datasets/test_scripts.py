"""The two scripts: on stars in three bands, and on the real XDF."""

import importlib.util
import logging
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from mockskies.datasets.field import read_field
from mockskies.datasets.scale import SkyScaling, read_training

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT.parent / "shared" / "tools" / "make_archives.py"
BANDS = ["F606W", "F775W", "F814W"]
PUBLISHED = {band: {"minimum": -0.005, "maximum": 0.5} for band in BANDS}


def load(path):
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def build_dataset(namespace):
    """Run both scripts on mosaics; the folder of the field and of its arrays, each with its constants."""
    scripts = ROOT / "workflow" / "scripts" / "datasets"
    align, scale = load(scripts / "align_xdf.py"), load(scripts / "scale_xdf.py")

    def build(mosaics, out, size):
        align.main(
            namespace(
                input={"sci": mosaics},
                output={"field": out / "field.fits"},
                params={
                    "bands": BANDS,
                    "zero_points": [26.51, 25.69, 25.94],
                    "pixel_scale": 0.06,
                    "position_angle": 43.25,
                    "size": size,
                },
            )
        )
        scale.main(
            namespace(
                input={"field": out / "field.fits"},
                output={
                    "array": out / "training.npy",
                    "constants": out / "training.json",
                    "sky": out / "sky.npy",
                    "sky_constants": out / "sky.json",
                },
                params={"clip_percentile": 99.99, "published": PUBLISHED},
            )
        )
        return out

    return build


def test_scripts(tmp_path, build_dataset, write_mosaic, make_wcs, noise, caplog):
    wcs = make_wcs((200, 200))
    simulated = [write_mosaic(noise(200, 200), wcs, f"{band}.fits", SIMULATE=True) for band in BANDS]
    with caplog.at_level(logging.INFO):
        out = build_dataset(simulated, tmp_path / "set", 128)
    sky = read_field(out / "field.fits")
    array, constants = read_training(out / "training.npy")
    assert array.shape == sky.flux.shape == (3, 128, 128)
    assert sky.bands == tuple(BANDS)
    assert sky.simulated
    assert constants["check"] is None
    assert "simulated sky: not compared with the published extremes" in caplog.messages
    again = build_dataset(simulated, tmp_path / "again", 128)
    scaled, record = read_training(out / "sky.npy")
    # Nothing is clipped: the field comes back.
    np.testing.assert_allclose(SkyScaling.of(record).invert(scaled), sky.flux, rtol=1e-4, atol=1e-6)
    assert {**record, "sha256": ""} == {**constants, "sha256": ""}
    for name in ("field.fits", "training.npy", "training.json", "sky.npy", "sky.json"):
        assert (out / name).read_bytes() == (again / name).read_bytes()


def test_a_field_that_differs_is_a_warning(tmp_path, build_dataset, write_mosaic, make_wcs, noise, caplog):
    mosaics = [write_mosaic(noise(200, 200), make_wcs((200, 200)), f"{b}.fits") for b in BANDS]
    out = build_dataset(mosaics, tmp_path / "set", "largest")
    sentence = read_training(out / "training.npy")[1]["check"]["sentence"]
    assert sentence.startswith("differs from the published field by more than 1 per cent (e-/s): F606W mini")
    assert [r.getMessage() for r in caplog.records if r.levelname == "WARNING"] == [f"warning: {sentence}"]


@pytest.mark.skipif(not TOOL.exists(), reason="the real XDF is not beside this clone (../shared)")
def test_real_xdf(tmp_path, build_dataset):
    """The deep area is 1880 x 2130 px and lies at 39 deg, so that 43.25 deg leave a square of 1756 px."""
    load(TOOL).write_xdf(tmp_path / "xdf")
    out = build_dataset(sorted((tmp_path / "xdf").glob("*_sci.fits")), tmp_path / "set", "largest")
    sky = read_field(out / "field.fits")
    array, constants = read_training(out / "training.npy")
    assert 1740 < sky.flux.shape[1] < 1770
    assert np.isfinite(sky.flux).all()
    assert not sky.simulated
    assert constants["masked"] == [0, 0, 0]
    assert constants["check"]["agree"] is False
    # Sources stand at the same pixels in all bands: the sky's structure is common to them.
    smooth = [ndimage.gaussian_filter(np.minimum(band, 0.5), 2)[::3, ::3].ravel() for band in array]
    assert np.corrcoef(smooth)[np.triu_indices(3, 1)].min() > 0.6
    # Noise is as the archive has it, less what the spline takes: 11.9 levels of 4.65e-5 e-/s.
    f775w = sky.flux[1] - constants["sky_mode"][1]
    assert np.sqrt(np.mean(f775w[f775w < 0] ** 2)) == pytest.approx(0.9 * 11.9 * 4.65e-5, rel=0.12)
