"""A page on which every generated image can be looked through, which needs neither server nor network.

Pictures lie on sheets, JPEGs of many images each; what is known of them is a script that sets one variable;
all links are relative, so the folder can be moved.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, StrictUndefined

from mockskies.artefacts.deep_zoom import link_tiles, places, read_deep_zoom
from mockskies.artefacts.measured import CLASSES, Measured
from mockskies.artefacts.notation import grouped
from mockskies.artefacts.sheets import write_sheets
from mockskies.errors import InputError
from mockskies.sampling.pyramid import TILE

SMALL = 128  # px: side of a picture in the grid


@dataclass(frozen=True)
class Images:
    """A set of images, ``(n, 3, y, x)``, uint8, and what the JSON beside it says."""

    images: np.ndarray
    record: Mapping


@dataclass(frozen=True)
class Sets:
    """What is shown. ``identifiers`` are the GalaxyIDs of the real galaxies, in their order."""

    galaxies: Images
    real: Images
    bodies: Images
    identifiers: Sequence[int]


def write_explorer(
    folder: Path, page: Iterable[str | Path], sets: Sets, measured: Measured, view: str | Path, paper: str
) -> None:
    """Write the explorer into ``folder``, which is empty.

    Parameters
    ----------
    page
        Files of the page, of which ``index.html`` is a template; the viewer and its licence among them.
    view
        Folder of the wide view.
    paper
        As it is cited.

    Raises
    ------
    InputError
        If there is another number of identifiers than of real galaxies, or the view is not whole.
    """
    if len(sets.identifiers) != len(sets.real.images):
        raise InputError(
            f"real galaxies: expected {len(sets.identifiers)} images, found {len(sets.real.images)}"
        )
    record, tiles = read_deep_zoom(view)
    facts = _facts(sets, measured, record) | {"paper": paper, "tiles": grouped(len(tiles))}
    for path in map(Path, page):
        if path.name == "index.html":
            _render(path, folder, facts)
        else:
            shutil.copyfile(path, folder / path.name)
    _assign(folder / "data.js", "EXPLORER", _content(folder, sets, measured, record))
    # Apart, since it is as large as all else together and of use in the wide view only.
    _assign(folder / "tiles.js", "TILES", places(tiles, sets.galaxies.images.shape[-1]))
    link_tiles(view, folder / "view_files")


def _facts(sets: Sets, measured: Measured, view: Mapping) -> dict[str, str | int | bool]:
    """What the page says in words."""
    return {
        "simulated": sets.galaxies.record["simulated"],
        "bodies_simulated": sets.bodies.record["simulated"],
        "galaxies": len(sets.galaxies.images),
        "bodies": len(sets.bodies.images),
        "real": grouped(len(sets.real.images)),
        "steps": grouped(sets.galaxies.record["step"]),
        "body_steps": grouped(sets.bodies.record["step"]),
        "searched": measured.similar["image"].nunique(),
        "width": grouped(view["width"]),
        "height": grouped(view["height"]),
    }


def _content(folder: Path, sets: Sets, measured: Measured, view: Mapping) -> dict:
    """What the page's scripts read; writes the sheets that it names."""
    real, shown = sets.real.images, measured.shown.tolist()
    return {
        "simulated": sets.galaxies.record["simulated"],
        "classes": [{"name": name, "paper": theirs} for name, theirs in CLASSES],
        "galaxies": _sheets(folder, "galaxies", sets.galaxies.images),
        "bodies": _sheets(folder, "bodies", sets.bodies.images),
        "real": write_sheets(folder, "sheets/real", real, shown, real.shape[-1])
        | {"identifiers": [sets.identifiers[row] for row in shown]},
        "measured": measured.columns(),
        "view": {
            "folder": "view_files/",
            "width": view["width"],
            "height": view["height"],
            "tile": TILE,
            "columns": view["columns"],
            "step": view["tile"],
        },
    }


def _sheets(folder: Path, name: str, images: np.ndarray) -> dict[str, dict]:
    """Sheets of all images, at full size, and smaller for the grid."""
    rows, size = range(len(images)), images.shape[-1]
    return {
        "large": write_sheets(folder, f"sheets/{name}", images, rows, size),
        "small": write_sheets(folder, f"sheets/{name}_small", images, rows, min(size, SMALL)),
    }


def _render(template: Path, folder: Path, facts: Mapping) -> None:
    environment = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    text = environment.from_string(template.read_text(encoding="utf-8")).render(facts)
    (folder / template.name).write_text(text, encoding="utf-8")


def _assign(path: Path, name: str, content: dict | list) -> None:
    """Write a script that sets one variable: a page that was opened from a disk may read no JSON."""
    text = json.dumps(content, separators=(",", ":"))
    path.write_text(f"window.{name} = {text};\n", encoding="utf-8")
