"""Configurations that nobody would write, and some that somebody may: each works or gets one clear line.

`MOCKSKIES_FUZZ=10` multiplies the number of cases; they are the same ones every time.
"""

import copy
import functools
import os
import re
import time
from pathlib import Path

import pytest
import snakemake.api  # before snakemake.workflow, which cannot be imported first
import snakemake.workflow
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from smallest import copy_project
from smallest import snakemake as run_snakemake
from snakemake.common import configfile
from snakemake.settings.types import (
    ConfigSettings,
    DeploymentSettings,
    GroupSettings,
    OutputSettings,
    ResourceSettings,
    StorageSettings,
    WorkflowSettings,
)

from mockskies.configuration import SCHEMAS, check
from mockskies.errors import InputError
from mockskies.references import MODELS, check_references
from mockskies.run_blocks import resolve_runs

ROOT = Path(__file__).resolve().parents[2]
MORE = int(os.environ.get("MOCKSKIES_FUZZ", "1"))
PATIENCE = 20  # s for one configuration, on a busy machine
SHIPPED = {
    name: yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text())
    for name in ("config", "runs", "demo")
}
SCHEMA = {name: yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text()) for name in ("config", "runs")}


def overlay(below, above):
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {key: overlay(below.get(key), value) for key, value in above.items()}
    return above


BASES = [
    SHIPPED["config"] | SHIPPED["runs"],
    overlay(SHIPPED["config"] | SHIPPED["runs"], SHIPPED["demo"]),
]


def places(block, path=()):
    """Way to every part of a configuration, blocks, lists and single values."""
    if path:
        yield path
    parts = (
        block.items() if isinstance(block, dict) else enumerate(block[:9]) if isinstance(block, list) else ()
    )
    for key, part in parts:
        yield from places(part, (*path, key))


def at(config, path):
    return functools.reduce(lambda block, key: block[key], path, config)


# What is put in place of a value.

NAMES = sorted({*BASES[0]["runs"], *BASES[0]["archives"], *BASES[0]["bands"], "retrieve", "simulate"})
UNITS = ["arcsec", "mas", "mag", "deg", "rad", "e-/s", "s", "ms", "min", "px", ""]
NUMBERS = [0, 1, -1, 2, 3, 17, 64, 2**31, 2**63, 2**64, 10**30, 10**400, 0.0, -0.0, 0.5, 1.0, 1e-320, 1e308]
NUMBERS += [float("nan"), float("inf"), float("-inf")]
TEXTS = [
    "",
    " ",
    "\n",
    "\0",
    "a\nb",
    "{x}",
    "{",
    "}}",
    "*",
    "../..",
    "/",
    "~",
    "null",
    "true",
    "2e-4",
    "1_000",
]
TEXTS += [
    "https://user:secret@host/",
    "http://host/",
    "file:///etc/",
    "ftp://host/",
    "é\u202eø",
    "\ud800",
    "x" * 9999,
]
quantities = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(
        ["1", "0", "-3.5", "0.06", "1e3", "1e-999", "9" * 400, "nan", "inf", "", "1.", ".5", "0x1"]
    ),
    st.sampled_from([" ", "", "  "]),
    st.sampled_from(UNITS),
    st.sampled_from(["", "\n", " "]),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.integers(-5, 300),
    st.floats(),
    st.sampled_from(TEXTS),
    st.sampled_from(NAMES),
    st.text(max_size=8),
    quantities,
)
nested = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)
long = st.one_of(
    st.sampled_from([[64] * 3000, ["galaxyzoo"] * 3000, {f"k{i}": i for i in range(3000)}]),
    st.integers(1, 150).map(lambda depth: functools.reduce(lambda inner, _: [inner], range(depth), 1)),
    st.integers(1, 150).map(lambda depth: functools.reduce(lambda inner, _: {"a": inner}, range(depth), 1)),
)


