"""Where an artefact comes from, written into its own metadata.

A record holds the rule and its settings, a hash of the whole configuration, the commit, the versions of
libraries, the seed and the SHA-256 of every input. It has no time, host or path of the machine in it, so that
the same work makes the same bytes.
"""

import hashlib
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

from mockskies.atomic import replacing
from mockskies.credentials import redacted
from mockskies.errors import InputError

# Inputs that say how long something took: the same work never makes the same bytes.
TIMED, VARIES = ("timing.json", "timings.json", "losses.csv"), "varies: holds times"
MEASURED = re.compile(rb'"(?:seconds|seconds_drawing|seconds_writing|peak_gb)":')
BESIDE = "-metadata.json"  # of a table
KEY = "mockskies"  # of PNG's text, of PDF's document information
ROOT = Path(__file__).resolve().parents[2]


def record(snakemake: Any) -> dict[str, Any]:
    """What made the outputs of a rule's script."""
    # Neither where results lie nor whether they came in an archive is what they are.
    configuration = {
        key: value for key, value in placeless(snakemake.config).items() if key not in ("results", "source")
    }
    results = snakemake.config["results"]
    params = {name: value for name, value in snakemake.params.items() if name != "code"}
    made = {
        "rule": snakemake.rule,
        "wildcards": dict(snakemake.wildcards.items()),
        "params": portable(json.loads(json.dumps(params, default=str)), results),
        "configuration": hashlib.sha256(json.dumps(configuration, sort_keys=True).encode()).hexdigest(),
        "seed": configuration["seed"],
        "commit": commit(),
        "versions": versions(),
        "inputs": {name(path, results): input_sum(Path(path)) for path in snakemake.input},
    }
    return json.loads(redacted(json.dumps(made)))


def commit() -> str:
    """The project's commit, and whether files differ from it."""
    try:
        head = _git("rev-parse", "HEAD")
        # A folder inside another project's repository is none.
        if Path(_git("rev-parse", "--show-toplevel")).resolve() != ROOT:
            return "unknown: not a repository"
        return f"{head}, modified" if _git("status", "--porcelain", "--untracked-files=no") else head
    except (OSError, subprocess.CalledProcessError):
        return "unknown: not a repository"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def versions() -> dict[str, str]:
    """Python's version, and those of the packages that the process has imported."""
    names = packages_distributions()
    imported = {found for module in list(sys.modules) for found in names.get(module, [])}
    return {"Python": sys.version.split()[0]} | {name: version(name) for name in sorted(imported)}


def name(path: str, results: str) -> str:
    """A file's name, under the results if it lies there."""
    path = Path(path)
    if path.is_relative_to(results):
        return str(path.relative_to(results))
    return path.name if path.is_absolute() else str(path)


