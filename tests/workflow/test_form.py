"""The form of the code, as `make lint` sees it, and what a cluster would be asked for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def run(*command):
    return subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--no-cache"),
        ("ruff", "format", "--check", "--no-cache"),
        ("snakefmt", "--check", "Snakefile", "rules"),
        ("snakemake", "--lint"),
    ],
    ids=" ".join,
)
def test_form(command):
    outcome = run(*command)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_make_lint_is_what_is_tested_here():
    recipe = (ROOT / "Makefile").read_text().partition("lint: setup\n")[2].partition("\n\n")[0]
    assert [line.strip().removeprefix("$(BIN)/") for line in recipe.splitlines()] == [
        "ruff check",
        "ruff format --check",
        "snakefmt --check Snakefile rules",
        "snakemake --lint",
    ]


def test_the_cluster_profile_plans_everything_without_a_cluster(tmp_path):
    """`snakemake --profile slurm all -n` passes anywhere and asks for GPUs where they are of use."""
    outcome = run("snakemake", "--profile", "slurm", "all", "--dry-run", "--config", f"results={tmp_path}")
    assert outcome.returncode == 0, outcome.stderr
    asked = {}
    for line in (outcome.stdout + outcome.stderr).splitlines():
        if line.strip().startswith(("rule ", "localrule ")):
            rule = line.split()[1].rstrip(":")
        elif line.strip().startswith("resources:"):
            asked[rule] = line
    assert {rule for rule, resources in asked.items() if "gpu=1" in resources} == {
        "train",
        "draw_field",
        "draw_evolution",
        "draw_galaxies",
        "enlarge_galaxies",
        "embed_galaxies",
        "embed_sample",
        "detect_held_out",
        "detect_view",
        "draw_end_to_end",
        "draw_two_stage",
        "predict_scores",
        "paint_mock",
        "paint_told",
    }
    assert all("slurm_partition=gpu" in resources for resources in asked.values() if "gpu=1" in resources)
    assert all("mem_mb=" in resources and "runtime=" in resources for resources in asked.values())


def test_a_run_on_several_gpus_asks_for_them_on_one_node(tmp_path):
    losses = f"{tmp_path}/training/smith2019/losses.csv"
    overlay = tmp_path / "gpus.yaml"
    overlay.write_text(f"results: {tmp_path}\nruns: {{smith2019: {{gpus: 4, memory: 5 GB}}}}\n")
    outcome = run("snakemake", "--profile", "slurm", losses, "--dry-run", "--configfile", overlay)
    assert outcome.returncode == 0, outcome.stderr
    (asked,) = (line for line in (outcome.stdout + outcome.stderr).splitlines() if "gpu=" in line)
    assert re.findall(r"\b(?:gpu|nodes|mem_mb)=\d+", asked) == ["mem_mb=20000", "gpu=4", "nodes=1"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "dataset={pixel_scale: 60 mas}",
            "dataset.pixel_scale: expected a positive number of arcsec such as '0.06 arcsec', got '60 mas'",
        ),
        (
            "runs={smith2019: {optimiser: {generator_rate: 2e-4}}}",
            "runs.smith2019.optimiser.generator_rate: expected a number, got the text '2e-4' "
            "(YAML reads it as text: write 2.0e-4)",
        ),
        (
            "smith2019={run: smith2018}",
            "smith2019.run: unknown run 'smith2018'; did you mean 'smith2019'?",
        ),
    ],
)
def test_the_workflow_refuses_a_bad_setting_before_anything_runs(tmp_path, setting, message):
    results = tmp_path / "results"
    outcome = run("snakemake", "--cores", "1", "--config", setting, f"results={results}", "--", "all")
    assert outcome.returncode != 0
    assert f"config: {message}" in outcome.stderr.splitlines()
    assert not results.exists()
