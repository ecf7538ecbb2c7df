"""Lightweight GANs, the wide view and its checks, from simulated archives to figures and tables."""

import json

import pandas as pd
import pytest
from smallest import copy_project, snakemake

# All artefacts but the explorer, which installs its viewer over the network.
TARGETS = [f"coccomini2021_{name}" for name in ("fig1", "fig2", "fig3", "fig4", "fig5", "table1", "numbers")]


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("view") / "project")
    outcome = snakemake(folder, "--cores", "2", *TARGETS)
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    return folder


def test_artefacts_are_there(view):
    artefacts = view / "results/artefacts/coccomini2021"
    for number in range(1, 6):
        assert (artefacts / f"fig{number}.pdf").read_bytes().startswith(b"%PDF")
        assert (artefacts / f"fig{number}.png").read_bytes().startswith(b"\x89PNG")
    assert len(pd.read_csv(artefacts / "table1.csv")) == 5
    found = {row["name"] for row in json.loads((artefacts / "numbers.json").read_text())["values"]}
    assert {"fid", "fid_infinite", "kid", "similarity"} <= found


def test_nothing_is_left_to_do(view):
    outcome = snakemake(view, "--dry-run", *TARGETS)
    assert outcome.returncode == 0, outcome.stderr
    assert "Nothing to be done" in outcome.stdout + outcome.stderr


def test_everything_is_planned(view):
    """The explorer and the page too."""
    outcome = snakemake(view, "--dry-run", "coccomini2021")
    assert outcome.returncode == 0, outcome.stderr
