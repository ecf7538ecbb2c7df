"""Our own generator from a simulated archive to its page, mocks on the way."""

import re
from itertools import combinations

import pandas as pd
import pytest
from smallest import copy_project, snakemake

TARGETS = "field", "results/mocks/wide/seams.csv"
ACS = "F435W", "F606W", "F775W", "F814W", "F850LP"


@pytest.fixture(scope="module")
def field(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("field") / "project")
    outcome = snakemake(folder, "--cores", "2", "--", *TARGETS)
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    return folder


def test_artefacts_are_there(field):
    artefacts = field / "results/artefacts/field"
    for figure in ("rivals", "counts", "colours", "planes", "sky", "nearest", "asked"):
        assert (artefacts / f"{figure}.pdf").read_bytes().startswith(b"%PDF")
        assert (artefacts / f"{figure}.png").read_bytes().startswith(b"\x89PNG")
    assert pd.read_csv(artefacts / "rivals.csv")["run"].tolist() == ["smith2019", "field"]
    assert pd.read_csv(artefacts / "asked.csv")["mock"].tolist() == ["half", "equal", "double", "shallow"]
    assert pd.read_csv(artefacts / "numbers.csv")["measure"].is_unique
    response = pd.read_csv(field / "results/comparison/field_conditioned/response.csv")
    assert response["told"].tolist() == [-1.5, -0.75, 0, 0.75, 1.5]
    page = (field / "results/publication/field/index.html").read_text()
    # Nobody has published it: no ledger, no word of a paper's settings.
    assert "Ledger" not in page
    assert "paper" not in page.lower().split("<main")[1].split("<footer")[0]


def test_nothing_is_left_to_do(field):
    outcome = snakemake(field, "--dry-run", "--", *TARGETS)
    assert outcome.returncode == 0, outcome.stderr
    assert "Nothing to be done" in outcome.stdout + outcome.stderr


def test_fields_are_painted_with_every_milestone_since_rates_fall(field):
    target = "results/demo/comparison/field/held_out.csv"
    outcome = snakemake(field, "--dry-run", "--", target, overlays=("demo",))
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    painted = re.findall(
        r"output: results/demo/sampling/field/(\d+)_\d\.fits", outcome.stdout + outcome.stderr
    )
    # Rates fall from epoch 30 to 60; 20 is a milestone too.
    assert sorted(painted) == ["000040", "000040", "000060", "000060"]


def test_five_bands_have_ten_colours(tmp_path):
    folder = copy_project(tmp_path / "project")
    outcome = snakemake(folder, "--cores", "2", "field_colours", overlays=("demo", "five_bands", "smallest"))
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    judged = pd.read_csv(folder / "results/comparison/field/held_out.csv")
    trained = judged[judged["kind"] == "trained"]
    colours = {f"COLOR_{blue}_{red}" for blue, red in combinations(ACS, 2)}
    assert colours <= set(trained["property"])
    assert {f"MAG_AUTO_{band}" for band in ACS} <= set(trained["property"])
    # Every colour of real sources has its null; what was generated may be nothing at this size.
    null = judged[(judged["kind"] == "real") & judged["limit"].notna()].dropna(subset="p")
    assert colours <= set(null["property"])
