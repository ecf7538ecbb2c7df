"""Sparse frames from the user's folder: linked when whole, and refused in one line when not."""

import logging
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scripts.archives import link_sparse

from mockskies.archives.frames import frame_ids, png, read_frame, write_frame
from mockskies.archives.sparse import PARTS, read_table
from mockskies.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared/data/sparse"
# Identifiers of two lengths, whose order is not that of their text.
IDS = {"labeled": (11, 12, 103), "scored": (7, 21), "query": (31,)}
IMAGES = {part: len(ids) for part, ids in IDS.items()}
TABLES = {"labeled": "Id,Actual\n103,1.0\n11,0.0\n12,1.0\n", "scored": "Id,Actual\n21,3.25\n7,0\n"}


def frame(identifier):
    """A dark frame with a few bright pixels of its own."""
    random = np.random.default_rng(identifier)
    picture = np.zeros((1000, 1000), np.uint8)
    picture[tuple(random.integers(0, 1000, (2, 50)))] = random.integers(1, 256, 50)
    return picture


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    for part, ids in IDS.items():
        for identifier in ids:
            write_frame(folder / part / f"{identifier}.png", frame(identifier))
    for part, text in TABLES.items():
        (folder / f"{part}.csv").write_text(text)
    return folder


@pytest.fixture
def mine(whole, tmp_path):
    """The user's folder, which may be changed."""
    return Path(shutil.copytree(whole, tmp_path.resolve() / "mine"))


@pytest.fixture
def link(namespace):
    """Run the script: ``link(folder, out)``."""

    def run(folder, out, threads=1):
        output = {part: out / part for part in PARTS}
        output |= {f"{part}_table": out / f"{part}.csv" for part in TABLES}
        params = {"folder": str(folder), "images": IMAGES}
        link_sparse.main(namespace(params=params, output=output, threads=threads))

    return run


@pytest.fixture
def refused(mine, tmp_path, link):
    """Assert the whole message, and that nothing is written."""

    def check(message, folder=mine):
        with pytest.raises(InputError) as caught:
            link(folder, tmp_path / "results/sparse")
        assert str(caught.value) == message
        assert not (tmp_path / "results").exists()

    return check


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What is accepted.


