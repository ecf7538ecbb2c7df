"""Members of a zip that came from elsewhere: none reaches outside, none is larger than it can honestly be."""

import copy
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from mockskies.archives.check import BoundedZip, check_zip
from mockskies.errors import InputError

# Galaxy Zoo 2 has 243 434 pictures.
MOST_MEMBERS = 1 << 20

# The methods that `zipfile` unpacks piece by piece; of others a few kB can become GB at once.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@contextmanager
def opened(path: str | Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip; raise `InputError` if it is none, or not whole."""
    check_zip(path)
    with BoundedZip(path) as file:
        yield file


def files(archive: zipfile.ZipFile, largest: int, total: int) -> list[zipfile.ZipInfo]:
    """Members that are files, in the order of their names, once every member is found harmless.

    Parameters
    ----------
    largest, total
        Bytes that one member, and all together, may be unpacked.

    Raises
    ------
    InputError
        If there are more than `MOST_MEMBERS`, if a member's name is absolute or climbs by ``..``, if it is
        a link, encrypted, or neither stored nor deflated, if two bear one name, or if one or all of them
        declare more bytes than that.
    """
    declared, names = 0, set()
    everything = archive.infolist()
    if len(everything) > MOST_MEMBERS:
        raise InputError(
            f"{archive.filename}: expected at most {MOST_MEMBERS} members, found {len(everything)}; "
            "nothing was unpacked"
        )
    members = [info for info in everything if not info.is_dir()]
    for info in everything:
        complaint = _complaint(info)
        if complaint:
            raise InputError(f"{archive.filename}: {info.orig_filename!r}: {complaint}; nothing was unpacked")
    for info in members:
        where = f"{archive.filename}: {info.orig_filename!r}"
        if info.filename in names:
            raise InputError(f"{where}: expected one member of that name, found two; nothing was unpacked")
        if info.file_size > largest:
            raise InputError(
                f"{where}: expected at most {largest} bytes, declares {info.file_size}; nothing was unpacked"
            )
        names.add(info.filename)
        declared += info.file_size
        if declared > total:
            raise InputError(
                f"{where}: expected at most {total} bytes in all members together, more are declared up to "
                "here; nothing was unpacked"
            )
    return sorted(members, key=lambda info: info.filename)


def read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, largest: int) -> bytes:
    """Bytes of a member, whatever size it declares.

    Raises
    ------
    InputError
        If there are more than ``largest``; no more than those are ever in memory.
    ValueError
        If the member is damaged.
    """
    honest = copy.copy(info)
    honest.file_size = largest + 2  # zipfile stops at the declared size and would hide the rest
    try:
        with archive.open(honest) as file:
            data = file.read(largest + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise ValueError(f"damaged in the zip: {error}") from error
    if len(data) > largest:
        raise InputError(
            f"{archive.filename}: {info.orig_filename!r}: expected at most {largest} bytes, "
            f"unpacks to more than the {info.file_size} that it declares"
        )
    return data


def _complaint(info: zipfile.ZipInfo) -> str | None:
    """Why a member may not be unpacked, if so."""
    name = info.orig_filename.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or "\0" in name:
        return "expected a relative path, found an absolute one"
    if ".." in PurePosixPath(name).parts:
        return "expected a path inside the zip, found one that leads out of it"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "expected a file, found a link" if kind == stat.S_IFLNK else "expected a file, found a device"
    if info.flag_bits & 1:
        return "expected a member without a password, found an encrypted one"
    if info.compress_type not in METHODS:
        return f"expected a stored or deflated member, found one of method {info.compress_type}"
    return None
