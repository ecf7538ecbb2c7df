"""The scripts of Galaxy Zoo, from a server on loopback, a simulation or a folder to arrays."""

import csv
import importlib.util
import json
import logging
from pathlib import Path

import numpy as np
import pytest
from galaxyzoo_files import IMAGES, SOLUTIONS, write_archive
from PIL import Image

from mockskies.archives.vote_tree import COLUMNS
from mockskies.datasets.galaxies import read_galaxies

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT.parent / "shared/tools/make_archives.py"
REAL = pytest.param(
    "real", marks=pytest.mark.skipif(not TOOL.exists(), reason="needs the real images in ../shared")
)


def load(path):
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def run(namespace):
    """Run a script with plain values."""

    def call(script, params=None, inputs=None, **output):
        script = load(ROOT / "workflow/scripts" / script)
        script.main(namespace(threads=2, params=params or {}, input=inputs or {}, output=output))

    return call


def unpacked(run, folder):
    """Unpack the two zips in ``folder`` and bring them to 64 px; images and metadata."""
    zips = {"images": folder / IMAGES, "solutions": folder / SOLUTIONS}
    tables = {name: folder / f"{name}.csv" for name in ("votes", "left_out")}
    run("archives/unpack_galaxyzoo.py", inputs=zips, images=folder / "images", **tables)
    run(
        "datasets/downscale_galaxyzoo.py",
        {"archive": "galaxyzoo", "simulated": False, "size": "64"},
        {"images": folder / "images", "votes": tables["votes"]},
        array=folder / "64.npy",
        metadata=folder / "64.json",
    )
    return read_galaxies(folder / "64.npy")


@pytest.mark.parametrize("source", ["drawn", REAL])
def test_from_a_server_that_cuts(run, archive, tmp_path, source, caplog):
    served, folder = tmp_path / "served", tmp_path / "archive"
    if source == "real":
        load(TOOL).write_galaxyzoo(served)
    else:
        write_archive(served, [100008, 100023])
    for name in (IMAGES, SOLUTIONS):
        archive.behaviour.body, archive.behaviour.content_type = (
            (served / name).read_bytes(),
            "application/zip",
        )
        archive.behaviour.etag, archive.behaviour.cuts = f'"{name}"', [100]
        settings = {"url": archive.url, "sha256": None, "allow_http": True}
        settings |= {"attempts": 3, "first_wait": 0.01, "timeout": 5.0}
        run("archives/retrieve_galaxyzoo.py", {"provider": "server"} | settings, file=str(folder / name))
        assert (folder / name).read_bytes() == archive.behaviour.body
        assert archive.behaviour.sent[-1][0] == 100
    with caplog.at_level(logging.INFO, logger="mockskies"):
        images, metadata = unpacked(run, folder)
    count = 600 if source == "real" else 2
    assert f"unpacked: {count}" in caplog.text
    assert images.shape == (count, 3, 64, 64)
    assert metadata["archive"] == "galaxyzoo"
    with open(folder / "votes.csv") as file:
        votes = list(csv.DictReader(file))
    # The last row is the last galaxy's picture.
    picture = np.asarray(Image.open(folder / "images" / f"{votes[-1]['GalaxyID']}.jpg"))
    assert images[-1, 0, 32, 32] == picture[215, 215, 0]
    assert (folder / "left_out.csv").read_text() == "file,reason\n"


def test_simulated(run, tmp_path):
    outputs = {
        "images": tmp_path / IMAGES,
        "solutions": tmp_path / SOLUTIONS,
        "truth": tmp_path / "truth.fits",
    }
    run("archives/simulate_galaxyzoo.py", {"seed": 1, "archive": "galaxyzoo", "galaxies": 3}, **outputs)
    images, _ = unpacked(run, tmp_path)
    assert images.shape == (3, 3, 64, 64)
    assert (tmp_path / "votes.csv").read_text().startswith("GalaxyID," + ",".join(COLUMNS))
    # One bright galaxy in the middle of a dark sky.
    assert (images[:, :, 28:36, 28:36].mean(axis=(1, 2, 3)) > 50).all()
    assert np.median(images) < 15


def test_from_a_folder(run, tmp_path):
    write_archive(tmp_path / "mine", [5, 4])
    (tmp_path / "new").mkdir()
    outputs = {"images": tmp_path / "new" / IMAGES, "solutions": tmp_path / "new" / SOLUTIONS}
    run("archives/link_galaxyzoo.py", {"folder": str(tmp_path / "mine")}, **outputs)
    _, metadata = unpacked(run, tmp_path / "new")
    assert json.loads((tmp_path / "new/64.json").read_text()) == metadata
    assert metadata["count"] == 2
