"""The course data of sparse frames: three parts, two tables, and what a user's folder must hold."""

import csv
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mockskies.archives.frames import frame_ids, read_frame
from mockskies.atomic import replacing, replacing_folder
from mockskies.errors import InputError

logger = logging.getLogger("mockskies.archives")

# Parts of the archive, each a folder of `<Id>.png`, and those that have a table `<part>.csv`.
PARTS = ("labeled", "scored", "query")
TABLES = ("labeled", "scored")
COLUMNS = ["Id", "Actual"]
# What a table's column Actual may be: a label is 0 or 1, a score lies between 0 and 8 (section III B).
GREATEST = {"labeled": 1.0, "scored": 8.0}


def write_table(path: str | Path, actual: dict[int, float]) -> None:
    """Write a table of labels or scores by identifier."""
    with replacing(path) as temporary, open(temporary, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(actual.items())


def read_table(path: str | Path, part: str) -> dict[int, float]:
    """Labels or scores by identifier, ascending, of the table of a ``part``.

    Raises
    ------
    InputError
        If the file or a column is missing, an identifier is none or stands there twice, or a value is no
        number, outside [0, 8] for a score, or neither 0 nor 1 for a label.
    """
    try:
        # Spreadsheets begin a table with a mark of its encoding.
        with open(path, newline="", encoding="utf-8-sig") as file:
            lines = list(csv.reader(file))
    except FileNotFoundError as error:
        raise InputError(f"{path}: expected a table of {','.join(COLUMNS)}, found no such file") from error
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"{path}: expected a table, but reading it failed: {error}") from error
    header = [name.strip() for name in lines[0]] if lines else []
    for name in COLUMNS:
        if name not in header:
            found = repr(",".join(header)[:60]) if header else "nothing"
            raise InputError(f"{path}: expected the columns {','.join(COLUMNS)}, found {found}")
    places = [header.index(name) for name in COLUMNS]
    actual: dict[int, float] = {}
    for number, line in enumerate(lines[1:], 2):
        if not line:
            continue
        where = f"{path}: line {number}"
        if len(line) != len(header):
            raise InputError(f"{where}: expected {len(header)} fields, found {len(line)}")
        identifier, value = (line[place].strip() for place in places)
        if not (identifier.isascii() and identifier.isdigit() and len(identifier) < 19):
            raise InputError(f"{where}: expected an Id, found {identifier!r}")
        if int(identifier) in actual:
            raise InputError(f"{where}: Id {int(identifier)} stands in an earlier line too")
        actual[int(identifier)] = _value(where, part, value)
    return dict(sorted(actual.items()))


def check_folder(folder: str | Path, images: dict[str, int]) -> dict[str, list[int]]:
    """Identifiers of each part of the folder, whose tables and names are as they should be.

    Parameters
    ----------
    folder
        Of the user's: a folder for each part, and its tables.
    images
        Frames that each part must have.

    Raises
    ------
    InputError
        If something is missing or too much: a folder, a table, frames, rows; or one Id is two frames'.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise InputError(f"{folder}: expected a folder with {', '.join(PARTS)}, found no such folder")
    found = {part: frame_ids(folder / part) for part in PARTS}
    for part in TABLES:
        _check_pairs(folder, part, found[part], read_table(folder / f"{part}.csv", part))
    for part, count in images.items():
        if len(found[part]) != count:
            raise InputError(
                f"{folder / part}: expected {count} frames, as archives.*.images.{part} says, "
                f"found {len(found[part])}"
            )
    repeated = [i for i, times in Counter(i for part in PARTS for i in found[part]).items() if times > 1]
    if repeated:
        first = min(repeated)
        where = " and ".join(part for part in PARTS if first in found[part])
        raise InputError(f"{folder}: expected each Id in one part, found {first} in {where}")
    return found


def link_folder(
    folder: str | Path,
    images: dict[str, int],
    parts: dict[str, str | Path],
    tables: dict[str, str | Path],
    *,
    workers: int,
    progress: Callable[..., Iterable],
) -> None:
    """Check a user's folder and every frame in it, and link to its files.

    Parameters
    ----------
    folder, images
        As of `check_folder`.
    parts, tables
        Folder of links and table by part, to be made.
    workers
        Threads that read frames.
    progress
        Wraps the frames as they are checked, such as `tqdm.tqdm`; takes their ``total``.

    Raises
    ------
    InputError
        As `check_folder` and `read_frame`; or if the folder is the results' own.
    """
    source = Path(folder).expanduser().resolve()
    found = check_folder(source, images)
    if any(Path(path).resolve() == (source / part).resolve() for part, path in parts.items()):
        raise InputError(f"{source}: expected a folder outside the results, found the links' own")
    files = {part: [source / part / f"{i}.png" for i in found[part]] for part in PARTS}
    every = [file for part in PARTS for file in files[part]]
    with ThreadPoolExecutor(workers) as pool:
        for _ in progress(pool.map(_check_frame, every), total=len(every)):
            pass
    for part, path in parts.items():
        with replacing_folder(path) as temporary:
            for file in files[part]:
                (temporary / file.name).symlink_to(file)
    for part, path in tables.items():
        write_table(path, read_table(source / f"{part}.csv", part))
    logger.info("linked %s", ", ".join(f"{len(found[part])} {part}" for part in PARTS))


def _check_frame(path: Path) -> None:
    read_frame(path)


def _value(where: str, part: str, text: str) -> float:
    """A label or a score."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    greatest = GREATEST[part]
    if part == "labeled" and value not in (0.0, 1.0):
        raise InputError(f"{where}: expected a label, 0 or 1, found {text!r}")
    if not 0 <= value <= greatest:
        raise InputError(f"{where}: expected a score between 0 and {greatest:g}, found {text!r}")
    return value


def _check_pairs(folder: Path, part: str, frames: list[int], actual: dict[int, float]) -> None:
    """Raise `InputError` where frames and rows of a table are not of the same identifiers."""
    table = folder / f"{part}.csv"
    if lost := sorted(actual.keys() - set(frames)):
        raise InputError(
            f"{table}: expected a frame of each Id, found none of {len(lost)}, such as {lost[0]}.png"
        )
    if lost := sorted(set(frames) - actual.keys()):
        raise InputError(
            f"{table}: expected a row for each frame, found none for {len(lost)}, such as Id {lost[0]}"
        )
