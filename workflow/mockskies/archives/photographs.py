"""Photographs from the user's folder: all are read, those that can be are linked, the others are named."""

import csv
import logging
import re
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from pathlib import Path

from mockskies.archives.photograph import holds_several, read_photograph
from mockskies.atomic import replacing, replacing_folder
from mockskies.errors import InputError

logger = logging.getLogger("mockskies.archives")


def photograph_files(folder: str | Path) -> list[Path]:
    """Photographs of an archive, sorted by name: the order of every array's rows."""
    # Snakemake leaves a hidden file in the folders that it makes.
    return sorted(path for path in Path(folder).iterdir() if not path.name.startswith("."))


def link_photographs(
    folder: str | Path,
    photographs: str | Path,
    left_out: str | Path,
    *,
    workers: int,
    progress: Callable[..., Iterable],
) -> None:
    """Make ``photographs`` a folder of links to all photographs of ``folder`` that can be read.

    The folder's own files are meant: neither folders in it nor hidden files. A link bears a number, in the
    order of the files' names, and what is harmless of its file's name.

    Parameters
    ----------
    folder
        Of the user's.
    photographs, left_out
        Folder, and table ``name,reason`` of what could not be read, to be written.
    workers
        Processes that read photographs.
    progress
        Wraps the photographs as they are read, such as `tqdm.tqdm`; takes their ``total``.

    Raises
    ------
    InputError
        If the folder is missing, empty, without a single photograph that can be read, or the results' own.
    """
    source, photographs = Path(folder).expanduser().resolve(), Path(photographs)
    if not source.is_dir():
        raise InputError(f"{source}: expected a folder of photographs, found no such folder")
    if source in (photographs.resolve(), photographs.resolve().parent):
        raise InputError(f"{source}: expected a folder outside the results, found the links' own")
    files = sorted(path for path in source.iterdir() if not path.name.startswith(".") and not path.is_dir())
    if not files:
        raise InputError(f"{source}: expected photographs, found no file")
    # Forked workers would inherit the locks of the parent's threads.
    with get_context("spawn").Pool(min(workers, len(files))) as pool:
        read = list(progress(pool.imap(_read, files), total=len(files)))
    refused = {path.name: reason for path, (reason, _) in zip(files, read, strict=True) if reason}
    for name in (path.name for path, (_, several) in zip(files, read, strict=True) if several):
        logger.info("%r holds several pictures, of which the first is taken", name)
    for name, reason in refused.items():
        logger.warning("left out %r: %s", name, reason)
    good = [path for path in files if path.name not in refused]
    if not good:
        raise InputError(
            f"{source}: expected photographs, found none that can be read: "
            f"{files[0].name!r}: {refused[files[0].name]}" + ("; ..." if len(files) > 1 else "")
        )
    with replacing_folder(photographs) as temporary:
        for number, path in enumerate(good, 1):
            (temporary / _link_name(number, path)).symlink_to(path)
    write_left_out(left_out, refused)
    logger.info("linked %d photographs, left out %d", len(good), len(refused))


def write_left_out(path: str | Path, refused: dict[str, str]) -> None:
    """Write the table of photographs that were left out: reasons by the names of their files."""
    with replacing(path) as temporary, open(temporary, "w", newline="", errors="backslashreplace") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "reason"])
        writer.writerows(refused.items())


def _read(path: Path) -> tuple[str | None, bool]:
    """Why a photograph can't be read, or None; and whether its file holds more than one."""
    try:
        read_photograph(path)
    except InputError as error:
        return str(error).removeprefix(f"{path}: "), False
    return None, holds_several(path)


def _link_name(number: int, path: Path) -> str:
    """Number, and letters and digits of the file's name: the number alone keeps two files apart."""
    stem, ending = (re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_") for text in (path.stem, path.suffix))
    return f"{number:06d}_{stem[:60]}" + (f".{ending[:8].lower()}" if ending else "")
