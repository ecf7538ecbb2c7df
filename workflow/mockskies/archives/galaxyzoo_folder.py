"""Galaxy Zoo from the user's own folder: its two zips linked, or its JPEGs and its table packed into them."""

from collections.abc import Iterator
from pathlib import Path

from mockskies.archives.check import ZIP
from mockskies.archives.competition_zip import write_images, write_table
from mockskies.archives.folder import link
from mockskies.archives.galaxyzoo import IMAGES, IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP
from mockskies.archives.unpack import LARGEST
from mockskies.errors import InputError


def take(folder: str | Path, images: str | Path, solutions: str | Path) -> None:
    """Make the zips ``images`` and ``solutions`` of what ``folder`` holds.

    Where it holds the competition's zips, links to them; else `images_training_rev1` with its JPEGs and
    `training_solutions_rev1.csv`, packed without compression.

    Raises
    ------
    InputError
        If it holds neither, or no JPEG, or if a zip is not one or not whole.
    """
    source = Path(folder).expanduser().resolve()
    if not source.is_dir():
        raise InputError(f"{source}: expected a folder with {IMAGES_ZIP}, found no such folder")
    pictures = source / IMAGES
    if (source / IMAGES_ZIP).is_file() or not pictures.is_dir():
        _require(source, (IMAGES_ZIP, SOLUTIONS_ZIP), f"{IMAGES}/ with {SOLUTIONS_CSV}")
        for name in (IMAGES_ZIP, SOLUTIONS_ZIP):
            ZIP.check(source / name, None)  # both, before there is a link to either
        link(source, IMAGES_ZIP, images, ZIP)
        link(source, SOLUTIONS_ZIP, solutions, ZIP)
        return
    _require(source, (SOLUTIONS_CSV,), SOLUTIONS_ZIP)
    files = sorted(file for file in pictures.iterdir() if file.suffix.lower() in (".jpg", ".jpeg"))
    if not files:
        raise InputError(f"{pictures}: expected JPEGs, found none")
    write_images(images, _read(files))
    write_table(solutions, (source / SOLUTIONS_CSV).read_bytes())


def _require(folder: Path, names: tuple[str, ...], instead: str) -> None:
    for name in names:
        if not (folder / name).is_file():
            there = sorted(entry.name for entry in folder.iterdir())
            found = ", ".join(there[:5]) + (", ..." if len(there) > 5 else "") if there else "nothing"
            raise InputError(f"{folder}: expected {name} (or {instead}), found {found}")


def _read(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        size = file.stat().st_size
        if size > LARGEST:
            raise InputError(f"{file}: expected a JPEG of at most {LARGEST} bytes, found {size}")
        yield file.stem, file.read_bytes()
