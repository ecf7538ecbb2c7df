"""What every rule must have; its environment has tests of its own."""

import re
from pathlib import Path

import pytest
import yaml
from rule_files import last, local_rules, rules, script

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "workflow/scripts"
RULES = rules()
LOCAL = local_rules()
WORKING = {name: text for name, text in RULES.items() if "script:" in text}


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


def test_jobs_of_a_group_follow_each_other():
    """Else a group asks for the CPUs and memory of all of its jobs together, which no node may have."""
    profile = yaml.safe_load((ROOT / "slurm/config.yaml").read_text())
    grouped = [entry.partition("=")[0] for entry in profile["groups"]]
    assert {"draw_field", "catalogue_generated"} <= set(grouped)
    for name in grouped:
        assert "serial=1," in last(r"    resources:\n((?: {8}.*\n)+)", RULES[name]), name


def test_every_script_has_a_rule():
    used = {script(text) for text in WORKING.values()}
    here = {path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.rglob("*.py")}
    assert {name for name in here if not name.startswith("bench/")} == used