def matching(schema, root):
    """Values that a schema describes."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]] | {
            k: v for k, v in schema.items() if k != "$ref"
        }
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    if "anyOf" in schema:
        return st.one_of([matching(part, root) for part in schema["anyOf"]])
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        return st.one_of([matching(schema | {"type": one}, root) for one in kind])
    if kind == "object":
        required = {key: matching(part, root) for key, part in schema.get("properties", {}).items()}
        return st.fixed_dictionaries(required)
    if kind == "array":
        least, most = schema.get("minItems", 0), schema.get("maxItems", schema.get("minItems", 0) + 3)
        return st.lists(matching(schema.get("items", {}), root), min_size=least, max_size=most)
    if kind == "integer":
        least, step = schema.get("minimum", -3), schema.get("multipleOf", 1)
        most = schema.get("maximum", 2**53)
        few = st.integers(0, 40).map(lambda n: min(most, -(-least // step) * step + n * step))
        return few | st.sampled_from([least, min(most, 64), min(most, 10**6 * step), most // step * step])
    if kind == "number":
        least = schema.get("minimum", schema.get("exclusiveMinimum", -1e6))
        most = schema.get("maximum", schema.get("exclusiveMaximum", 1e6))
        return st.floats(least, most)
    if kind == "boolean":
        return st.booleans()
    if kind == "null":
        return st.none()
    return st.from_regex(schema["pattern"], fullmatch=True) if "pattern" in schema else st.sampled_from(NAMES)


def described(path):
    """The schema's part for a place, with the whole schema that it is from; None where it says nothing."""
    root = SCHEMA["runs" if path[0] == "runs" else "config"]
    schema = root
    for key in path:
        while "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
        if isinstance(key, int):
            schema = schema.get("items")
        else:
            schema = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        if not isinstance(schema, dict):
            return None
    return schema, root


class Changed:
    """A configuration that shows itself by its changes."""

    def __init__(self, config, changes):
        self.config, self.changes = config, changes

    def __repr__(self):
        return "; ".join(self.changes)


KINDS = ["as described"] * 4 + ["another"] * 3 + ["gone", "more", "renamed", "moved", "long"]
MILD = ["as described"]


def own_run(draw, config, changes):
    """Let a paper be made from a run of the user's own: another's settings, perhaps without one of them."""
    key = draw(st.sampled_from(sorted(MODELS)))
    paper, part = key.split(".")
    block = copy.deepcopy(resolve_runs(config["runs"])[config[paper][part]])
    gone = draw(st.sampled_from([None, *block]))
    block.pop(gone, None)
    config["runs"]["mine"], config[paper][part] = block, "mine"
    changes.append(f"{key}: a run of one's own without {gone}")
    return block


@st.composite
def changed(draw):
    """One to three changes of a shipped configuration; one, if all are as the schema has them."""
    config, changes = copy.deepcopy(draw(st.sampled_from(BASES))), []
    mild = draw(st.booleans())
    mine = own_run(draw, config, changes) if draw(st.booleans()) else None
    for _ in range(draw(st.integers(0 if mine else 1, 1 if mild else 3))):
        everywhere = list(places(config))
        top = draw(st.sampled_from(sorted({path[0] for path in everywhere}, key=str)))
        path = draw(st.sampled_from([path for path in everywhere if path[0] == top]))
        block, key = at(config, path[:-1]), path[-1]
        known = described(path)
        kind = draw(st.sampled_from(MILD if mild else KINDS))
        if kind == "as described" and known:
            block[key] = draw(matching(*known))
        elif kind == "another":
            block[key] = draw(nested)
        elif kind == "long":
            block[key] = copy.deepcopy(draw(long))
        elif kind == "gone":
            block.pop(key)
        elif kind == "more" and isinstance(block, dict):
            block[draw(st.text(max_size=6) | st.sampled_from(TEXTS) | st.integers(0, 9))] = draw(nested)
        elif kind == "renamed" and isinstance(block, dict):
            block[draw(st.from_regex("[a-z][a-z0-9_]{0,8}", fullmatch=True))] = block.pop(key)
        else:
            block[key] = copy.deepcopy(at(config, draw(st.sampled_from(everywhere))))
        new = block[key] if key in (block if isinstance(block, dict) else range(len(block))) else "nothing"
        changes.append(f"{kind}: {path}: {new!r}"[:300])
    return Changed(config, changes)


def verdict(config):
    """As rules/common.smk: the line that refuses a configuration, or None."""
    try:
        check(config, SCHEMAS / "config.yaml", "config")
        check_references(config, resolve_runs(config["runs"]))
    except InputError as error:
        return str(error)
    return None


