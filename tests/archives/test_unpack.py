"""Unpacking: what is good comes out whole, what is not is named, and nothing gets out of the folder."""

import csv
import re
import stat
import struct
import warnings
import zipfile

import pytest
from galaxyzoo_files import IMAGES, SOLUTIONS, jpeg, name, table, write_archive, write_images, write_solutions

from mockskies.archives import check, safe_zip
from mockskies.archives import unpack as module
from mockskies.archives.unpack import fault, unpack
from mockskies.errors import InputError

GALAXIES = [100008, 100023, 100053]


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    write_archive(folder, GALAXIES)
    return folder


def run(archive, workers=1):
    return unpack(
        archive / IMAGES,
        archive / SOLUTIONS,
        archive / "images",
        archive / "votes.csv",
        archive / "left_out.csv",
        workers=workers,
    )


def refused(archive, message):
    """Unpack, expecting ``message`` and nothing unpacked."""
    with pytest.raises(InputError, match=re.escape(message)):
        run(archive)
    assert {entry.name for entry in archive.iterdir()} == {IMAGES, SOLUTIONS}
    assert {entry.name for entry in archive.parent.iterdir()} == {"archive"}


def rows(path):
    return list(csv.reader(path.read_text().splitlines()))


def good():
    return {name(galaxy): jpeg(galaxy) for galaxy in GALAXIES}


def test_good_pictures_come_out_as_they_are(archive):
    assert run(archive, workers=2) == {"unpacked": 3}
    assert {file.name: file.read_bytes() for file in (archive / "images").iterdir()} == {
        f"{galaxy}.jpg": jpeg(galaxy) for galaxy in GALAXIES
    }
    assert rows(archive / "votes.csv")[:2] == [
        ["GalaxyID", "Class1.1", "Class1.2", "Class1.3"],
        ["100008", "0.25", "0.75", "0"],
    ]
    assert rows(archive / "left_out.csv") == [["file", "reason"]]


def test_what_is_not_good_is_left_out_with_its_reason(archive):
    bad = {
        1: (jpeg()[:3000], "a damaged JPEG"),
        2: (jpeg(mode="L"), "grey instead of RGB"),
        3: (jpeg(mode="CMYK"), "CMYK instead of RGB"),
        4: (jpeg(size=(423, 424)), "423 x 424 px instead of 424 x 424"),
        5: (b"\x89PNG\r\n\x1a\n", "not a JPEG"),
        6: (b"", "not a JPEG"),
    }
    members = good() | {name(galaxy): data for galaxy, (data, _) in bad.items()}
    members |= {name(7): jpeg(), "images_training_rev1/.DS_Store": b"x"}
    write_images(archive / IMAGES, members)
    write_solutions(archive / SOLUTIONS, table(8, *bad, *reversed(GALAXIES)))
    counts = run(archive)
    assert counts["unpacked"] == 3
    assert sum(counts.values()) == 3 + len(bad) + 3
    expected = {name(galaxy): reason for galaxy, (_, reason) in bad.items()} | {
        name(7): "a picture without votes",
        "8.jpg": "votes without a picture",
        "images_training_rev1/.DS_Store": "not named <GalaxyID>.jpg",
    }
    assert dict(rows(archive / "left_out.csv")[1:]) == expected
    assert [row[0] for row in rows(archive / "votes.csv")[1:]] == [str(galaxy) for galaxy in GALAXIES]
    assert len(list((archive / "images").iterdir())) == 3


def test_every_cut_of_a_jpeg_is_found():
    data = jpeg(3)
    for length in range(0, len(data) - 200, 97):
        assert fault(data[:length]) in ("not a JPEG", "a damaged JPEG"), length
    assert fault(data) is None


def test_member_damaged_in_the_zip(archive):
    data = bytearray((archive / IMAGES).read_bytes())
    data[2000] ^= 0xFF
    (archive / IMAGES).write_bytes(data)
    assert run(archive) == {"unpacked": 2, "damaged in the zip": 1}


def link():
    info = zipfile.ZipInfo("images_training_rev1/100008.jpg")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


NOTHING = "nothing was unpacked"