@pytest.mark.parametrize("name", ["{mine}", "./mine", "~/mine"], ids=["absolute", "relative", "home"])
def test_frames_are_linked_and_tables_are_equal(name, mine, tmp_path, link, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    caplog.set_level(logging.INFO, "mockskies")
    # What a file manager leaves behind is no frame.
    (mine / "query/._31.png").write_bytes(b"")
    (mine / "query/Thumbs.db").write_bytes(b"")
    before, out = contents(mine), tmp_path / "results/sparse"
    link(name.format(mine=mine), out, threads=2)
    for part, ids in IDS.items():
        links = sorted((out / part).iterdir(), key=lambda path: int(path.stem))
        assert [path.readlink() for path in links] == [mine / part / f"{i}.png" for i in ids]
        assert frame_ids(out / part) == list(ids)
        np.testing.assert_array_equal(read_frame(links[0]), frame(ids[0]))
    for part in TABLES:
        assert read_table(out / f"{part}.csv", part) == read_table(mine / f"{part}.csv", part)
    assert (out / "labeled.csv").read_text() == "Id,Actual\n11,0.0\n12,1.0\n103,1.0\n"
    assert sorted(path.name for path in out.iterdir()) == sorted([*PARTS, "labeled.csv", "scored.csv"])
    assert contents(mine) == before
    assert caplog.messages == ["linked 3 labeled, 2 scored, 1 query"]


def test_tables_are_read_by_the_names_of_their_columns(tmp_path):
    path = tmp_path / "scored.csv"
    path.write_text("Actual, note, Id\n8, bright, 12\n\n0.25,, 7\n")
    assert list(read_table(path, "scored").items()) == [(7, 0.25), (12, 8.0)]


def test_a_frame_comes_back_as_it_was(tmp_path):
    picture = np.random.default_rng(1).integers(0, 256, (1000, 1000)).astype(np.uint8)
    write_frame(tmp_path / "new/5.png", picture)
    np.testing.assert_array_equal(read_frame(tmp_path / "new/5.png"), picture)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["5.png"]


def test_a_frame_of_another_side_can_be_asked_for(tmp_path):
    write_frame(tmp_path / "5.png", frame(5)[:128, :128])
    assert (
        read_frame(tmp_path / "5.png", 128).shape == read_frame(tmp_path / "5.png", None).shape == (128, 128)
    )
    write_frame(tmp_path / "5.png", frame(5)[:128, :100])
    with pytest.raises(InputError, match=r"5\.png: expected 100 x 100 px, found 100 x 128$"):
        read_frame(tmp_path / "5.png", None)


@pytest.mark.skipif(not REAL.exists(), reason="needs the real tables and frame in ../shared")
def test_real_tables_and_a_real_frame_are_accepted():
    labels, scores = (read_table(REAL / f"{part}.csv", part) for part in TABLES)
    assert (len(labels), sum(labels.values()), len(scores)) == (1200, 1000, 9600)
    assert max(scores.values()) == pytest.approx(6.25, abs=0.001)
    assert read_frame(REAL / "1009590.png").max() > 200


# What is missing.


def test_missing_folder(tmp_path, refused):
    refused(
        f"{tmp_path}/none: expected a folder with labeled, scored, query, found no such folder",
        tmp_path / "none",
    )


@pytest.mark.parametrize("part", PARTS)
def test_missing_part(part, mine, refused):
    shutil.rmtree(mine / part)
    refused(f"{mine}/{part}: expected a folder of PNGs, found no such folder")


@pytest.mark.parametrize("part", PARTS)
def test_empty_part(part, mine, refused):
    for path in (mine / part).iterdir():
        path.rename(path.with_suffix(".jpg"))
    refused(f"{mine}/{part}: expected PNGs, found none")


@pytest.mark.parametrize("part", TABLES)
def test_missing_table(part, mine, refused):
    (mine / f"{part}.csv").unlink()
    refused(f"{mine}/{part}.csv: expected a table of Id,Actual, found no such file")


# Tables.

SCORE = "expected a score between 0 and 8, found"
LABEL = "expected a label, 0 or 1, found"


@pytest.mark.parametrize(
    ("part", "old", "new", "message"),
    [
        ("labeled", "Id,Actual", "Id,Label", "expected the columns Id,Actual, found 'Id,Label'"),
        ("scored", "Id,Actual", "Name,Actual", "expected the columns Id,Actual, found 'Name,Actual'"),
        ("scored", TABLES["scored"], "", "expected the columns Id,Actual, found nothing"),
        ("scored", "21,3.25", "21,8.01", f"line 2: {SCORE} '8.01'"),
        ("scored", "21,3.25", "21,-0.01", f"line 2: {SCORE} '-0.01'"),
        ("scored", "21,3.25", "21,high", f"line 2: {SCORE} 'high'"),
        ("scored", "21,3.25", "21,nan", f"line 2: {SCORE} 'nan'"),
        ("scored", "21,3.25", "21,inf", f"line 2: {SCORE} 'inf'"),
        ("scored", "21,3.25", "21,-inf", f"line 2: {SCORE} '-inf'"),
        ("scored", "21,3.25", "21,", f"line 2: {SCORE} ''"),
        ("labeled", "11,0.0", "11,2", f"line 3: {LABEL} '2'"),
        ("labeled", "11,0.0", "11,0.5", f"line 3: {LABEL} '0.5'"),
        ("labeled", "11,0.0", "11,-1", f"line 3: {LABEL} '-1'"),
        ("labeled", "11,0.0", "11,real", f"line 3: {LABEL} 'real'"),
        ("labeled", "11,0.0", "11,nan", f"line 3: {LABEL} 'nan'"),
        ("labeled", "11,0.0", "11,inf", f"line 3: {LABEL} 'inf'"),
        ("labeled", "12,1.0", "103,0.0", "line 4: Id 103 stands in an earlier line too"),
        ("scored", "7,0", "021,0", "line 3: Id 21 stands in an earlier line too"),
        ("scored", "7,0", "seven,0", "line 3: expected an Id, found 'seven'"),
        ("scored", "7,0", "7.0,0", "line 3: expected an Id, found '7.0'"),
        ("scored", "7,0", "-7,0", "line 3: expected an Id, found '-7'"),
        ("scored", "7,0", ",0", "line 3: expected an Id, found ''"),
        ("scored", "7,0", "7", "line 3: expected 2 fields, found 1"),
        ("labeled", "11,0.0", "11,0,0", "line 3: expected 2 fields, found 3"),
        (
            "labeled",
            "12,1.0\n",
            "",
            "expected a row for each frame, found none for 1, such as Id 12",
        ),
        (
            "scored",
            "7,0",
            "7,0\n9,1\n8,1",
            "expected a frame of each Id, found none of 2, such as 8.png",
        ),
    ],
)
def test_table_that_is_not_as_it_should_be(part, old, new, message, mine, refused):
    path = mine / f"{part}.csv"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    refused(f"{path}: {message}")


def test_table_that_is_no_text(mine, refused):
    (mine / "scored.csv").write_bytes(b"\xff\xfe\0\1")
    reason = "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
    refused(f"{mine}/scored.csv: expected a table, but reading it failed: {reason}")


# Names and numbers of frames.


@pytest.mark.parametrize("part", TABLES)
def test_ids_without_images(part, mine, refused):
    for identifier in IDS[part][:2]:
        (mine / part / f"{identifier}.png").rename(mine / part / f"{identifier}000.png")
    first = IDS[part][0]
    refused(f"{mine}/{part}.csv: expected a frame of each Id, found none of 2, such as {first}.png")


@pytest.mark.parametrize("part", TABLES)
def test_images_without_rows(part, mine, refused):
    for identifier in (100, 99):
        write_frame(mine / part / f"{identifier}.png", frame(identifier))
    refused(f"{mine}/{part}.csv: expected a row for each frame, found none for 2, such as Id 99")


def test_more_images_than_stated(mine, refused):
    write_frame(mine / "query/32.png", frame(32))
    refused(f"{mine}/query: expected 1 frames, as archives.*.images.query says, found 2")


def test_fewer_images_than_stated(mine, refused):
    (mine / "labeled/12.png").unlink()
    (mine / "labeled.csv").write_text(TABLES["labeled"].replace("12,1.0\n", ""))
    refused(f"{mine}/labeled: expected 3 frames, as archives.*.images.labeled says, found 2")


def test_one_id_in_two_parts(mine, refused):
    (mine / "query/31.png").rename(mine / "query/12.png")
    refused(f"{mine}: expected each Id in one part, found 12 in labeled and query")


@pytest.mark.parametrize("name", ["galaxy", "011", "-11", "11 (copy)", "1_1", "¹¹"])
@pytest.mark.parametrize("part", PARTS)
def test_stray_pngs(part, name, mine, refused):
    (mine / part / f"{name}.png").write_bytes(b"")
    refused(f"{mine}/{part}: expected PNGs named <Id>.png, found {name}.png")


# Pixels.


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("mode", "size", "message"),
    [
        ("L", (999, 1000), "expected 1000 x 1000 px, found 999 x 1000"),
        ("L", (1000, 1001), "expected 1000 x 1000 px, found 1000 x 1001"),
        ("L", (64, 64), "expected 1000 x 1000 px, found 64 x 64"),
        ("RGB", (1000, 1000), "expected a grey picture, found one of mode RGB"),
        ("RGBA", (1000, 1000), "expected a grey picture, found one of mode RGBA"),
        ("LA", (1000, 1000), "expected a grey picture, found one of mode LA"),
        ("P", (1000, 1000), "expected a grey picture, found one of mode P"),
        ("1", (1000, 1000), "expected a grey picture, found one of mode 1"),
        ("I;16", (1000, 1000), "expected 8 bits a pixel, found 16"),
    ],
    ids=["narrow", "high", "small", "colour", "colour and alpha", "grey and alpha", "palette", "1", "16"],
)
def test_frame_of_another_kind(part, mode, size, message, mine, refused):
    path = mine / part / f"{IDS[part][-1]}.png"
    Image.new(mode, size).save(path)
    refused(f"{path}: {message}")


