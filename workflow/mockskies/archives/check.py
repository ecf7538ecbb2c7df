"""Whether a file is what it should be, and whole, before anything is computed from it."""

import gzip
import hashlib
import io
import math
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from astropy.io import fits
from astropy.utils.exceptions import AstropyUserWarning

from mockskies.errors import InputError

BLOCK = 2880

# Of a zip's table of contents, which is read whole: Galaxy Zoo 2's pictures take 27 MB of it.
LARGEST_CONTENTS = 64 << 20


@dataclass(frozen=True)
class Format:
    """What a file should be: its name in messages, and a check of the file under a name, as `check_fits`."""

    name: str
    check: Callable[[str | Path, str | None], None]


def check_fits(path: str | Path, name: str | None = None) -> None:
    """Return if ``path`` is FITS and holds exactly the bytes that its headers announce.

    Parameters
    ----------
    path
        File to be read; headers only, so this is quick for any size.
    name
        What errors call it, such as the URL that it came from; by default ``path``.

    Raises
    ------
    InputError
        If it starts otherwise than FITS does (a web page does), if a header cannot be read, or if
        it is shorter or longer than header and data together.
    """
    name = name or str(path)
    size = Path(path).stat().st_size
    with open(path, "rb") as file:
        start = file.read(9)
        if start != b"SIMPLE  =":
            raise InputError(f"{name}: expected FITS, which starts with 'SIMPLE  =', came {_named(start)}")
        file.seek(0)
        end = 0
        # After the last complete unit there is nothing, or the header of one more.
        while end < size:
            file.seek(end)
            try:
                # astropy only warns of bytes that are no header.
                with warnings.catch_warnings(action="error"):
                    header = fits.Header.fromfile(file)
                end = file.tell() + _data_bytes(header)
            except (OSError, ValueError, KeyError, TypeError, fits.VerifyError, AstropyUserWarning) as error:
                raise InputError(
                    f"{name}: expected a FITS header at byte {end}, but it is damaged"
                ) from error
        if end != size:
            raise InputError(f"{name}: expected {end} bytes by its FITS header, came {size}")


def _data_bytes(header: fits.Header) -> int:
    """Bytes of the data after ``header``, whole blocks (FITS standard 4.0, section 4.4.1)."""
    axes = [header[f"NAXIS{i + 1}"] for i in range(header["NAXIS"])]
    values = header.get("GCOUNT", 1) * (header.get("PCOUNT", 0) + math.prod(axes)) if axes else 0
    return -(-abs(header["BITPIX"]) // 8 * values // BLOCK) * BLOCK


class BoundedZip(zipfile.ZipFile):
    """A zip whose table of contents is refused, as damage is, before it would fill the memory."""

    def __init__(self, path: str | Path):
        self._file = _BoundedReader(io.FileIO(str(path)))
        super().__init__(self._file)

    def close(self) -> None:
        super().close()
        self._file.close()


class _BoundedReader(io.BufferedReader):
    """Members are read in small pieces, so whatever asks for much at once is the table of contents."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > LARGEST_CONTENTS:
            raise zipfile.BadZipFile(f"a table of contents of {size} bytes")
        return super().read(size)


def check_zip(path: str | Path, name: str | None = None) -> None:
    """Return if ``path`` is a zip up to its table of contents, which stands last; members are not read.

    Parameters and errors are those of `check_fits`.
    """
    name = name or str(path)
    with open(path, "rb") as file:
        start = file.read(9)
    if start[:4] not in (b"PK\3\4", b"PK\5\6"):
        raise InputError(f"{name}: expected a zip, which starts with 'PK', came {_named(start)}")
    try:
        BoundedZip(path).close()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        size = Path(path).stat().st_size
        raise InputError(
            f"{name}: expected a zip with a table of contents at its end, "
            f"but its {size} bytes are cut short or damaged: {error}"
        ) from error


def check_table(path: str | Path, name: str | None = None) -> None:
    """Return if ``path`` is text, gzipped or not, and starts with a line of at least two columns' names.

    Parameters and errors are those of `check_fits`.
    """
    name = name or str(path)
    with open(path, "rb") as file:
        start = file.read(9)
    try:
        with gzip.open(path) if start[:2] == b"\x1f\x8b" else open(path, "rb") as file:
            line = file.readline(1 << 16)
            while file.read(1 << 20):  # to gzip's own checksum
                pass
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{name}: expected a table, but unpacking it failed: {error}") from error
    if b"," not in line or line.lstrip().startswith(b"<"):
        raise InputError(
            f"{name}: expected a table with names of columns between commas, came {_named(line[:9])}"
        )


def check_sha256(path: str | Path, sha256: str, name: str) -> None:
    """Raise `InputError`, in which the file is called ``name``, if its hexadecimal checksum is another."""
    with open(path, "rb") as file:
        came = hashlib.file_digest(file, "sha256").hexdigest()
    if came != sha256.lower():
        raise InputError(f"{name}: expected SHA-256 {sha256.lower()}, came {came}")


def _named(start: bytes) -> str:
    """What a file is by its first bytes, for messages."""
    return "a web page" if start.lstrip().startswith(b"<") else repr(start) if start else "nothing"


FITS = Format("FITS", check_fits)
ZIP = Format("a zip", check_zip)
TABLE = Format("a table", check_table)
