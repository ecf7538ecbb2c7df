"""A hash over what a script runs: itself and every module of the package that it reaches.

Snakemake reruns a rule when its script changes, but not when a module that the script imports does. Each
rule therefore has this hash among its params. Comments, docstrings and layout are left out of it.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = "mockskies"
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code(script: Path, package_root: Path) -> str:
    """SHA-256 (hexadecimal) over ``script`` and all that it imports, directly or not, from the package.

    ``package_root`` is the folder that holds the package's own.
    """
    hashes = [_read(file, package_root)[0] for file in reached(script, package_root)]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def reached(script: Path, package_root: Path) -> list[Path]:
    """The script, then the package's files that run when it does, by name."""
    files, waiting = set(), [script]
    while waiting:
        file = waiting.pop()
        if file not in files:
            files.add(file)
            waiting += _read(file, package_root)[1]
    return [script, *sorted(files - {script})]


@cache
def _read(file: Path, package_root: Path) -> tuple[str, list[Path]]:
    """Hash of one file without its docstrings and comments, and the package's files that it imports."""
    tree = ast.parse(file.read_bytes(), filename=str(file))
    imported = [path for module in _modules(tree) for path in _files(module, package_root)]
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    name = file.relative_to(package_root).as_posix() if file.is_relative_to(package_root) else file.name
    return hashlib.sha256(f"{name}\n{ast.unparse(tree)}".encode()).hexdigest(), imported


def _modules(tree: ast.Module) -> Iterator[str]:
    """Names that may be modules of the package in the tree's import statements."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            # What is imported from a package may be one of its modules.
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == PACKAGE)


def _files(module: str, package_root: Path) -> Iterator[Path]:
    """Files that run when ``module`` is imported: its packages' ``__init__`` and its own."""
    path = package_root
    for part in module.split("."):
        path = path / part
        yield from (file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file())