def read_rules(config, monkeypatch):
    """Read all rules as Snakemake does before it plans anything."""
    files = {"config.yaml": config, "runs.yaml": {}}
    with monkeypatch.context() as patch:
        patch.setattr(configfile, "load_configfile", lambda path: copy.deepcopy(files[Path(path).name]))
        workflow = snakemake.workflow.Workflow(
            config_settings=ConfigSettings(),
            logger_manager=None,
            resource_settings=ResourceSettings(),
            workflow_settings=WorkflowSettings(),
            storage_settings=StorageSettings(),
            output_settings=OutputSettings(dryrun=True),
            deployment_settings=DeploymentSettings(),
            group_settings=GroupSettings(),
            storage_provider_settings={},
        )
        workflow.include(ROOT / "Snakefile", overwrite_default_target=True)
    return workflow


def one_clear_line(message):
    assert re.match(r"config: [\w\[\]'\".\\ -]+", message), message
    assert len(message.splitlines()) == 1, message
    assert message.isprintable(), message
    assert len(message) < 1000, message
    assert "secret" not in message


SEEN = {"refused": 0, "accepted": 0}
FUZZ = settings(
    max_examples=500 * MORE,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@FUZZ
@given(case=changed())
def check_one(monkeypatch, case):
    config, started = case.config, time.monotonic()
    message = verdict(copy.deepcopy(config))
    if message is not None:
        SEEN["refused"] += 1
        one_clear_line(message)
    else:
        SEEN["accepted"] += 1
        read_rules(config, monkeypatch)
    assert time.monotonic() - started < PATIENCE


def test_every_configuration_is_read_or_refused_in_one_line(monkeypatch, capsys):
    check_one(monkeypatch)
    with capsys.disabled():
        print(f" {SEEN['refused']} configurations refused, {SEEN['accepted']} read", end=" ")
    # Both happen often enough to mean something.
    assert min(SEEN.values()) > 60


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("fuzz") / "project")


# Overlays as users write them, and what Snakemake itself says of each; None where it plans.
PLANNED = {
    "own_run": ("runs: {mine: {base: smith2019}}\nsmith2019: {run: mine}", None),
    "unicode": ("results: ergebnisse/große Galaxien", None),
    "braces": (
        "results: results/{run}",
        "results: expected the path of a folder, without braces and control characters, got 'results/{run}'",
    ),
    "endless": (
        "ensemble: {fields: 1000000000000}",
        "ensemble.fields: expected at most 1000, got 1000000000000",
    ),
    "many": (
        "ensemble: {last_epochs: 30000, every: 1, fields: 1000}\nruns: {smith2019: {epochs: 36000}}",
        "ensemble: expected at most 100000 fields in all, got 30001000",
    ),
    "astronomical": (f"seed: {10**400}", f"seed: expected a whole number, got {str(10**400)[:160]}..."),
    "not_finite": ("catalogue: {threshold: .inf}", "catalogue.threshold: expected a number, got inf"),
    "line": (
        'comparison: {magnitude_limit: "28 mag\\n"}',
        "comparison.magnitude_limit: expected a number of mag such as '26.51 mag', got '28 mag\\n'",
    ),
    "key": ('"a\\nb": 1', "unknown key 'a\\nb'; known are "),
    "password": (
        "archives: {xdf: {source: retrieve, url: 'https://me:secret@host/'}}",
        "archives.xdf.url: expected an https address without user, password or query that ends in a slash "
        "such as 'https://archive.stsci.edu/pub/hlsp/xdf/', got 'https://[hidden]@host/'",
    ),
    "http": (
        "archives: {xdf: {source: retrieve, url: 'http://host/'}}",
        "archives.xdf.url: expected an address that starts with https:// (or `allow_http: true` beside it), "
        "got 'http://host/'",
    ),
    "http_allowed": ("archives: {xdf: {source: retrieve, url: 'http://host/', allow_http: true}}", None),
}


@pytest.mark.parametrize("name", PLANNED)
def test_what_snakemake_itself_says(copied, name):
    text, message = PLANNED[name]
    (copied / f"config/{name}.yaml").write_text(text + "\n")
    outcome = run_snakemake(copied, "--dry-run", "smith2019", overlays=("demo", name))
    said = outcome.stdout + outcome.stderr  # a plan is written to stdout
    assert "secret" not in said
    assert "Traceback" not in said
    if message is None:
        assert outcome.returncode == 0, said
        return
    assert outcome.returncode != 0
    assert not (copied / "results").exists()
    lines = [line for line in said.splitlines() if line.startswith("config: ")]
    assert len(lines) == 1, said
    assert lines[0].startswith(f"config: {message}")
