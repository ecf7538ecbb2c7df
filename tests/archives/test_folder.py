"""Files from the user's own folder: linked when whole, refused by name otherwise."""

import re

import pytest

from mockskies.archives.folder import link
from mockskies.errors import InputError

F606W, F775W = (f"hlsp_xdf_hst_acswfc-60mas_hudf_{band}_v1_sci.fits" for band in ("f606w", "f775w"))


@pytest.fixture
def folder(tmp_path, payload):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / F606W).write_bytes(payload)
    return folder


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results" / F606W


def refused(folder, path, message):
    with pytest.raises(InputError, match=re.escape(message)):
        link(folder, path.name, path)
    assert not path.exists()


def test_links_to_the_file(folder, path, payload, monkeypatch):
    monkeypatch.chdir(folder.parent)
    link("mine", F606W, path)
    assert path.is_symlink()
    assert path.readlink() == folder / F606W
    assert path.read_bytes() == payload
    link(folder, F606W, path)
    assert [entry.name for entry in path.parent.iterdir()] == [F606W]


def test_no_folder(tmp_path, path):
    refused(tmp_path / "none", path, f"none: expected a folder with {F606W}, found no such folder")


def test_missing_band(folder, path):
    refused(folder, path.with_name(F775W), f"{folder}: expected {F775W}, found {F606W}")


def test_empty_folder(tmp_path, path):
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(empty, path, f"{empty}: expected {F606W}, found nothing")


def test_folder_of_the_results_themselves(folder, payload):
    with pytest.raises(InputError, match="expected a folder outside the results"):
        link(folder, F606W, folder / F606W)
    assert (folder / F606W).read_bytes() == payload


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[:-2880], "expected 267840 bytes by its FITS header, came 264960"),
        (lambda data: data + bytes(2880), "expected a FITS header at byte 267840, but it is damaged"),
        (lambda data: data[:1000], "expected a FITS header at byte 0, but it is damaged"),
        (lambda data: b"", "expected FITS, which starts with 'SIMPLE  =', came nothing"),
        (lambda data: b"\n<html>", "expected FITS, which starts with 'SIMPLE  =', came a web page"),
        (lambda data: b"\x89PNG", r"expected FITS, which starts with 'SIMPLE  =', came b'\x89PNG'"),
    ],
    ids=["truncated", "too long", "in the header", "empty", "a web page", "a picture"],
)
def test_damaged_file(folder, path, payload, damage, message):
    (folder / F606W).write_bytes(damage(payload))
    refused(folder, path, f"{folder / F606W}: {message}")
