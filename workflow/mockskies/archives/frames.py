"""Sparse frames as their archive publishes them: 8-bit grey PNGs of 1000 x 1000 px, one an identifier."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from mockskies.atomic import replacing
from mockskies.errors import InputError

# Side of a frame, in px.
SIDE = 1000
# zlib's Z_RLE.
RUN_LENGTHS = 3


def png(frame: np.ndarray) -> bytes:
    """``frame``, ``(y, x)``, uint8, as an 8-bit grey PNG; row 0 is the first."""
    file = io.BytesIO()
    # Runs of one level are most of a frame, so nothing else is sought: the quickest and smallest of all.
    Image.fromarray(frame).save(file, "PNG", compress_level=1, compress_type=RUN_LENGTHS)
    return file.getvalue()


def write_frame(path: str | Path, frame: np.ndarray) -> None:
    """Write ``frame``, ``(y, x)``, uint8, as a PNG, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(png(frame))


def read_frame(path: str | Path, side: int | None = SIDE) -> np.ndarray:
    """Read a frame, ``(y, x)``, uint8, of ``side`` px; of any square if ``side`` is None.

    Raises
    ------
    InputError
        If the file is missing or damaged, not a PNG, not grey, not 8-bit, or of another size.
    """
    try:
        # Decoding alone checks no checksum: damaged pixels would pass.
        with Image.open(path, formats=["PNG"]) as image:
            image.verify()
        with Image.open(path, formats=["PNG"]) as image:
            mode, (width, height) = image.mode, image.size
            frame = np.asarray(image) if mode == "L" else None
    except FileNotFoundError as error:
        raise InputError(f"{path}: expected a PNG, found no such file") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"{path}: expected a whole PNG, but reading it failed: {error}") from error
    if mode.startswith("I"):
        raise InputError(f"{path}: expected 8 bits a pixel, found 16")
    if frame is None:
        raise InputError(f"{path}: expected a grey picture, found one of mode {mode}")
    expected = (side, side) if side is not None else (width, width)
    if (height, width) != expected:
        raise InputError(f"{path}: expected {expected[1]} x {expected[0]} px, found {width} x {height}")
    return frame


def frame_ids(folder: str | Path) -> list[int]:
    """Identifiers of the frames in a folder, ascending: the order of every table and array about them.

    Raises
    ------
    InputError
        If there is no such folder, no PNG in it, or one whose name is not an identifier.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: expected a folder of PNGs, found no such folder")
    names = [path.stem for path in folder.glob("*.png") if not path.name.startswith(".")]
    wrong = sorted(name for name in names if not _is_identifier(name))
    if wrong:
        raise InputError(f"{folder}: expected PNGs named <Id>.png, found {wrong[0]}.png")
    if not names:
        raise InputError(f"{folder}: expected PNGs, found none")
    return sorted(map(int, names))


def _is_identifier(name: str) -> bool:
    """Whether a number is written in one way only: two names must not be one identifier."""
    return name.isascii() and name.isdigit() and str(int(name)) == name
