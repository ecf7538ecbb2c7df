"""Galaxy images in one array that is never in memory as a whole, with a JSON beside it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError

import numpy as np
from numpy.lib.format import open_memmap

from mockskies.atomic import replacing
from mockskies.errors import InputError

COLOURS = ("red", "green", "blue")


@contextmanager
def new_galaxies(
    path: str | Path, count: int, size: int, about: dict, bands: Sequence[str] = COLOURS
) -> Iterator[Path]:
    """Yield a mappable file of zeros, ``(count, band, size, size)``, uint8, to be filled.

    When the block ends it becomes ``path``, and a JSON beside it says what it holds: ``about``, count,
    size, bands and the SHA-256 of the file.
    """
    path = Path(path)
    with replacing(path) as temporary:
        open_memmap(temporary, "w+", np.uint8, (count, len(bands), size, size)).flush()
        yield temporary
        with open(temporary, "rb") as file:
            checksum = hashlib.file_digest(file, "sha256").hexdigest()
    record = about | {"size": size, "count": count, "bands": list(bands), "sha256": checksum}
    with replacing(path.with_suffix(".json")) as temporary:
        temporary.write_text(json.dumps(record, indent=2) + "\n")


def write_galaxies(
    path: str | Path,
    count: int,
    size: int,
    blocks: Iterable[np.ndarray],
    about: dict,
    bands: Sequence[str] = COLOURS,
) -> None:
    """Write ``blocks`` ``(n, band, y, x)``, uint8, of ``count`` images, and what they are ``about``."""
    with new_galaxies(path, count, size, about, bands) as temporary:
        images = open_memmap(temporary, "r+")
        row = 0
        for block in blocks:
            images[row : row + len(block)] = block
            row += len(block)
        images.flush()


def read_galaxies(path: str | Path) -> tuple[np.memmap, dict]:
    """Map galaxy images into memory, and read the JSON beside them.

    The checksum is not computed: the JSON's count and size are compared with the array's and the file's.

    Returns
    -------
    images
        Shape ``(n, band, y, x)``, uint8, read-only; bands as the JSON names them; row 0 on top.
    metadata
        What the JSON says.

    Raises
    ------
    InputError
        If either file is missing or damaged, or the two do not belong together.
    """
    path = Path(path)
    try:
        images = open_memmap(path, "r")
    except (OSError, ValueError, EOFError, SyntaxError, TokenError) as error:
        raise InputError(f"{path}: expected galaxy images, but reading them failed: {error}") from error
    beside = path.with_suffix(".json")
    try:
        metadata = json.loads(beside.read_text())
        shape = (metadata["count"], len(metadata["bands"]), metadata["size"], metadata["size"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{beside}: expected what belongs to {path.name}, but reading it failed: {error}"
        raise InputError(message) from error
    if images.shape != shape or images.dtype != np.uint8:
        raise InputError(
            f"{path}: expected uint8 of {shape}, as {beside.name} says, "
            f"found {images.dtype} of {images.shape}"
        )
    bytes_expected = images.offset + images.nbytes
    if path.stat().st_size != bytes_expected:
        raise InputError(f"{path}: expected {bytes_expected} bytes, found {path.stat().st_size}")
    return images, metadata
