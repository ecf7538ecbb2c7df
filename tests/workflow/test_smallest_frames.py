"""Sparse frames from a simulated archive to tables."""

import json

import pandas as pd
import pytest
from smallest import copy_project, snakemake

TARGETS = "defremond2020_table1", "defremond2020_table2", "defremond2020_experiments", "defremond2020_fig6"


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("frames") / "project")
    outcome = snakemake(folder, "--cores", "2", *TARGETS)
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    return folder


def test_artefacts_are_there(frames):
    artefacts = frames / "results/artefacts/defremond2020"
    assert (artefacts / "fig6.pdf").read_bytes().startswith(b"%PDF")
    assert (artefacts / "fig6.png").read_bytes().startswith(b"\x89PNG")
    assert len(pd.read_csv(artefacts / "table1.csv")) == 11
    # Real frames, those of them with a dark sky, and five generators.
    assert len(pd.read_csv(artefacts / "table2.csv")) == 7
    assert json.loads((artefacts / "experiments.json").read_text())


def test_nothing_is_left_to_do(frames):
    outcome = snakemake(frames, "--dry-run", *TARGETS)
    assert outcome.returncode == 0, outcome.stderr
    assert "Nothing to be done" in outcome.stdout + outcome.stderr


def test_everything_is_planned(frames):
    """Every artefact of the paper."""
    outcome = snakemake(frames, "--dry-run", "defremond2020")
    assert outcome.returncode == 0, outcome.stderr
