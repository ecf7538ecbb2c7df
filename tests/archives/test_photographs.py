"""Photographs from the user's folder: read whatever they are, linked when whole, named when not."""

import csv
import io
import logging
import os
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scripts.archives import link_photographs

from mockskies.archives import photograph
from mockskies.archives.photograph import UPRIGHT, holds_several, read_photograph
from mockskies.archives.photographs import photograph_files
from mockskies.errors import InputError

REAL = Path(__file__).resolve().parents[3] / "shared/data/space"


def colours(height=20, width=30, seed=1):
    """A photograph that differs from all that are turned, smooth enough for JPEG."""
    y, x = np.mgrid[:height, :width]
    bands = [8 * y + seed, 4 * x + 2 * y, 250 - 5 * x - 2 * y]
    return np.clip(np.stack(bands, -1), 0, 255).astype(np.uint8)


@pytest.fixture
def mine(tmp_path):
    """The user's folder, which may be changed."""
    folder = tmp_path.resolve() / "mine"
    folder.mkdir()
    for number, name in enumerate(["b.png", "a.png"]):
        Image.fromarray(colours(seed=number)).save(folder / name)
    return folder


@pytest.fixture
def link(namespace, tmp_path):
    """Run the script: ``link(folder)``."""

    def run(folder, out=tmp_path / "results/space", threads=1):
        output = {"photographs": out / "photographs", "left_out": out / "left_out.csv"}
        link_photographs.main(namespace(params={"folder": str(folder)}, output=output, threads=threads))
        return out

    return run


def left_out(out):
    with open(out / "left_out.csv", newline="") as file:
        return list(csv.reader(file))


# The folder.


