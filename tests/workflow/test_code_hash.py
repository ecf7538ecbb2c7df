"""What a change of code reruns: the rules that reach it, and no other."""

from pathlib import Path

import pytest

from mockskies.code_hash import code, reached

FILES = {
    "scripts/draw.py": "import numpy\nfrom mockskies.sky.paint import paint\n\npaint()\n",
    "scripts/count.py": '"""Count."""\nfrom mockskies import errors\n\nerrors.count()\n',
    "scripts/relate.py": "import mockskies.sky.paint\n",
    "mockskies/__init__.py": "",
    "mockskies/errors.py": "def count(): ...\n",
    "mockskies/sky/__init__.py": "",
    "mockskies/sky/paint.py": (
        '"""Painting."""\n\n\ndef paint():\n    """Paint."""\n    from mockskies.sky import colour\n\n'
        "    return colour.RED  # warm\n"
    ),
    "mockskies/sky/colour.py": 'from mockskies.sky.paint import paint\n\nRED = 1\n"""A colour."""\n',
}
DRAW, COUNT, RELATE = "scripts/draw.py", "scripts/count.py", "scripts/relate.py"


@pytest.fixture
def hashes(tmp_path):
    """Function that writes the files, with changes, and hashes the three scripts."""
    trees = iter(range(100))

    def make(**changes):
        root = tmp_path / str(next(trees))
        for name, text in FILES.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(changes.get(path.stem, text))
        return {script: code(root / script, root) for script in (DRAW, COUNT, RELATE)}

    return make


def changed(before, after):
    return {script for script in before if before[script] != after[script]}


def test_the_place_of_the_project_plays_no_part(hashes):
    assert hashes() == hashes()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("paint", '"""Painting."""', '"""Drawing, with care."""'),
        ("paint", '"""Painting."""', ""),
        ("paint", '    """Paint."""\n', '    """Paint.\n\n    Carefully.\n    """\n'),
        ("paint", "  # warm", "  # hot"),
        ("paint", "return colour.RED", "return (colour.RED)"),
        ("colour", "RED = 1\n", "\n\nRED = 1\n\n"),
    ],
)
def test_words_and_layout_change_no_hash(hashes, file, old, new):
    key = f"mockskies/sky/{file}.py"
    assert FILES[key].replace(old, new) != FILES[key]
    assert changed(hashes(), hashes(**{file: FILES[key].replace(old, new)})) == set()


@pytest.mark.parametrize(
    ("file", "text", "scripts"),
    [
        ("paint", "def paint(): return 0\n", {DRAW, RELATE}),
        # Reached through a function's own import, and part of a circle.
        ("colour", "RED = 2\n", {DRAW, RELATE}),
        ("errors", "def count(): return 1\n", {COUNT}),
        ("count", "from mockskies import errors\n", {COUNT}),
        # An __init__ runs whenever anything below it is imported; both have this name.
        ("__init__", "import os\n", {DRAW, COUNT, RELATE}),
    ],
)
def test_code_changes_the_hash_of_what_reaches_it(hashes, file, text, scripts):
    assert changed(hashes(), hashes(**{file: text})) == scripts


def test_files_that_a_script_reaches(hashes, tmp_path):
    hashes()
    root = tmp_path / "0"
    assert [path.relative_to(root).as_posix() for path in reached(root / DRAW, root)] == [
        DRAW,
        "mockskies/__init__.py",
        "mockskies/sky/__init__.py",
        "mockskies/sky/colour.py",
        "mockskies/sky/paint.py",
    ]


def test_the_package_imports_by_full_names():
    """The hash follows absolute imports only."""
    root = Path(__file__).resolve().parents[2] / "workflow"
    assert [str(p) for p in root.rglob("*.py") if "from ." in p.read_text()] == []