def jpeg_of(path):
    Image.open(path).save(path, "JPEG")


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"<html>log in</html>"),
        jpeg_of,
    ],
    ids=["empty", "a page", "a JPEG"],
)
@pytest.mark.parametrize("part", PARTS)
def test_frame_that_is_no_png(part, damage, mine, refused):
    path = mine / part / f"{IDS[part][0]}.png"
    damage(path)
    refused(f"{path}: expected a whole PNG, but reading it failed: cannot identify image file '{path}'")


CUT, UNSURE = "Truncated File Read", "broken PNG file (incomplete checksum in b'IDAT')"


@pytest.mark.parametrize(("end", "reason"), [(20, CUT), (0.05, CUT), (0.9, CUT), (-14, UNSURE)])
def test_frame_cut_short(end, reason, mine, refused):
    """After so many bytes, or so large a share of them, or before the last; the reason is Pillow's."""
    path = mine / "scored/21.png"
    data = path.read_bytes()
    path.write_bytes(data[: end if isinstance(end, int) else int(end * len(data))])
    refused(f"{path}: expected a whole PNG, but reading it failed: {reason}")


def test_frame_with_damaged_pixels(mine, refused):
    path = mine / "scored/21.png"
    data = bytearray(path.read_bytes())
    start = data.index(b"IDAT") + 4
    data[start + 5] ^= 1
    path.write_bytes(data)
    reason = "broken PNG file (bad header checksum in b'IDAT')"
    refused(f"{path}: expected a whole PNG, but reading it failed: {reason}")


def test_link_that_leads_nowhere(mine, refused):
    path = mine / "query/31.png"
    path.unlink()
    path.symlink_to(mine / "gone.png")
    refused(f"{path}: expected a PNG, found no such file")


def test_folder_in_the_place_of_a_frame(mine, refused):
    path = mine / "query/31.png"
    path.unlink()
    path.mkdir()
    refused(f"{path}: expected a whole PNG, but reading it failed: [Errno 21] Is a directory: '{path}'")


# The results' own folder.


@pytest.mark.parametrize("by", ["its name", "a link"])
def test_folder_of_the_results_own(by, mine, tmp_path, link):
    os.symlink(mine, tmp_path / "other")
    before = contents(mine)
    with pytest.raises(InputError) as caught:
        link({"its name": mine, "a link": tmp_path / "other"}[by], mine)
    assert str(caught.value) == f"{mine}: expected a folder outside the results, found the links' own"
    assert contents(mine) == before
    assert not any(path.is_symlink() for path in mine.rglob("*"))


def test_a_failure_leaves_earlier_links_as_they_were(mine, tmp_path, link):
    out = tmp_path / "results/sparse"
    link(mine, out)
    before = contents(out)
    write_frame(mine / "query/32.png", frame(32))
    with pytest.raises(InputError):
        link(mine, out)
    assert contents(out) == before


def test_the_same_frame_has_the_same_bytes():
    assert png(frame(3)) == png(frame(3)) != png(frame(4))
