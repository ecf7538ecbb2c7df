"""Captions: reStructuredText with placeholders, as Snakemake's own report reads them."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

from docutils.core import publish_parts
from docutils.utils import SystemMessage
from jinja2 import Environment, StrictUndefined, TemplateError

from mockskies.errors import InputError

SETTINGS = {
    # A caption with a fault is an error, not a page with a red box.
    "halt_level": 2,
    "report_level": 5,
    "raw_enabled": False,
    "file_insertion_enabled": False,
    "smart_quotes": True,
}


def render_caption(path: str | Path, params: Mapping) -> str:
    """HTML of the caption at ``path``, in which ``snakemake.params`` are its rule's ``params``.

    Raises
    ------
    InputError
        If the caption asks for a param that the rule lacks, or is not reStructuredText.
    """
    environment = Environment(undefined=StrictUndefined, autoescape=False)
    try:
        template = environment.from_string(Path(path).read_text())
        text = template.render(snakemake=SimpleNamespace(params=params))
        return publish_parts(text, writer="html5", settings_overrides=SETTINGS)["fragment"]
    except (TemplateError, SystemMessage) as error:
        raise InputError(f"{path}: expected a caption, but rendering it failed: {error}") from error
