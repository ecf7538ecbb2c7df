"""Results as an RO-Crate: a description that catalogues of research data read, beside the results themselves.

RO-Crate 1.3 (https://w3id.org/ro/crate/1.3): the folder of the results, every artefact with its caption and
its SHA-256, the workflow that made it, the papers that it rebuilds, an action an artefact with its inputs.
"""

import html
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from mockskies.provenance import checksum, read
from mockskies.publication.caption import render_caption

FORMATS = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".csv": "text/csv",
    ".tex": "application/x-tex",
    ".json": "application/json",
    ".html": "text/html",
}
WORKFLOW = "#workflow"


def crate(results: Path, papers: Mapping[str, Mapping[str, Any]], citation: Path) -> dict[str, Any]:
    """The crate's JSON-LD.

    Parameters
    ----------
    results
        Folder of the results; names in the crate are relative to it.
    papers
        By key, each with title, reference, and artefacts: name, title, caption (file), params, files.
    citation
        The project's CITATION.cff.
    """
    project = yaml.safe_load(citation.read_text())
    made = ROCrate()
    made.name = f"Results of {project['title']}"
    made.description = "Figures, tables and numbers of papers on generative models of the sky, made again."
    about = {"@type": "CreativeWork", "name": project["license"]}
    made.license = made.add(ContextEntity(made, f"https://spdx.org/licenses/{project['license']}", about))
    # That of the newest artefact: the description itself may be written on any day.
    made.root_dataset["datePublished"] = _last_day(
        Path(file)
        for paper in papers.values()
        for artefact in paper["artefacts"]
        for file in artefact["files"]
    )
    authors = [
        made.add(ContextEntity(made, f"#author-{n}", {"@type": "Organization", "name": author["name"]}))
        for n, author in enumerate(project["authors"])
    ]
    made.root_dataset["author"] = authors
    kinds = ["SoftwareSourceCode", "ComputationalWorkflow"]
    workflow = {
        "@type": kinds,
        "name": project["title"],
        "version": project["version"],
        "license": {"@id": made.license.id},
    }
    made.add(ContextEntity(made, WORKFLOW, workflow | {"programmingLanguage": "Snakemake"}))
    for key, paper in papers.items():
        about = {"@type": "ScholarlyArticle", "name": paper["title"], "citation": paper["reference"]}
        article = made.add(ContextEntity(made, f"#{key}", about))
        made.root_dataset.append_to("citation", article)
        for artefact in paper["artefacts"]:
            _add_artefact(made, results, article, artefact)
    return made.metadata.generate()


def _last_day(files: Iterable[Path]) -> str:
    """Day, in UTC, on which the newest of some files was written."""
    return datetime.fromtimestamp(max(file.stat().st_mtime for file in files), UTC).date().isoformat()


def _add_artefact(made: ROCrate, results: Path, article: ContextEntity, artefact: Mapping[str, Any]) -> None:
    caption = _plain(render_caption(artefact["caption"], artefact["params"]))
    files, record = [], None
    for path in map(Path, artefact["files"]):
        path = path / "index.html" if path.is_dir() else path
        record = record or read(path)
        about = {"name": artefact["title"], "description": caption, "sha256": checksum(path)}
        about |= {"encodingFormat": FORMATS.get(path.suffix, "application/octet-stream")}
        about |= {"contentSize": str(path.stat().st_size), "isBasedOn": {"@id": article.id}}
        files.append(made.add_file(dest_path=str(path.relative_to(results)), properties=about))
    inputs = [
        made.add(ContextEntity(made, name, {"@type": "CreativeWork", "name": name, "sha256": known}))
        for name, known in (record or {"inputs": {}})["inputs"].items()
        if not made.dereference(name)
    ]
    action = {
        "@type": "CreateAction",
        "name": f"{article.id.removeprefix('#')}_{artefact['name']}",
        "instrument": {"@id": WORKFLOW},
        "result": [{"@id": file.id} for file in files],
        "object": [{"@id": item.id} for item in inputs],
        "description": json.dumps({k: v for k, v in (record or {}).items() if k != "inputs"}, sort_keys=True),
    }
    made.add(ContextEntity(made, f"#{action['name']}", action))
    made.root_dataset.append_to("mentions", {"@id": f"#{action['name']}"})


def _plain(fragment: str) -> str:
    """A caption without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", fragment)).split())
