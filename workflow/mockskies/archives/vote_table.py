"""Tables of votes: the competition's, and Galaxy Zoo 2's own turned into it."""

import csv
import gzip
import math
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from mockskies.archives import safe_zip
from mockskies.archives.galaxyzoo import SOLUTIONS_CSV
from mockskies.archives.vote_tree import COLUMNS, IDENTIFIER, QUESTIONS
from mockskies.errors import InputError

# The competition's table is 18 MB.
LARGEST = 1 << 28

# Galaxy Zoo 2's own tables, unpacked, and a line of one of them.
LARGEST_TABLE, LONGEST_LINE = 1 << 31, 1 << 16

# What reading a table that is none, or is damaged, may raise.
DAMAGE = (OSError, EOFError, ValueError, IndexError, KeyError, TypeError, csv.Error, zlib.error)

# Answers of Galaxy Zoo 2 are numbered through all tasks, "a01" to "a37" with "a38" added to task 8 and none
# "a35" (Willett et al. 2013, table 2); this is their order in the competition's columns.
ANSWERS = (*range(1, 25), 38, *range(25, 35), 36, 37)


def read_solutions(path: str | Path) -> tuple[list[str], dict[int, list[str]]]:
    """Columns of votes, and the fractions of each galaxy as they are written, from the competition's zip.

    Raises
    ------
    InputError
        If the zip or the table in it is not what it should be, a column is unknown, a fraction is no number
        in [0, 1], or a GalaxyID stands there twice.
    """
    with safe_zip.opened(path) as archive:
        found = [
            i for i in safe_zip.files(archive, LARGEST, 2 * LARGEST) if _base(i.filename) == SOLUTIONS_CSV
        ]
        if len(found) != 1:
            names = ", ".join(repr(info.filename) for info in archive.infolist()[:3]) or "nothing"
            raise InputError(f"{path}: expected {SOLUTIONS_CSV}, found {names}")
        try:
            text = safe_zip.read(archive, found[0], LARGEST).decode()
        except ValueError as error:
            raise InputError(f"{path}: {SOLUTIONS_CSV}: expected a table, but it is {error}") from error
    return parse_solutions(f"{path}: {SOLUTIONS_CSV}", text)


def parse_solutions(where: str, text: str) -> tuple[list[str], dict[int, list[str]]]:
    """As `read_solutions`, from the table's own text; messages begin with ``where``."""
    try:
        lines = iter(list(csv.reader(text.splitlines())))
    except csv.Error as error:
        raise InputError(f"{where}: expected a table, but reading it failed: {error}") from error
    header = next(lines, [])
    unknown = [name for name in header[1:] if name not in COLUMNS]
    if header[:1] != [IDENTIFIER] or len(header) < 2 or unknown or len(set(header)) < len(header):
        came = unknown[0] if header[:1] == [IDENTIFIER] and unknown else ",".join(header)[:60]
        raise InputError(
            f"{where}: expected the columns {IDENTIFIER},{COLUMNS[0]},...,{COLUMNS[-1]}, found {came!r}"
        )
    votes = {}
    for number, line in enumerate(lines, 2):
        if not line:
            continue
        galaxy = int(line[0]) if re.fullmatch("[0-9]{1,18}", line[0]) else None
        if galaxy is None or len(line) != len(header) or not all(map(_is_fraction, line[1:])):
            raise InputError(
                f"{where}: line {number}: expected a {IDENTIFIER} and {len(header) - 1} fractions between 0 "
                f"and 1, found {','.join(line)[:60]!r}"
            )
        if galaxy in votes:
            raise InputError(f"{where}: line {number}: {IDENTIFIER} {galaxy} stands in an earlier line too")
        votes[galaxy] = line[1:]
    if not votes:
        raise InputError(f"{where}: expected votes, found no galaxy")
    return header[1:], votes


def competition_votes(path: str | Path) -> dict[int, dict[str, float]]:
    """The competition's cumulative fractions by ``dr7objid``, from Galaxy Zoo 2's table (Hart et al. 2016).

    The debiased fractions of each task are scaled to a sum of 1 (they need not have it) and multiplied by the
    fraction that reached the task: all of the volunteers for tasks 1 and 6, else that of the answer that
    leads to it, ``Class1.2`` for task 2 and so on (`vote_tree.QUESTIONS`). A task whose fractions are all 0
    keeps 0.

    Raises
    ------
    InputError
        If the file cannot be read or lacks a column.
    """
    try:
        lines = csv.reader(_lines(path))
        places = _places(path, next(lines, []))
        return {int(line[places[0]]): _cumulative(line, places[1:]) for line in lines if line}
    except DAMAGE as error:
        raise InputError(f"{path}: expected Galaxy Zoo 2's table, but reading it failed: {error}") from error


def read_mapping(path: str | Path) -> Iterator[tuple[int, int]]:
    """``objid`` and ``asset_id`` of each line of ``gz2_filename_mapping.csv``, which names pictures."""
    try:
        for line in csv.DictReader(_lines(path)):
            yield int(line["objid"]), int(line["asset_id"])
    except DAMAGE as error:
        raise InputError(
            f"{path}: expected the columns objid and asset_id with whole numbers, but found {error}"
        ) from error


def _lines(path: str | Path) -> Iterator[str]:
    """Lines of a table, gzipped or not; a few kB of it may claim to be more than the memory holds."""
    read = 0
    with gzip.open(path) if Path(path).suffix == ".gz" else open(path, "rb") as file:
        while line := file.readline(LONGEST_LINE + 1):
            read += len(line)
            if len(line) > LONGEST_LINE:
                raise ValueError(f"a line of more than {LONGEST_LINE} bytes")
            if read > LARGEST_TABLE:
                raise ValueError(f"more than {LARGEST_TABLE} bytes")
            yield line.decode()


def _places(path: str | Path, header: list[str]) -> list[int]:
    """Where ``dr7objid`` and the debiased fractions stand, in the competition's order."""
    found = {}
    for place, name in enumerate(header):
        match = re.fullmatch(r"t(\d\d)_\w+_a(\d\d)_\w+_debiased", name)
        if match:
            found[int(match[2])] = place
    missing = [f"a{answer:02d}" for answer in ANSWERS if answer not in found]
    if "dr7objid" not in header or missing:
        lacking = "dr7objid" if "dr7objid" not in header else f"the debiased fraction of answer {missing[0]}"
        raise InputError(f"{path}: expected Galaxy Zoo 2's table, which has {lacking}, found no such column")
    return [header.index("dr7objid"), *(found[answer] for answer in ANSWERS)]


def _cumulative(line: list[str], places: list[int]) -> dict[str, float]:
    fractions = dict(zip(COLUMNS, (float(line[place]) for place in places), strict=True))
    wrong = [fraction for fraction in fractions.values() if not 0 <= fraction < math.inf]
    if wrong:
        raise ValueError(f"a fraction of {wrong[0]}")
    votes = {}
    for question in QUESTIONS:
        reached = 1.0 if question.after is None else votes[question.after]
        total = sum(fractions[column] for column in question.columns)
        share = reached / total if total > 0 else 0.0
        votes |= {column: fractions[column] * share for column in question.columns}
    return votes


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def _is_fraction(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and -1e-6 <= value <= 1 + 1e-6