@pytest.mark.parametrize(
    ("member", "message"),
    [
        (
            "../100009.jpg",
            f"'../100009.jpg': expected a path inside the zip, found one that leads out of it; {NOTHING}",
        ),
        (
            "a/../../b.jpg",
            f"'a/../../b.jpg': expected a path inside the zip, found one that leads out of it; {NOTHING}",
        ),
        ("..\\9.jpg", f"expected a path inside the zip, found one that leads out of it; {NOTHING}"),
        ("/etc/9.jpg", f"'/etc/9.jpg': expected a relative path, found an absolute one; {NOTHING}"),
        ("C:\\9.jpg", f"expected a relative path, found an absolute one; {NOTHING}"),
        (link(), f"'images_training_rev1/100008.jpg': expected a file, found a link; {NOTHING}"),
    ],
    ids=["climbs", "climbs later", "climbs by backslash", "absolute", "drive", "link"],
)
def test_member_that_would_get_out(archive, member, message):
    write_images(archive / IMAGES, {name(100023): jpeg(), member: b"../../../etc/passwd"})
    refused(archive, message)


def bomb(path, declared=None):
    """A zip whose one member unpacks to 3 MB, and declares ``declared`` bytes if told."""
    info = zipfile.ZipInfo(name(100008))
    info.compress_type = zipfile.ZIP_DEFLATED
    write_images(path, {info: bytes(3_000_000)})
    if declared:
        data = bytearray(path.read_bytes())
        struct.pack_into("<I", data, 22, declared)
        struct.pack_into("<I", data, data.rindex(b"PK\1\2") + 24, declared)
        path.write_bytes(data)


def test_bomb_that_declares_itself(archive):
    bomb(archive / IMAGES)
    where = f"{archive / IMAGES}: 'images_training_rev1/100008.jpg'"
    refused(archive, f"{where}: expected at most 1048576 bytes, declares 3000000; {NOTHING}")


def test_bomb_that_lies(archive):
    bomb(archive / IMAGES, declared=5000)
    where = f"{archive / IMAGES}: 'images_training_rev1/100008.jpg'"
    refused(
        archive, f"{where}: expected at most 1048576 bytes, unpacks to more than the 5000 that it declares"
    )


def test_bomb_of_many_members(archive, monkeypatch):
    monkeypatch.setattr(module, "TOTAL", 100)
    refused(
        archive,
        f"expected at most 100 bytes in all members together, more are declared up to here; {NOTHING}",
    )


def test_bomb_of_a_high_ratio_is_no_picture(archive):
    info = zipfile.ZipInfo(name(100008))
    info.compress_type = zipfile.ZIP_DEFLATED
    others = {name(galaxy): jpeg(galaxy) for galaxy in GALAXIES[1:]}
    write_images(archive / IMAGES, others | {info: bytes(1 << 20)})
    assert (archive / IMAGES).stat().st_size < 100_000
    assert run(archive) == {"unpacked": 2, "not a JPEG": 1}


@pytest.mark.parametrize(("method", "number"), [(zipfile.ZIP_BZIP2, 12), (zipfile.ZIP_LZMA, 14)])
def test_bomb_that_would_unpack_at_once(archive, method, number):
    info = zipfile.ZipInfo(name(100008))
    info.compress_type = method
    write_images(archive / IMAGES, {info: bytes(1 << 20)})
    where = f"{archive / IMAGES}: 'images_training_rev1/100008.jpg'"
    refused(
        archive, f"{where}: expected a stored or deflated member, found one of method {number}; {NOTHING}"
    )


def test_bomb_of_too_many_members(archive, monkeypatch):
    monkeypatch.setattr(safe_zip, "MOST_MEMBERS", 2)
    refused(archive, f"{archive / IMAGES}: expected at most 2 members, found 3; {NOTHING}")


def test_bomb_of_a_table_of_contents(archive, monkeypatch):
    monkeypatch.setattr(check, "LARGEST_CONTENTS", 200)
    size, contents = (archive / IMAGES).stat().st_size, 3 * (46 + len(name(100008)))
    refused(
        archive,
        f"{archive / IMAGES}: expected a zip with a table of contents at its end, but its {size} bytes "
        f"are cut short or damaged: a table of contents of {contents} bytes",
    )


