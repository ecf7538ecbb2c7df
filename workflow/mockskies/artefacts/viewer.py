"""OpenSeadragon, the viewer of deep zooms, as its authors publish it on npm."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from mockskies.atomic import replacing
from mockskies.errors import InputError

PACKAGE = Path("node_modules/openseadragon")
PATIENCE = 300  # s


def install_viewer(package: str | Path, lock: str | Path, library: str | Path, licence: str | Path) -> None:
    """Write the viewer to ``library`` and its licence to ``licence``.

    npm installs what ``lock`` (``package-lock.json`` beside ``package``) names, in a folder that goes again;
    it checks the sum that the lock holds, and runs none of the package's scripts.

    Raises
    ------
    InputError
        If npm is not installed, or can't install the package.
    """
    command = shutil.which("npm")
    if command is None:
        raise InputError(
            "npm: expected it on the PATH, since it installs the explorer's viewer, found none: "
            "install Node.js 18 or newer with npm (Debian: apt-get install npm)"
        )
    with tempfile.TemporaryDirectory() as folder:
        for path in (package, lock):
            shutil.copy(path, folder)
        arguments = [command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            ended = subprocess.run(
                arguments, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired as error:
            message = f"npm: expected the explorer's viewer within {PATIENCE} s, but it has not come"
            raise InputError(message) from error
        if ended.returncode:
            raise InputError(f"npm: expected the explorer's viewer, got: {_complaint(ended.stderr)}")
        arrived = Path(folder) / PACKAGE
        _copy(arrived / "build/openseadragon/openseadragon.min.js", library)
        _copy(arrived / "LICENSE.txt", licence)


def _complaint(said: str) -> str:
    """npm's errors in one line, without the advice to read its log."""
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines() if "npm error" in line]
    return " ".join(line for line in lines if line and "complete log" not in line) or said.strip()[-200:]


def _copy(source: Path, path: str | Path) -> None:
    with replacing(path) as temporary:
        shutil.copyfile(source, temporary)