def placeless(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration without folders of this machine: the user's own files by their names only."""
    settings = json.loads(json.dumps(configuration))
    for archive in settings.get("archives", {}).values():
        if Path(archive["source"]).is_absolute():
            archive["source"] = f"./{Path(archive['source']).name}/"
    for run in settings.get("runs", {}).values():
        if Path(run.get("initial_weights") or "").is_absolute():
            run["initial_weights"] = f"./{Path(run['initial_weights']).name}"
    return settings


def portable(value: Any, results: str) -> Any:
    """Params with files named under the results, wherever these lie."""
    if isinstance(value, dict):
        return {key: portable(item, results) for key, item in value.items()}
    if isinstance(value, list):
        return [portable(item, results) for item in value]
    return value.removeprefix(f"{results}/") if isinstance(value, str) else value


def input_sum(path: Path) -> str:
    """SHA-256 of an input, unless it holds times; of a folder, of the names and sums of all that is in it."""
    if path.is_file():
        return VARIES if _holds_times(path) else checksum(path)
    members = sorted(member for member in path.rglob("*") if member.is_file())
    listing = "".join(f"{input_sum(member)}  {member.relative_to(path)}\n" for member in members)
    return hashlib.sha256(listing.encode()).hexdigest()


def _holds_times(path: Path) -> bool:
    return path.name in TIMED or (path.suffix == ".json" and MEASURED.search(path.read_bytes()) is not None)


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamped(main: Callable[[Any], None]) -> Callable[[Any], None]:
    """A rule's ``main`` that writes the record of its work into each output when it has made them."""

    def main_and_stamp(snakemake: Any) -> None:
        main(snakemake)
        made = record(snakemake)
        for path in snakemake.output:
            stamp(Path(path), made)

    return main_and_stamp


def stamp(path: Path, made: dict[str, Any]) -> None:
    """Write a record into a file's own metadata, or beside a file whose format has none.

    PNG has it as text, PDF in its document information, JSON as a key, LaTeX and HTML as a comment of their
    own kind. CSV has the description that W3C's *Metadata Vocabulary for Tabular Data* puts beside a table.
    """
    if path.is_dir():
        path = path / "index.html"
    if path.suffix == ".csv":
        beside = path.with_name(path.name + BESIDE)
        about = {"@context": "http://www.w3.org/ns/csvw", "url": path.name, KEY: made}
        _write(beside, (json.dumps(about, indent=1) + "\n").encode())
    elif writer := WRITERS.get(path.suffix):
        _write(path, writer(path.read_bytes(), json.dumps(made)))


def read(path: Path) -> dict[str, Any] | None:
    """The record that a file bears, or None."""
    path = path / "index.html" if path.is_dir() else path
    if path.suffix == ".csv":
        beside = path.with_name(path.name + BESIDE)
        return json.loads(beside.read_text())[KEY] if beside.exists() else None
    if path.suffix == ".json":
        return json.loads(path.read_text()).get("provenance")
    content = path.read_bytes()
    if path.suffix == ".png":
        start = content.find(b"iTXt" + KEY.encode())
        length = int.from_bytes(content[start - 4 : start], "big")
        found = content[start + 4 + len(KEY) + 5 : start + 4 + length] if start > 0 else b""
    else:
        match = re.search(PATTERNS[path.suffix], content, re.DOTALL) if path.suffix in PATTERNS else None
        found = match[1] if match else b""
        found = bytes.fromhex(found.decode()) if path.suffix == ".pdf" else found
    return json.loads(found) if found else None


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _png(content: bytes, made: str) -> bytes:
    """A text chunk (iTXt) behind the header, which ends at byte 33."""
    chunk = b"iTXt" + KEY.encode() + b"\0\0\0\0\0" + made.encode()
    length, sum_ = (len(chunk) - 4).to_bytes(4, "big"), zlib.crc32(chunk).to_bytes(4, "big")
    return content[:33] + length + chunk + sum_ + content[33:]


def _pdf(content: bytes, made: str) -> bytes:
    """An update behind the file's end: the document information once more, with the record in it."""
    trailer = content[content.rindex(b"trailer") :]
    number = int(re.search(rb"/Info (\d+) 0 R", trailer)[1])
    before = int(re.search(rb"startxref\s+(\d+)", trailer)[1])
    entries = re.search(rb"\n%d 0 obj\s*<<(.*?)>>\s*endobj" % number, content, re.DOTALL)[1]
    content = content if content.endswith(b"\n") else content + b"\n"
    # Hexadecimal, since a literal string would have brackets and lines to escape.
    update = b"%d 0 obj\n<<%s /%s <%s> >>\nendobj\n" % (
        number,
        entries,
        KEY.encode(),
        made.encode().hex().encode(),
    )
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(content))
    again = re.search(rb"<<.*?>>", trailer, re.DOTALL)[0].replace(b">>", b"/Prev %d >>" % before)
    end = b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (again, len(content) + len(update))
    return content + update + table + end


def _json(content: bytes, made: str) -> bytes:
    return (json.dumps(json.loads(content) | {"provenance": json.loads(made)}, indent=2) + "\n").encode()


def _latex(content: bytes, made: str) -> bytes:
    return f"% {KEY}: {made}\n".encode() + content


def _html(content: bytes, made: str) -> bytes:
    # A script of this kind is data to a browser; its text must not end it.
    block = f'<script type="application/ld+json" id="{KEY}">{made.replace("<", chr(92) + "u003c")}</script>'
    return content.replace(b"</head>", block.encode() + b"\n</head>", 1)


WRITERS = {".png": _png, ".pdf": _pdf, ".json": _json, ".tex": _latex, ".html": _html}
PATTERNS = {
    ".pdf": rb"/%s <([0-9a-f]+)>" % KEY.encode(),
    ".tex": rb"^%% %s: ([^\n]+)\n" % KEY.encode(),
    ".html": rb'id="%s">(.*?)</script>' % KEY.encode(),
}


def show(path: Path) -> None:
    """Print the record that an artefact bears.

    Raises
    ------
    InputError
        If there is no such file, or no record in it.
    """
    try:
        made = read(path)
    except (OSError, ValueError, AttributeError, KeyError) as error:
        raise InputError(f"{path}: expected an artefact, but reading it failed: {error}") from None
    if made is None:
        raise InputError(f"{path}: expected a record of where it comes from, found none")
    print(json.dumps(made, indent=2))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("error: expected one artefact, such as make provenance FILE=results/.../fig4.png")
    try:
        show(Path(sys.argv[1]))
    except InputError as error:
        sys.exit(f"error: {error}")
