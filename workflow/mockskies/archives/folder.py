"""Files that the user already has, taken into the results by reference."""

import os
from pathlib import Path

from mockskies.archives.check import FITS, Format
from mockskies.errors import InputError


def link(folder: str | Path, name: str, path: str | Path, expected: Format = FITS) -> None:
    """Make ``path`` an absolute symbolic link to the file ``name`` of ``folder``, an ``expected`` one.

    A link and not a copy: archives are large, and the user's own file stays the only one.

    Raises
    ------
    InputError
        If there is no such folder or file (with a list of what is there), if the file is not what is
        expected or not whole, or if the folder is the very one in which ``path`` lies.
    """
    folder, path = Path(folder).expanduser().resolve(), Path(path)
    if not folder.is_dir():
        raise InputError(f"{folder}: expected a folder with {name}, found no such folder")
    if folder == path.parent.resolve():
        raise InputError(f"{folder}: expected a folder outside the results, found the links' own")
    source = folder / name
    if not source.is_file():
        found = ", ".join(sorted(entry.name for entry in folder.iterdir())) or "nothing"
        raise InputError(f"{folder}: expected {name}, found {found}")
    expected.check(source, None)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    temporary.symlink_to(source)
    os.replace(temporary, path)