@pytest.mark.parametrize(
    "other", ["other/100008.jpg", "100008.JPG", "IMAGES_TRAINING_REV1/100008.jpg", "a/b/../100008.jpg"]
)
def test_nested_names_that_collide(archive, other):
    write_images(archive / IMAGES, {name(100008): jpeg(), other: jpeg(1)})
    message = (
        f"expected a path inside the zip, found one that leads out of it; {NOTHING}"
        if ".." in other
        else ": a second picture of galaxy 100008"
    )
    refused(archive, message)


def test_two_members_of_one_name(archive):
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(archive / IMAGES, "a") as file:
        file.writestr(name(100008), jpeg())
    refused(archive, "'images_training_rev1/100008.jpg': expected one member of that name, found two")


def test_two_pictures_of_one_galaxy(archive):
    with zipfile.ZipFile(archive / IMAGES, "a") as file:
        file.writestr("other/100008.jpg", jpeg())
    refused(archive, "'other/100008.jpg': a second picture of galaxy 100008")


def test_galaxy_that_stands_twice_in_the_table(archive):
    write_solutions(archive / SOLUTIONS, table(*GALAXIES, GALAXIES[0]))
    refused(archive, "training_solutions_rev1.csv: line 5: GalaxyID 100008 stands in an earlier line too")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected the columns GalaxyID,Class1.1,...,Class11.6, found ''"),
        ("id,Class1.1\n1,1\n", "expected the columns GalaxyID,Class1.1,...,Class11.6, found 'id,Class1.1'"),
        (
            "GalaxyID,Class1.9\n1,1\n",
            "expected the columns GalaxyID,Class1.1,...,Class11.6, found 'Class1.9'",
        ),
        ("GalaxyID,Class1.1\n", "expected votes, found no galaxy"),
        (
            "GalaxyID,Class1.1\n1,1.2\n",
            "line 2: expected a GalaxyID and 1 fractions between 0 and 1, found '1,1.2'",
        ),
        (
            "GalaxyID,Class1.1\n1,nan\n",
            "line 2: expected a GalaxyID and 1 fractions between 0 and 1, found '1,nan'",
        ),
        (
            "GalaxyID,Class1.1\n../1,1\n",
            "line 2: expected a GalaxyID and 1 fractions between 0 and 1, found '../1,1'",
        ),
        ("GalaxyID,Class1.1\n1\n", "line 2: expected a GalaxyID and 1 fractions between 0 and 1, found '1'"),
    ],
)
def test_table_that_is_none(archive, text, message):
    write_solutions(archive / SOLUTIONS, text)
    refused(archive, message)


def test_zip_without_the_table(archive):
    write_images(archive / SOLUTIONS, {"readme.txt": b"x"})
    refused(archive, f"{archive / SOLUTIONS}: expected training_solutions_rev1.csv, found 'readme.txt'")


def test_empty_zip(archive):
    write_images(archive / IMAGES, {})
    refused(archive, f"{archive / IMAGES}: expected JPEGs in images_training_rev1/, found an empty zip")


def test_nothing_good(archive):
    write_images(archive / IMAGES, {name(galaxy): b"" for galaxy in GALAXIES})
    refused(
        archive,
        "expected pictures that are good and have votes, found none: "
        "images_training_rev1/100008.jpg: not a JPEG; ",
    )


def test_zip_cut_short(archive):
    data = (archive / IMAGES).read_bytes()
    (archive / IMAGES).write_bytes(data[:-100])
    refused(
        archive,
        f"{archive / IMAGES}: expected a zip with a table of contents at its end, "
        f"but its {len(data) - 100} bytes are cut short or damaged",
    )


def test_page_for_a_zip(archive):
    (archive / IMAGES).write_bytes(b"<!DOCTYPE html><p>Please log in</p>")
    refused(archive, f"{archive / IMAGES}: expected a zip, which starts with 'PK', came a web page")


def test_a_second_run_replaces_the_first(archive):
    run(archive)
    write_solutions(archive / SOLUTIONS, table(GALAXIES[1]))
    assert run(archive) == {"unpacked": 1, "a picture without votes": 2}
    assert [file.name for file in (archive / "images").iterdir()] == [f"{GALAXIES[1]}.jpg"]
