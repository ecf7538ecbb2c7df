"""Photographs cut to centred squares: none is deformed, in their order, the same however many work."""

import json
import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scripts.datasets import square_photographs as script

from mockskies.archives.photographs import photograph_files
from mockskies.datasets.galaxies import read_galaxies
from mockskies.datasets.squares import centred_square
from mockskies.errors import InputError

REAL = Path(__file__).resolve().parents[3] / "shared/data/space"


def colours(height, width):
    """Red tells the row, green the column, blue both."""
    y, x = np.mgrid[:height, :width]
    return np.stack([y, x, (y + x) % 256], -1).astype(np.uint8)


@pytest.fixture
def folder(tmp_path):
    """Photographs of several kinds and sizes, whose names are not in the order in which they were written."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    # Snakemake leaves this in the folders that it makes.
    (folder / ".snakemake_timestamp").touch()
    Image.fromarray(colours(200, 140)).save(folder / "000002_b.png")
    Image.fromarray(colours(64, 90)).save(folder / "000001_a.tif")
    Image.fromarray(colours(50, 40)[..., 0]).save(folder / "000003.bmp")
    return folder


@pytest.fixture
def square(namespace, tmp_path):
    """Run the script: the array and what its JSON says."""

    def run(folder, size=64, threads=1, out=tmp_path / "space"):
        path = out / f"{size}.npy"
        params = {"archive": "space", "simulated": False, "size": str(size)}
        part = {"input": {"photographs": folder}, "output": {"array": path}, "params": params}
        script.main(namespace(threads=threads, **part))
        return read_galaxies(path)

    return run


def test_rows_are_squares_in_the_order_of_names(folder, square, caplog):
    caplog.set_level(logging.INFO, "mockskies")
    images, metadata = square(folder)
    assert images.shape == (3, 3, 64, 64)
    assert images.dtype == np.uint8
    # As large as the square: not resampled at all.
    np.testing.assert_array_equal(images[0], colours(64, 90)[:, 13:77].transpose(2, 0, 1))
    for row, photograph in ((1, colours(200, 140)), (2, np.repeat(colours(50, 40)[..., :1], 3, 2))):
        np.testing.assert_array_equal(images[row].transpose(1, 2, 0), centred_square(photograph, 64))
    sha256 = metadata.pop("sha256")
    assert len(sha256) == 64
    assert metadata == {
        "archive": "space",
        "simulated": False,
        "resampling": "Lanczos where it shrinks, bicubic where it grows",
        "size": 64,
        "count": 3,
        "bands": ["red", "green", "blue"],
    }
    assert caplog.messages == ["3 photographs at 64 px, 1 of which were smaller"]


@pytest.mark.parametrize("size", [64, 128, 256])
def test_every_size(size, folder, square):
    assert square(folder, size)[0].shape == (3, 3, size, size)


def test_the_number_of_workers_changes_nothing(folder, square, tmp_path):
    for threads in (1, 2):
        square(folder, threads=threads, out=tmp_path / str(threads))
    for name in ("64.npy", "64.json"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_photograph_that_cannot_be_read_leaves_nothing(folder, square, tmp_path):
    (folder / "000002_b.png").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        square(folder)
    reason = "expected a photograph, found none that can be read"
    assert str(caught.value) == f"{folder / '000002_b.png'}: {reason}"
    assert list((tmp_path / "space").iterdir()) == []


@pytest.mark.parametrize(
    ("shape", "corner"), [((60, 100), (0, 20)), ((101, 60), (20, 0)), ((60, 60), (0, 0))]
)
def test_the_square_is_the_largest_in_the_centre(shape, corner):
    cut = centred_square(colours(*shape), 60)
    np.testing.assert_array_equal(cut[0, 0, :2], corner)
    np.testing.assert_array_equal(cut[-1, -1, :2], np.add(corner, 59))


@pytest.mark.parametrize("size", [64, 256])
def test_a_disc_stays_round(size):
    y, x = np.indices((150, 250)) - np.array([75, 125])[:, None, None]
    disc = np.repeat(255 * (x**2 + y**2 < 50**2), 3).reshape(150, 250, 3).astype(np.uint8)
    rows, columns = np.nonzero(centred_square(disc, size)[..., 0] > 127)
    assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=1)
    assert np.ptp(rows) + 1 == pytest.approx(size * 99 / 150, abs=1)


def test_shrinking_averages_what_is_too_fine():
    """One pixel in sixteen is bright, as stars are: none is lost, and what alternates becomes even."""
    stars = np.zeros((256, 256, 3), np.uint8)
    stars[::4, ::4] = 160
    shrunk = centred_square(stars, 64).astype(float)
    np.testing.assert_allclose(shrunk[4:-4, 4:-4], 160 / 16, atol=2)


def test_growing_is_smooth():
    ramp = np.repeat(np.arange(64, dtype=np.uint8) * 4, 3).reshape(1, 64, 3).repeat(64, 0)
    grown = centred_square(ramp, 256).astype(int)
    assert set(np.diff(grown[100, 10:-10, 0])) == {1}


@pytest.mark.skipif(not REAL.exists(), reason="needs the real photographs in ../shared")
def test_real_photographs_become_squares(square):
    images, metadata = square(REAL, 128, threads=2)
    assert images.shape == (65, 3, 128, 128)
    assert json.loads(json.dumps(metadata))["count"] == 65
    for row, path in enumerate(photograph_files(REAL)):
        *colour, alpha = np.moveaxis(np.asarray(Image.open(path).convert("RGBA"), float), 2, 0)
        on_black = np.stack(colour) * alpha / 255
        if alpha.shape == (128, 128):  # not resampled
            np.testing.assert_allclose(images[row], on_black, atol=1)
        else:
            np.testing.assert_allclose(
                images[row].mean(axis=(1, 2)), on_black[:, :, 64:936].mean(axis=(1, 2)), atol=0.5
            )
