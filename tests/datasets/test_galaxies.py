"""Galaxy images: downscaled by nearest neighbours, mapped, and refused when they are not what they say."""

import json
import re

import numpy as np
import pytest
from galaxyzoo_files import jpeg
from PIL import Image

from mockskies.datasets.downscale import downscale, read_identifiers
from mockskies.datasets.galaxies import read_galaxies, write_galaxies
from mockskies.errors import InputError

GALAXIES = [7, 3, 5]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for galaxy in GALAXIES:
        (folder / f"{galaxy}.jpg").write_bytes(jpeg(galaxy))
    return folder


def run(folder, path, size=64, workers=1, galaxies=GALAXIES):
    downscale(
        folder, galaxies, size, path, {"simulated": False}, workers=workers, progress=lambda rows, total: rows
    )


@pytest.mark.parametrize("size", [64, 128, 256])
def test_nearest_neighbour_in_the_order_of_the_table(folder, tmp_path, size):
    run(folder, tmp_path / f"{size}.npy", size)
    images, metadata = read_galaxies(tmp_path / f"{size}.npy")
    assert images.shape == (3, 3, size, size)
    assert not images.flags.writeable
    # The pixel at the centre of each new one, written out by hand.
    centres = ((np.arange(size) + 0.5) * 424 / size).astype(int)
    for row, galaxy in zip(images, GALAXIES, strict=True):
        picture = np.asarray(Image.open(folder / f"{galaxy}.jpg"))
        np.testing.assert_array_equal(row, picture[centres][:, centres].transpose(2, 0, 1))
    assert metadata["resampling"] == "nearest neighbour"
    assert metadata["bands"] == ["red", "green", "blue"]
    assert metadata["simulated"] is False


def test_the_number_of_workers_changes_nothing(folder, tmp_path):
    for workers in (1, 2):
        run(folder, tmp_path / str(workers) / "64.npy", workers=workers)
    assert (tmp_path / "1/64.npy").read_bytes() == (tmp_path / "2/64.npy").read_bytes()
    assert (tmp_path / "1/64.json").read_bytes() == (tmp_path / "2/64.json").read_bytes()


def test_picture_that_cannot_be_read_leaves_nothing(folder, tmp_path):
    (folder / "3.jpg").write_bytes(jpeg(3)[:2000])
    with pytest.raises(InputError, match=r"3\.jpg: expected a whole JPEG, but reading it failed: "):
        run(folder, tmp_path / "out/64.npy")
    assert list((tmp_path / "out").iterdir()) == []


def test_identifiers_in_their_order(tmp_path):
    (tmp_path / "votes.csv").write_text("GalaxyID,Class1.1\n7,1\n3,0\n")
    assert read_identifiers(tmp_path / "votes.csv") == [7, 3]


@pytest.fixture
def written(tmp_path):
    blocks = np.arange(5 * 3 * 4 * 4, dtype=np.uint8).reshape(5, 3, 4, 4)
    path = tmp_path / "new/4.npy"
    write_galaxies(path, 5, 4, iter([blocks[:2], blocks[2:]]), {"run": "a"})
    return path


def test_blocks_come_back(written):
    images, metadata = read_galaxies(written)
    np.testing.assert_array_equal(images.ravel(), np.arange(240, dtype=np.uint8))
    assert metadata["run"] == "a"
    assert metadata["count"] == 5


def refused(path, message):
    with pytest.raises(InputError, match=re.escape(message)):
        read_galaxies(path)


def test_missing_array(tmp_path):
    refused(tmp_path / "64.npy", f"{tmp_path / '64.npy'}: expected galaxy images, but reading them failed: ")


def test_array_cut_short(written):
    written.write_bytes(written.read_bytes()[:-10])
    refused(written, f"{written}: expected galaxy images, but reading them failed: ")


def test_array_with_more_behind_it(written):
    written.write_bytes(written.read_bytes() + b"more")
    refused(written, f"{written}: expected 368 bytes, found 372")


def test_array_of_another_kind(written):
    np.save(written, np.zeros((5, 3, 4, 4)))
    refused(
        written, f"{written}: expected uint8 of (5, 3, 4, 4), as 4.json says, found float64 of (5, 3, 4, 4)"
    )


def test_array_of_another_shape(written):
    np.save(written, np.zeros((4, 3, 4, 4), np.uint8))
    refused(
        written, f"{written}: expected uint8 of (5, 3, 4, 4), as 4.json says, found uint8 of (4, 3, 4, 4)"
    )


@pytest.mark.parametrize("text", ["", "{}", json.dumps({"count": 5})])
def test_damaged_json(written, text):
    written.with_suffix(".json").write_text(text)
    refused(written, "4.json: expected what belongs to 4.npy, but reading it failed: ")
