"""A change of a library module reruns the rules that reach it; a change of its words reruns none."""

import ast
import re
import shutil

import pytest
from rule_files import rules, script
from smallest import snakemake

from mockskies.code_hash import reached


@pytest.fixture
def copy(project, tmp_path):
    """The finished workflow with a library that may be changed."""
    return shutil.copytree(project, tmp_path / "project", symlinks=True)


def scheduled(folder, overlays=("demo", "smallest")):
    """Rules that would run, each with the reasons that Snakemake gives."""
    outcome = snakemake(folder, "--dry-run", "smith2019", overlays=overlays)
    assert outcome.returncode == 0, outcome.stderr
    reasons = {}
    for job in re.split(r"^(?:local)?rule ", outcome.stdout + outcome.stderr, flags=re.MULTILINE)[1:]:
        reason = re.search(r"^ +reason: (.*)", job, re.MULTILINE)
        reasons.setdefault(job.partition(":")[0], set()).add(reason[1] if reason else "")
    return reasons


def rules_that_reach(folder, module):
    """Rules whose scripts import a module, directly or not."""
    package = folder / "workflow"
    scripts = {
        name: package / "scripts" / script(text) for name, text in rules(folder).items() if script(text)
    }
    return {name for name, path in scripts.items() if package / module in reached(path, package)}


def test_words_rerun_nothing(copy):
    # Of the library: a script's own text is compared by Snakemake, word for word.
    for path in (copy / "workflow/mockskies").rglob("*.py"):
        tree = ast.parse(path.read_text())
        documented = ast.get_docstring(tree) is not None
        lines = path.read_text().splitlines()
        body = lines[tree.body[0].end_lineno :] if documented else lines
        path.write_text("\n".join(['"""Other words."""', "# And a comment.", *body, ""]))
    assert scheduled(copy) == {}


def test_more_gpus_train_nothing_again(copy):
    (copy / "config/gpus.yaml").write_text("runs: {smith2019: {gpus: 2}}\n")
    assert scheduled(copy, overlays=("demo", "smallest", "gpus")) == {}


@pytest.mark.parametrize(
    "module",
    ["mockskies/measurement/photometry.py", "mockskies/sampling/paint.py", "mockskies/datasets/field.py"],
)
def test_code_reruns_the_rules_that_reach_it(copy, module):
    path = copy / "workflow" / module
    path.write_text(path.read_text() + "\nCHANGED = True\n")
    reasons = scheduled(copy)
    ran = {log.stem for log in (copy / "results/logs").iterdir()}
    reaching = rules_that_reach(copy, module) & ran
    by_code = {name for name, why in reasons.items() if any("Params have changed" in w for w in why)}
    assert by_code
    assert by_code <= reaching <= reasons.keys()
    # All others only follow from those.
    others = {why for name in reasons.keys() - by_code for why in reasons[name]}
    assert all("updated by another job" in why for why in others - {""})
