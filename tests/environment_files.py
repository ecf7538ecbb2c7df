"""What envs/*.yaml, the lock and the scripts' import statements say."""

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml
from rule_files import last, rules, script

from mockskies.code_hash import reached

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
# What comes from a channel of conda.
FROM_CONDA = {"python", "pip", "nodejs"}


def requirements(environment: Path) -> tuple[list[str], list[str]]:
    """Lines that an environment asks of conda, and lines that it asks of pip."""
    dependencies = yaml.safe_load(environment.read_text())["dependencies"]
    conda = [line for line in dependencies if isinstance(line, str)]
    sections = [entry["pip"] for entry in dependencies if not isinstance(entry, str)]
    return conda, [line for section in sections for line in section]


def packages(environment: Path) -> dict[str, str]:
    """Exact versions of an environment by package, in lower case."""
    conda, pip = requirements(environment)
    return dict(exact(line, "=") for line in conda) | dict(exact(line, "==") for line in pip)


def exact(line: str, sign: str) -> tuple[str, str]:
    """A package, in lower case, and its version."""
    found = re.fullmatch(rf"([\w.-]+){sign}(\d[\w.]*)", line)
    assert found, f"expected a package at an exact version such as 'numpy{sign}2.4.6', got '{line}'"
    return found[1].lower(), found[2]


def lock() -> dict[str, str]:
    """Exact versions of requirements.lock by package, in lower case."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return dict(exact(line, "==") for line in lines if line and not line.startswith("#"))


def environment_of(rule: str) -> str | None:
    """Name of a rule's environment, from its text."""
    return last(r'conda:\s+"\.\./envs/(\w+)\.yaml"', rule)


def scripts_of(environment: Path) -> list[Path]:
    """Scripts of the rules that run in an environment."""
    texts = [text for text in rules().values() if "script:" in text]
    names = {script(text) for text in texts if environment_of(text) == environment.stem}
    return [ROOT / "workflow/scripts" / name for name in sorted(names)]


def import_statements(path: Path) -> set[str]:
    """Import statements of a script and of all that it reaches, those inside of functions too."""
    return {
        ast.unparse(node)
        for file in reached(path, ROOT / "workflow")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }


@cache
def distributions():
    return packages_distributions()


def needed(path: Path) -> set[str]:
    """Packages that a script and what it reaches import, in lower case."""
    names = {statement.split()[1].rstrip(",") for statement in import_statements(path)}
    tops = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"mockskies"}
    found = {distributions()[top][0].lower() for top in tops}
    # PyTorch has the module and another package does the work.
    if any(name.startswith("torch.utils.tensorboard") for name in names):
        found.add("tensorboard")
    # Kaggle's client imports it and does not say so.
    if "kaggle" in tops:
        found.add("six")
    return found
