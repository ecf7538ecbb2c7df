"""The page: every artefact with its caption and files, and the ledger."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from jinja2 import Environment, StrictUndefined
from PIL import Image

from mockskies.artefacts.published import AS_PUBLISHED, FARTHER, NOT_COMPARABLE, NOT_REBUILT
from mockskies.publication.ledger import differences

# Verdicts in the order in which they are counted, each with its class in the template.
VERDICTS = {AS_PUBLISHED: "good", FARTHER: "far", NOT_COMPARABLE: "open", NOT_REBUILT: "missing"}


@dataclass(frozen=True)
class Artefact:
    """One figure or table on the page.

    Attributes
    ----------
    caption
        HTML.
    files
        All files of the artefact; the first PNG is shown. A folder is a page of its own,
        ``index.html`` in it.
    numbers
        Rows of the artefact's own numbers: value, interval, null and verdict.
    """

    name: str
    title: str
    caption: str
    files: tuple[Path, ...]
    numbers: Sequence[Mapping]

    def picture(self) -> Path | None:
        """The picture to show, if the artefact has one."""
        return next((file for file in self.files if file.suffix == ".png"), None)

    def page(self) -> Path | None:
        """The page to open, if the artefact is one."""
        return next((folder / "index.html" for folder in self.files if not folder.suffix), None)

    def table(self) -> pd.DataFrame | None:
        """The table to show, if the artefact is one: neither picture nor numbers, but a CSV."""
        shown = self.picture() or self.numbers
        path = next((file for file in self.files if file.suffix == ".csv"), None)
        return None if shown or path is None else pd.read_csv(path, dtype=str, keep_default_na=False)


@dataclass(frozen=True)
class Paper:
    """One paper on the page."""

    key: str
    title: str
    reference: str
    artefacts: tuple[Artefact, ...]
    ledger: pd.DataFrame


def render_page(template: str | Path, papers: Sequence[Paper], folder: str | Path) -> str:
    """HTML of the page that is to stand in ``folder``; links are relative to it."""

    def link(file: Path) -> str:
        return Path(os.path.relpath(file, folder)).as_posix()

    environment = Environment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(Path(template).read_text())
    return page.render(
        papers=papers,
        link=link,
        size=_size,
        count=_count,
        number=_number,
        differences=differences,
        verdicts=VERDICTS,
    )


def _size(picture: Path) -> tuple[int, int]:
    """Width and height, so that the browser keeps room before the picture has come."""
    with Image.open(picture) as image:
        return image.size


def _count(ledger: pd.DataFrame) -> dict[str, int]:
    return {verdict: int((ledger["verdict"] == verdict).sum()) for verdict in VERDICTS}


def _number(row: Mapping, name: str) -> str:
    """A number of a row for reading; a dash where there is none."""
    return f"{row[name]:.3g}" if name in row else "\N{EN DASH}"
