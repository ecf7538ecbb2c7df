"""An archive of results: enough to make every artefact again, with sums to check it by, and no training."""

import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from mockskies.atomic import replacing
from mockskies.credentials import redacted
from mockskies.errors import InputError
from mockskies.provenance import BESIDE, checksum, commit, input_sum, placeless, read, versions

FOLDER = "archive"
SUMS, CONTENTS, SETTINGS, PROVENANCE = "SHA256SUMS", "contents.json", "config.yaml", "provenance.json"
# In names: braces are Snakemake's, backslashes another system's, control characters nobody's.
STRANGE = re.compile(r"[{}\\\x00-\x1f\x7f]")
README = """Results of mockskies, with what every artefact was made from.

Unpack this folder in a fresh clone of the project and ask for an artefact by its name:

    snakemake --cores all smith2019_fig4

It is made from the files in results/ here, each checked against SHA256SUMS; nothing is trained. Without this
folder the workflow makes everything itself. provenance.json says what made the archive; each artefact says
what made it in its own metadata.
"""


def write_archive(
    path: Path, results: Path, papers: Iterable[str], kept: Iterable[Path], configuration: Mapping[str, Any]
) -> None:
    """Write papers' results into one zip, always with the same bytes.

    Parameters
    ----------
    path
        The zip.
    results
        Folder of all results.
    papers
        Keys of the papers, whose artefacts and pages are in the zip to be compared with.
    kept
        Files and folders under ``results`` that `restore` is to put back.
    configuration
        All of it.

    Raises
    ------
    InputError
        If an artefact does not say what it was made from, or if that has changed.
    """
    shown = {paper: sorted((results / "artefacts" / paper).iterdir()) for paper in papers}
    artefacts = [item for items in shown.values() for item in items]
    pages = [results / "publication" / paper for paper in papers]
    names = {item.relative_to(results).as_posix(): item.is_dir() for item in kept}
    _check_origin(results, artefacts, names)
    roots = [*(results / name for name in names), *pages, *artefacts]
    files = sorted({file for root in roots for file in _files(root)})
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        sums = []
        for file in files:
            name = f"results/{file.relative_to(results)}"
            sums.append(f"{checksum(file)}  {name}\n")
            with open(file, "rb") as source, archive.open(_entry(name), "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, 2**20)
        texts = {
            SUMS: "".join(sums),
            CONTENTS: json.dumps(names, indent=1) + "\n",
            SETTINGS: yaml.safe_dump(_settings(configuration), sort_keys=True),
            PROVENANCE: json.dumps({"commit": commit(), "versions": versions()}, indent=1) + "\n",
            "README": README,
        }
        for name, text in texts.items():
            archive.writestr(_entry(name), redacted(text))


def _check_origin(results: Path, artefacts: Iterable[Path], kept: Iterable[str]) -> None:
    """Raise `InputError` unless what each artefact was made from, by its own provenance, is what is kept."""
    for path in artefacts:
        if path.name.endswith(BESIDE):
            continue
        made = read(path)
        if made is None:
            raise InputError(f"{path}: expected its provenance in its metadata, found none; make it again")
        for name in set(made["inputs"]) & set(kept):
            if made["inputs"][name] != input_sum(results / name):
                raise InputError(f"{results / name}: expected what {path.name} was made from, found another")


def _files(root: Path) -> list[Path]:
    return sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]


def _entry(name: str) -> zipfile.ZipInfo:
    """A member of the zip, without the time and the user that `ZipInfo` would note."""
    entry = zipfile.ZipInfo(f"{FOLDER}/{name}")
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _settings(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration as it is used from an archive."""
    results = Path(configuration["results"])
    inside = not results.is_absolute() and ".." not in results.parts
    return placeless(configuration) | {"source": "archive", "results": str(results) if inside else "results"}


def contents(folder: Path) -> dict[str, bool]:
    """What an unpacked archive holds for artefacts: names under the results, and whether each is a folder.

    Raises
    ------
    InputError
        If the list is not there, or a name would lead out of the results.
    """
    try:
        names = json.loads((folder / CONTENTS).read_text())
        known = {str(name): bool(is_folder) for name, is_folder in names.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(f"{folder / CONTENTS}: expected a list of results, found none: {error}") from None
    for name in known:
        _check(folder / CONTENTS, name)
    return known


def restore(folder: Path, results: Path) -> None:
    """Copy what artefacts are made from out of an unpacked archive, each file checked against its SHA-256.

    Raises
    ------
    InputError
        If a file is missing, has another sum or no sum at all, is a link, or would land elsewhere.
    """
    sums = _sums(folder)
    for name, is_folder in contents(folder).items():
        prefix = f"results/{name}"
        members = [m for m in sums if m.startswith(f"{prefix}/")] if is_folder else [prefix]
        if not members or not set(members) <= set(sums):
            raise InputError(f"{folder / SUMS}: expected a sum of {prefix}, found none")
        for member in members:
            source, target = folder / member, results / PurePosixPath(member).relative_to("results")
            if any(
                part.is_symlink() for part in (source, *source.parents[: len(PurePosixPath(member).parts)])
            ):
                raise InputError(f"{source}: expected a file, found a symbolic link")
            if not source.is_file():
                raise InputError(f"{source}: expected a file, found none")
            with replacing(target) as temporary:
                shutil.copyfile(source, temporary)
                if (found := checksum(temporary)) != sums[member]:
                    raise InputError(f"{source}: expected SHA-256 {sums[member]}, found {found}")


def _sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text().splitlines()
        sums = {name: known for known, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError) as error:
        raise InputError(f"{folder / SUMS}: expected a table of SHA-256 sums, found none: {error}") from None
    for name in sums:
        _check(folder / SUMS, name)
    return sums


def _check(where: Path, name: str) -> None:
    """Raise `InputError` if a name leads out of the results, or if Snakemake would take it for a pattern."""
    parts = PurePosixPath(name).parts
    if (
        not parts
        or name.startswith("/")
        or ".." in parts
        or STRANGE.search(name)
        or str(PurePosixPath(name)) != name
    ):
        raise InputError(f"{where}: expected names of results, found {name!r}")
