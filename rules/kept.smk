"""What a page shows of a paper, and what an archive of results keeps."""

import os
from pathlib import Path

from snakemake.io import is_flagged


def artefact_files(paper):
    """Every file of every artefact of a paper."""
    return [
        str(path) for name in PAPERS[paper]["artefacts"] for path in getattr(rules, f"{paper}_{name}").output
    ]


def archived_papers(wildcards):
    """The papers whose results are in an archive."""
    return list(PAPERS) if wildcards.papers == "all" else [wildcards.papers]


def drawn_files(wildcards):
    """Artefacts and pages of an archive's papers."""
    return [
        *(file for paper in archived_papers(wildcards) for file in artefact_files(paper)),
        *(f"{RESULTS}/publication/{paper}/index.html" for paper in archived_papers(wildcards)),
    ]


def steps_to(targets):
    """Every step on the way to files: the outputs and the inputs of its rule, wildcards filled in."""
    steps, waiting, seen = [], list(map(str, targets)), set()
    while waiting:
        path = waiting.pop()
        maker = next((rule_ for rule_ in workflow.rules if rule_.is_producer(path)), None)
        if maker and path not in seen:
            values = maker.get_wildcards(path)
            outputs, inputs = maker.expand_output(values)[0], maker.expand_input(values)[0]
            seen |= {str(output) for output in outputs}
            steps.append((outputs, inputs))
            waiting += map(str, inputs)
    return steps


def kept_files(wildcards):
    """What an archive keeps: all that artefacts are made from, and every run, catalogue and statistic behind it."""
    drawn = set(drawn_files(wildcards))
    steps = steps_to(
        [*drawn, *(file for paper in archived_papers(wildcards) for file in getattr(rules, paper).input)]
    )
    shown = {str(path) for outputs, inputs in steps if drawn & set(map(str, outputs)) for path in inputs}
    kept = set()
    for outputs, _ in steps:
        paths = {str(output) for output in outputs if not is_flagged(output, "temp")} - drawn
        stages = {Path(path).relative_to(RESULTS).parts[0] for path in paths}
        if stages & {"training", "measurement", "comparison"} or paths & shown:
            kept |= {path for path in paths if may_be_shared(path)}
    return sorted(kept)


def may_be_shared(path):
    """Whether a file may be handed on: what was made here may, and votes; other files of archives are not ours."""
    stage, name, *rest = Path(path).relative_to(RESULTS).parts
    return stage != "archives" or source(name) == "simulate" or rest == ["votes.csv"]


def caption(paper, name):
    """A caption's file, relative to the working directory: results may move with the project."""
    return os.path.relpath(ROOT / f"workflow/report/{paper}_{name}.rst")


def paper_page(wildcards):
    """A paper as the script takes it that draws its page."""
    return {wildcards.paper: paper_of(wildcards.paper)}


def paper_of(paper):
    """A paper: what it is, what was published, and its artefacts with all that their captions need."""
    artefacts = []
    for name, title in PAPERS[paper]["artefacts"].items():
        rule_ = getattr(rules, f"{paper}_{name}")
        artefacts.append(
            {
                "name": name,
                "title": title,
                "caption": caption(paper, name),
                "params": {key: value for key, value in rule_.params.items() if key != "code"},
                "files": [str(path) for path in rule_.output],
            }
        )
    return {
        "title": PAPERS[paper]["title"],
        "reference": PAPERS[paper]["reference"],
        "published": PUBLISHED["published"][paper],
        "values": [f"{RESULTS}/artefacts/{paper}/{name}" for name in PAPERS[paper]["values"]],
        "artefacts": artefacts,
    }
