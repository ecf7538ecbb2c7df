"""The competition's two zips written, always with the same bytes for the same content."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from mockskies.archives.galaxyzoo import IMAGES, SOLUTIONS_CSV
from mockskies.archives.vote_tree import IDENTIFIER
from mockskies.atomic import replacing

EPOCH = (1980, 1, 1, 0, 0, 0)


def write_images(path: str | Path, pictures: Iterable[tuple[int | str, bytes]]) -> None:
    """Write JPEGs by their GalaxyID, as they come; nothing but the one in hand is kept in memory."""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as file:
        for galaxy, data in pictures:
            file.writestr(zipfile.ZipInfo(f"{IMAGES}/{galaxy}.jpg", EPOCH), data)


def write_solutions(path: str | Path, columns: Iterable[str], rows: Iterable[Mapping]) -> None:
    """Write the table of votes; each row holds ``GalaxyID`` and the fractions of ``columns``."""
    table = io.StringIO()
    writer = csv.DictWriter(table, [IDENTIFIER, *columns], lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: f"{x:.6f}" if isinstance(x, float) else x for key, x in row.items()})
    write_table(path, table.getvalue().encode())


def write_table(path: str | Path, table: bytes) -> None:
    """Write the table of votes as it is."""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as file:
        file.writestr(zipfile.ZipInfo(SOLUTIONS_CSV, EPOCH), table, zipfile.ZIP_DEFLATED)
