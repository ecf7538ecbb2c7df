"""A change of a library module reruns the rules that reach it; a change of its words reruns none."""

import ast
import shutil

import pytest
from rule_files import rules, script
from smallest import snakemake

from mockskies.code_hash import reached


@pytest.fixture
def copy(project, tmp_path):
    """The finished workflow with a library that may be changed."""
    return shutil.copytree(project, tmp_path / "project", symlinks=True)


def rules_with_other_code(folder):
    """Rules that would run because the code that they run has changed."""
    changed = snakemake(folder, "--list-changes", "params", "--", "smith2019")
    assert changed.returncode == 0, changed.stderr
    summary = snakemake(folder, "--summary", "--", "smith2019").stdout.splitlines()
    rows = [line.split("\t") for line in summary if line.count("\t") > 3]
    columns = rows[0].index("output_file"), rows[0].index("rule")
    rule_of = {row[columns[0]]: row[columns[1]] for row in rows[1:]}
    return {rule_of[file] for file in changed.stdout.split() if file in rule_of}


def nothing_to_do(folder):
    outcome = snakemake(folder, "--dry-run", "smith2019")
    return "Nothing to be done" in outcome.stdout + outcome.stderr


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
    assert rules_with_other_code(copy) == set()
    assert nothing_to_do(copy)


@pytest.mark.parametrize(
    "module",
    ["mockskies/measurement/photometry.py", "mockskies/sampling/paint.py", "mockskies/datasets/field.py"],
)
def test_code_reruns_the_rules_that_reach_it(copy, module):
    path = copy / "workflow" / module
    path.write_text(path.read_text() + "\nCHANGED = True\n")
    changed = rules_with_other_code(copy)
    ran = {log.stem for log in (copy / "results/logs").iterdir()}
    assert changed
    assert changed == rules_that_reach(copy, module) & ran
