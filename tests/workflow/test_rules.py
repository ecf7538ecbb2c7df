"""What every rule and every environment must have."""

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
import yaml
from rule_files import last, local_rules, rules, script

from mockskies.code_hash import reached

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "workflow/scripts"
RULES = rules()
LOCAL = local_rules()
WORKING = {name: text for name, text in RULES.items() if "script:" in text}
# What environments hold beside packages of the lock.
NOT_PYTHON = {"python", "pip", "nodejs"}
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))


def test_rules_are_found():
    assert {"train", "draw_field", "catalogue_observed", "all"} <= RULES.keys()
    assert RULES.keys() > LOCAL > {"retrieve_xdf"}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_says_what_it_does(name):
    assert re.match(r'.*\n\s+"""[A-Z][^"]+\."""', RULES[name]), f"{name} has no docstring"


@pytest.mark.parametrize("name", WORKING)
def test_every_rule_reruns_with_its_code(name):
    """`params: code` is the hash of the rule's own script."""
    params = WORKING[name].rpartition("params:")[2]
    assert last(r'\bcode=code\("([^"]+)"\)', params) == script(WORKING[name])


@pytest.mark.parametrize("name", WORKING)
def test_every_rule_has_a_log_and_asks_for_memory_and_time(name):
    assert "log:" in WORKING[name]
    if name not in LOCAL:
        assert "mem_mb=" in WORKING[name]
        assert "runtime=" in WORKING[name]


def test_every_script_has_a_rule():
    used = {script(text) for text in WORKING.values()}
    here = {path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.rglob("*.py")}
    assert {name for name in here if not name.startswith("bench/")} == used


def packages(environment):
    """Exact versions of an environment by package, in lower case."""
    entries = yaml.safe_load(environment.read_text())["dependencies"]
    flat = [line for entry in entries for line in (entry["pip"] if isinstance(entry, dict) else [entry])]
    return dict(re.fullmatch(r"([\w.-]+?)={1,2}([\w.]+)", line.lower()).groups() for line in flat)


def lock():
    lines = (ROOT / "requirements.lock").read_text().lower().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


@cache
def distributions():
    return packages_distributions()


def needed(path):
    """Packages that a script and what it reaches import, in lower case."""
    names = set()
    for file in reached(path, ROOT / "workflow"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module)
    # PyTorch has the module and another package does the work.
    tensorboard = (
        {"tensorboard"} if any(name.startswith("torch.utils.tensorboard") for name in names) else set()
    )
    # Kaggle's client imports it and does not say so.
    six = {"six"} if any(name.startswith("kaggle.") for name in names) else set()
    tops = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"mockskies"}
    return tensorboard | six | {distributions()[top][0].lower() for top in tops}


def environment(text):
    return last(r'conda:\s+"\.\./envs/(\w+)\.yaml"', text)


@pytest.mark.parametrize("name", WORKING)
def test_every_rule_finds_its_imports_in_its_environment(name):
    path = ROOT / "envs" / f"{environment(WORKING[name])}.yaml"
    assert needed(SCRIPTS / script(WORKING[name])) - packages(path).keys() == set()


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_environments_hold_what_their_rules_import_at_the_locked_versions(path):
    scripts = [SCRIPTS / script(text) for text in WORKING.values() if environment(text) == path.stem]
    held = packages(path)
    assert held.keys() - NOT_PYTHON == set().union(*map(needed, scripts))
    locked = lock()
    assert {name: locked[name] for name in held if name in locked} == {
        name: version for name, version in held.items() if name not in NOT_PYTHON
    }


def test_the_lock_is_exact_and_installed():
    """The tests run with what the lock says."""

    # A build for one kind of processor or GPU says so after a plus sign.
    differ = {
        name: version(name) for name, exact in lock().items() if version(name).partition("+")[0] != exact
    }
    assert differ == {}