@pytest.mark.parametrize("name", ["{mine}", "./mine", "~/mine"], ids=["absolute", "relative", "home"])
def test_photographs_are_linked_in_the_order_of_their_names(name, mine, tmp_path, link, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    caplog.set_level(logging.INFO, "mockskies")
    # What a file manager leaves behind, and folders, are none of them.
    (mine / ".DS_Store").write_bytes(b"")
    (mine / "folder.png").mkdir()
    out = link(name.format(mine=mine), threads=2)
    links = photograph_files(out / "photographs")
    assert [path.name for path in links] == ["000001_a.png", "000002_b.png"]
    assert [path.readlink() for path in links] == [mine / "a.png", mine / "b.png"]
    np.testing.assert_array_equal(read_photograph(links[1]), colours(seed=0))
    assert left_out(out) == [["name", "reason"]]
    assert caplog.messages == ["linked 2 photographs, left out 0"]


def test_names_are_not_trusted_and_none_is_lost(mine, link):
    names = [
        "a b.png",
        "a_b.png",
        "a__b.png",
        "Ünïcode.PNG",
        "-rf.png",
        "new\nline.png",
        "noending",
        "x" * 200,
    ]
    for name in names:
        Image.fromarray(colours()).save(mine / name, "PNG")
    links = photograph_files(link(mine) / "photographs")
    assert [path.readlink().name for path in links] == sorted([*names, "a.png", "b.png"])
    assert all(re.fullmatch(r"\d{6}_[A-Za-z0-9_]{0,60}(\.[a-z0-9]{1,8})?", path.name) for path in links)


def test_what_cannot_be_read_is_named_and_left_out(mine, link, caplog):
    caplog.set_level(logging.INFO, "mockskies")
    (mine / "0.txt").write_text("not a photograph")
    Image.new("RGB", (1, 1)).save(mine / "1.png")
    data = (mine / "a.png").read_bytes()
    (mine / "2, cut.png").write_bytes(data[: len(data) // 2])
    out = link(mine, threads=2)
    reasons = {
        "0.txt": "expected a photograph, found none that can be read",
        "1.png": "expected at least 16 px a side, found 1 x 1",
        "2, cut.png": "expected a whole photograph, but reading it failed: OSError('Truncated File Read')",
    }
    assert left_out(out) == [["name", "reason"], *map(list, reasons.items())]
    assert [path.name for path in photograph_files(out / "photographs")] == ["000001_a.png", "000002_b.png"]
    messages = [f"left out {name!r}: {reason}" for name, reason in reasons.items()]
    assert caplog.messages == [*messages, "linked 2 photographs, left out 3"]
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 3 + ["INFO"]


def test_an_animation_is_said_to_be_one(mine, link, caplog):
    caplog.set_level(logging.INFO, "mockskies")
    frames = [Image.fromarray(colours(seed=n)) for n in (0, 50)]
    frames[0].save(mine / "c.gif", save_all=True, append_images=frames[1:])
    link(mine)
    assert caplog.messages[0] == "'c.gif' holds several pictures, of which the first is taken"
    assert caplog.records[0].levelname == "INFO"


@pytest.fixture
def refused(mine, tmp_path, link):
    """Assert the whole message, and that nothing is written."""

    def check(message, folder=mine):
        with pytest.raises(InputError) as caught:
            link(folder)
        assert str(caught.value) == message
        assert not (tmp_path / "results").exists()

    return check


def test_missing_folder(tmp_path, refused):
    missing = tmp_path.resolve() / "none"
    refused(f"{missing}: expected a folder of photographs, found no such folder", missing)


@pytest.mark.parametrize("keep", [[], [".hidden.png"]], ids=["nothing", "a hidden file"])
def test_empty_folder(keep, mine, refused):
    for path in mine.iterdir():
        path.unlink()
    for name in keep:
        Image.fromarray(colours()).save(mine / name)
    refused(f"{mine}: expected photographs, found no file")


def test_folder_without_a_readable_photograph(mine, refused):
    (mine / "b.png").unlink()
    (mine / "a.png").write_text("")
    reason = "'a.png': expected a photograph, found none that can be read"
    refused(f"{mine}: expected photographs, found none that can be read: {reason}")
    (mine / "b.png").write_text("")
    refused(f"{mine}: expected photographs, found none that can be read: {reason}; ...")


@pytest.mark.parametrize("part", ["", "photographs"])
@pytest.mark.parametrize("by", ["its name", "a link"])
def test_folder_of_the_results_own(part, by, tmp_path, link):
    out = tmp_path.resolve() / "results/space"
    (out / "photographs").mkdir(parents=True)
    own = out / part
    Image.fromarray(colours()).save(own / "a.png")
    os.symlink(own, tmp_path / "other")
    with pytest.raises(InputError) as caught:
        link({"its name": own, "a link": tmp_path / "other"}[by], out)
    assert str(caught.value) == f"{own}: expected a folder outside the results, found the links' own"
    assert (own / "a.png").is_file()
    assert not (own / "a.png").is_symlink()


def test_a_failure_leaves_earlier_links_as_they_were(mine, link):
    out = link(mine)
    before = [path.readlink() for path in photograph_files(out / "photographs")]
    for path in mine.iterdir():
        path.write_text("")
    with pytest.raises(InputError):
        link(mine)
    assert [path.readlink() for path in photograph_files(out / "photographs")] == before


# Photographs of every kind.


@pytest.fixture
def read(tmp_path):
    """Write a picture as a format and read it back."""

    def run(image, ending="png", **options):
        path = tmp_path / f"x.{ending}"
        image.save(path, **options)
        array = read_photograph(path)
        assert array.dtype == np.uint8
        assert array.shape[2] == 3
        return array

    return run


@pytest.mark.parametrize("ending", ["png", "bmp", "tif", "ppm", "tga", "webp", "jp2"])
def test_lossless_formats_come_back_as_they_were(ending, read):
    options = {"webp": {"lossless": True}}.get(ending, {})
    np.testing.assert_array_equal(read(Image.fromarray(colours()), ending, **options), colours())


def test_jpeg_comes_back_nearly_as_it_was(read):
    there = read(Image.fromarray(colours()), "jpg", quality=95, subsampling=0)
    np.testing.assert_allclose(there.astype(int), colours(), atol=6)


def test_what_is_transparent_lies_on_black(read):
    alpha = np.full((20, 30, 1), 255, np.uint8)
    alpha[:5], alpha[5:10] = 0, 51
    expected = colours().astype(float)
    expected[:5], expected[5:10] = 0, expected[5:10] / 5
    there = read(Image.fromarray(np.concatenate([colours(), alpha], 2)))
    np.testing.assert_allclose(there.astype(float), expected, atol=1)
    grey = read(Image.fromarray(np.concatenate([colours()[..., :1], alpha], 2)))
    np.testing.assert_allclose(grey.astype(float), np.repeat(expected[..., :1], 3, 2), atol=1)


def test_palettes(read):
    image = Image.fromarray(np.tile(np.arange(3, dtype=np.uint8), (16, 6)), "L").convert("P")
    image.putpalette([200, 10, 20, 30, 220, 40, 50, 60, 240])
    np.testing.assert_array_equal(read(image)[0, :3], [[200, 10, 20], [30, 220, 40], [50, 60, 240]])
    # One colour that is transparent, and a degree for each.
    np.testing.assert_array_equal(
        read(image, transparency=1)[0, :3], [[200, 10, 20], [0, 0, 0], [50, 60, 240]]
    )
    half = read(image, transparency=bytes([255, 51, 0]))[0, :3]
    np.testing.assert_array_equal(half, [[200, 10, 20], [6, 44, 8], [0, 0, 0]])


def test_a_transparent_colour_without_a_palette(read):
    image = Image.fromarray(colours())
    there = read(image, transparency=tuple(int(v) for v in colours()[3, 4]))
    assert (there[3, 4] == 0).all()
    np.testing.assert_array_equal(there[4:], colours()[4:])


def test_grey_becomes_red_green_and_blue(read):
    np.testing.assert_array_equal(
        read(Image.fromarray(colours()[..., 0])), np.repeat(colours()[..., :1], 3, 2)
    )
    black_and_white = read(Image.fromarray(colours()[..., 1] > 60))
    assert set(np.unique(black_and_white)) == {0, 255}


def test_cmyk(read):
    image = Image.fromarray(colours()).convert("CMYK")
    np.testing.assert_allclose(read(image, "tif").astype(int), colours(), atol=1)
    np.testing.assert_allclose(read(image, "jpg", quality=98).astype(int), colours(), atol=12)


SIXTEEN = np.linspace(0, 65535, 20 * 30).reshape(20, 30).astype(np.uint16)


@pytest.mark.parametrize("ending", ["png", "tif", "pgm"])
def test_grey_of_16_bits_is_scaled_and_not_clipped(ending, read):
    expected = np.rint(SIXTEEN / 65535 * 255)[..., None]
    image = Image.fromarray(SIXTEEN.astype(np.int32)) if ending == "pgm" else Image.fromarray(SIXTEEN)
    np.testing.assert_array_equal(read(image, ending), np.repeat(expected, 3, 2))


def png(width, height, depth, colour_type, rows):
    """A PNG written out by hand: Pillow writes no colours of 16 bits."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["png", "ppm"])
def test_colours_of_16_bits_are_scaled_and_not_clipped(kind, tmp_path):
    pixels = np.stack([SIXTEEN, SIXTEEN[::-1], SIXTEEN // 2], -1).astype(">u2")
    path = tmp_path / f"x.{kind}"
    if kind == "png":
        path.write_bytes(png(30, 20, 16, 2, [row.tobytes() for row in pixels]))
    else:
        path.write_bytes(b"P6 30 20 65535\n" + pixels.tobytes())
    # Pillow takes the higher byte of some formats, which is at most a level less.
    np.testing.assert_allclose(read_photograph(path).astype(float), pixels / 257, atol=1)


def test_the_first_frame_of_an_animation_is_taken(tmp_path):
    frames = [Image.fromarray(colours(seed=n)) for n in (0, 90)]
    for ending in ("gif", "webp", "png", "tif"):
        path = tmp_path / f"x.{ending}"
        frames[0].save(
            path, save_all=True, append_images=frames[1:], **{"webp": {"lossless": True}}.get(ending, {})
        )
        assert holds_several(path)
        # A GIF has 256 colours.
        np.testing.assert_allclose(read_photograph(path).astype(int), colours(seed=0), atol=12)
        frames[0].save(path)
        assert not holds_several(path)


@pytest.mark.parametrize("ending", ["jpg", "png", "tif", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photographs_are_turned_upright(orientation, ending, read):
    """Turned as a camera would have left it, with the tag that says so, it comes back upright."""
    inverse = {6: 8, 8: 6}.get(orientation, orientation)
    picture = Image.fromarray(colours())
    stored = picture if orientation == 1 else picture.transpose(UPRIGHT[inverse])
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"jpg": {"quality": 95, "subsampling": 0}, "webp": {"lossless": True}}.get(ending, {})
    there = read(stored, ending, exif=exif, **options)
    assert there.shape == (20, 30, 3)
    np.testing.assert_allclose(there.astype(int), colours(), atol=6)


def test_an_orientation_that_is_none_turns_nothing(read):
    exif = Image.Exif()
    exif[0x0112] = 77
    np.testing.assert_array_equal(read(Image.fromarray(colours()), exif=exif), colours())


@pytest.mark.skipif(not REAL.exists(), reason="needs the real photographs in ../shared")
def test_every_real_photograph_is_linked(link):
    out = link(REAL, threads=2)
    files = photograph_files(out / "photographs")
    assert [path.readlink() for path in files] == sorted(REAL.resolve().iterdir())
    assert len(files) == 65
    assert left_out(out) == [["name", "reason"]]
    assert {read_photograph(path).shape for path in files} == {(128, 128, 3), (872, 1000, 3)}


# Photographs that cannot be had.


def message(path):
    with pytest.raises(InputError) as caught:
        read_photograph(path)
    return str(caught.value)


@pytest.mark.parametrize("size", [(1, 1), (15, 40), (40, 15)])
def test_too_small(size, tmp_path):
    path = tmp_path / "x.png"
    Image.new("RGB", size).save(path)
    assert message(path) == f"{path}: expected at least 16 px a side, found {size[0]} x {size[1]}"


def test_just_large_enough(read):
    assert read(Image.new("RGB", (16, 16), "red")).shape == (16, 16, 3)


def test_decompression_bomb(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    # 10 GB of nothing in a file of some bytes.
    path.write_bytes(png(60_000, 60_000, 8, 2, [b"\0" * 30]))
    assert message(path) == f"{path}: expected at most 89478485 px, found more"
    # Where Pillow would only warn.
    path.write_bytes(png(10_000, 9_000, 8, 2, [b"\0" * 30]))
    assert message(path) == f"{path}: expected at most 89478485 px, found 10000 x 9000"
    monkeypatch.setattr(photograph, "MOST", 599)
    Image.fromarray(colours()).save(path)
    assert message(path) == f"{path}: expected at most 599 px, found 30 x 20"


def test_pixels_that_cannot_be_brought_to_8_bits(tmp_path):
    path = tmp_path / "x.tif"
    for dtype, mode in ((np.float32, "F"), (np.int32, "I")):
        Image.fromarray(np.zeros((20, 30), dtype)).save(path)
        assert message(path) == f"{path}: expected 8 or 16 bits a channel, found pixels of mode {mode}"


@pytest.mark.parametrize(
    "data", [b"", b"<html>log in</html>", b"\x89PNG\r\n\x1a\n"], ids=["empty", "page", "start"]
)
def test_no_photograph(data, tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(data)
    assert message(path) == f"{path}: expected a photograph, found none that can be read"


def test_drawings_are_not_run_as_programs(tmp_path):
    """Pillow would hand PostScript to Ghostscript."""
    path = tmp_path / "x.eps"
    path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\nshowpage\n")
    with Image.open(path) as image:
        assert image.format == "EPS"
    assert message(path) == f"{path}: expected a photograph, found none that can be read"


def test_no_file(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    for name in ("none", "folder", "link", "pipe"):
        assert message(tmp_path / name) == f"{tmp_path / name}: expected a photograph, found no file"


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "bmp", "tif", "webp", "jp2"])
def test_cut_short(ending, tmp_path):
    path = tmp_path / f"x.{ending}"
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    Image.fromarray(noise).save(path)
    data = path.read_bytes()
    for share in (0.3, 0.6, 0.9):
        path.write_bytes(data[: int(share * len(data))])
        assert message(path).startswith(f"{path}: expected a ")
        assert "\n" not in message(path)


def test_a_flipped_bit_of_a_png_is_found(tmp_path):
    path = tmp_path / "x.png"
    Image.fromarray(colours()).save(path)
    data = bytearray(path.read_bytes())
    data[data.index(b"IDAT") + 12] ^= 1
    path.write_bytes(data)
    reason = "SyntaxError(\"broken PNG file (bad header checksum in b'IDAT')\")"
    assert message(path) == f"{path}: expected a whole photograph, but reading it failed: {reason}"


@pytest.mark.parametrize(
    "ending", ["png", "jpg", "gif", "bmp", "tif", "webp", "jp2", "ppm", "tga", "pcx", "ico"]
)
def test_damage_is_refused_or_read_and_never_anything_else(ending, tmp_path):
    """Bytes changed at random places: an array, or an `InputError` of one line."""
    exif = {"exif": Image.Exif()} if ending in ("png", "jpg", "tif", "webp") else {}
    for value in exif.values():
        value[0x0112] = 6
    file = io.BytesIO()
    image = Image.fromarray(colours(32, 32))
    image.save(file, {"jpg": "JPEG", "tif": "TIFF", "jp2": "JPEG2000"}.get(ending, ending.upper()), **exif)
    data, random = file.getvalue(), np.random.default_rng(len(ending))
    path, outcomes, refusals = tmp_path / f"x.{ending}", [], []
    for _ in range(60):
        damaged = bytearray(data)
        # Most of what matters stands at the start.
        for place in random.integers(0, random.choice([40, len(data)]), random.integers(1, 4)):
            damaged[place] = random.integers(0, 256)
        path.write_bytes(damaged)
        try:
            outcomes.append(read_photograph(path).shape)
            holds_several(path)
        except InputError as error:
            refusals.append(str(error))
    assert refusals
    assert not any("\n" in text for text in refusals)
    # Only a PNG has checksums of everything.
    assert bool(outcomes) == (ending != "png")
