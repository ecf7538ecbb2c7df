"""The competition's zips unpacked: whole pictures and what was voted on them, and what was left out."""

import csv
import io
import re
import struct
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

from mockskies.archives import safe_zip
from mockskies.archives.check import BoundedZip
from mockskies.archives.galaxyzoo import IMAGES, SIDE
from mockskies.archives.vote_table import read_solutions
from mockskies.archives.vote_tree import IDENTIFIER
from mockskies.atomic import replacing, replacing_folder
from mockskies.errors import InputError

# Uncompressed, a picture has 0.54 MB, and the whole survey 243 434 pictures of some 14 kB.
LARGEST, TOTAL = 1 << 20, 16 << 30

# Pictures that a process takes at a time.
CHUNK = 64


def silent(items: Iterable, total: int) -> Iterable:
    """No progress bar."""
    return items


def unpack(
    images_zip: str | Path,
    solutions_zip: str | Path,
    images: str | Path,
    votes: str | Path,
    left_out: str | Path,
    *,
    workers: int = 1,
    progress: Callable[..., Iterable] = silent,
) -> dict[str, int]:
    """Unpack every picture that is good and has votes, as ``<GalaxyID>.jpg`` into ``images``.

    Parameters
    ----------
    images_zip, solutions_zip
        As the competition publishes them.
    images, votes, left_out
        Folder; table of the votes, sorted by GalaxyID; table of the files that were left out and why.
    workers
        Processes that check pictures.
    progress
        Wraps the pictures as they are checked, such as `tqdm.tqdm`; takes their ``total``.

    Returns
    -------
    dict
        How many were ``unpacked``, and of what was left out how many for each reason.

    Raises
    ------
    InputError
        If a zip is not one, holds a member that is not harmless, or nothing good is left.
    """
    columns, fractions = read_solutions(solutions_zip)
    with safe_zip.opened(images_zip) as archive:
        members = safe_zip.files(archive, LARGEST, TOTAL)
    if not members:
        raise InputError(f"{images_zip}: expected JPEGs in {IMAGES}/, found an empty zip")
    reasons: list[tuple[str, str]] = []
    wanted: dict[int, str] = {}
    for info in members:
        galaxy = _identifier(info.filename)
        if galaxy is None:
            reasons.append((info.filename, f"not named <{IDENTIFIER}>.jpg"))
        elif galaxy in wanted:
            raise InputError(f"{images_zip}: {info.filename!r}: a second picture of galaxy {galaxy}")
        elif galaxy not in fractions:
            reasons.append((info.filename, "a picture without votes"))
            wanted[galaxy] = ""
        else:
            wanted[galaxy] = info.filename
    reasons += [(f"{galaxy}.jpg", "votes without a picture") for galaxy in fractions.keys() - wanted.keys()]
    tasks = [(galaxy, name) for galaxy, name in wanted.items() if name]
    with replacing_folder(images) as folder:
        with get_context("spawn").Pool(workers, _open, (str(images_zip),)) as pool:
            results = pool.imap_unordered(partial(_extract, folder), tasks, chunksize=CHUNK)
            reasons += [refusal for refusal in progress(results, total=len(tasks)) if refusal]
        bad = {_identifier(name) for name, _ in reasons}
        good = sorted(galaxy for galaxy, _ in tasks if galaxy not in bad)
        if not good:
            raise InputError(
                f"{images_zip}: expected pictures that are good and have votes, found none: "
                f"{_summary(reasons)}"
            )
        _write(votes, [IDENTIFIER, *columns], ([galaxy, *fractions[galaxy]] for galaxy in good))
        _write(left_out, ["file", "reason"], sorted(reasons))
    counts: dict[str, int] = {"unpacked": len(good)}
    for _, reason in sorted(reasons):
        counts[reason] = counts.get(reason, 0) + 1
    return counts


def fault(data: bytes) -> str | None:
    """Why a file is not a picture of the survey, or None if it is: a whole RGB JPEG of 424 x 424 px."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            if image.size != (SIDE, SIDE):
                width, height = image.size
                return f"{width} x {height} px instead of {SIDE} x {SIDE}"
            if image.mode != "RGB":
                return f"{'grey' if image.mode == 'L' else image.mode} instead of RGB"
            image.load()
    except Image.UnidentifiedImageError:
        return "not a JPEG"
    except (OSError, SyntaxError, ValueError, IndexError, struct.error):
        return "a damaged JPEG"
    return None


def _open(images_zip: str) -> None:
    """Open the zip once a process: its table of contents is long."""
    global _archive
    _archive = BoundedZip(images_zip)


def _extract(folder: Path, task: tuple[int, str]) -> tuple[str, str] | None:
    """Write a member if it is good; return its name and the reason otherwise."""
    galaxy, name = task
    try:
        data = safe_zip.read(_archive, _archive.getinfo(name), LARGEST)
    except ValueError:
        return name, "damaged in the zip"
    reason = fault(data)
    if reason:
        return name, reason
    (folder / f"{galaxy}.jpg").write_bytes(data)
    return None


def _identifier(name: str) -> int | None:
    match = re.fullmatch(r"(?:[^/]+/)*([0-9]{1,18})\.jpe?g", name, re.IGNORECASE)
    return int(match[1]) if match else None


def _summary(reasons: list[tuple[str, str]]) -> str:
    return "; ".join(f"{name}: {reason}" for name, reason in sorted(reasons)[:3])


def _write(path: str | Path, header: list[str], rows: Iterable) -> None:
    with replacing(path) as temporary, open(temporary, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
