"""Single galaxies from a simulated archive to figures."""

import json

import pandas as pd
import pytest
from smallest import copy_project, snakemake

TARGETS = "fussell2019_table1", "fussell2019_fig7", "fussell2019_fig10", "fussell2019_fig11"


@pytest.fixture(scope="module")
def galaxies(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("galaxies") / "project")
    outcome = snakemake(folder, "--cores", "2", *TARGETS)
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    return folder


def test_artefacts_are_there(galaxies):
    artefacts = galaxies / "results/artefacts/fussell2019"
    for figure in ("fig7", "fig10", "fig11"):
        assert (artefacts / f"{figure}.pdf").read_bytes().startswith(b"%PDF")
        assert (artefacts / f"{figure}.png").read_bytes().startswith(b"\x89PNG")
    assert not pd.read_csv(artefacts / "table1.csv").empty
    assert json.loads((artefacts / "table1.json").read_text())


def test_nothing_is_left_to_do(galaxies):
    outcome = snakemake(galaxies, "--dry-run", *TARGETS)
    assert outcome.returncode == 0, outcome.stderr
    assert "Nothing to be done" in outcome.stdout + outcome.stderr


def test_everything_is_planned(galaxies):
    """Every artefact of the paper, from every run."""
    outcome = snakemake(galaxies, "--dry-run", "fussell2019")
    assert outcome.returncode == 0, outcome.stderr
