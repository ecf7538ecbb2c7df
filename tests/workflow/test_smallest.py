"""From archives to artefacts, twice."""

import json

import pandas as pd
import pytest
from smallest import copy_project, run_smallest, snakemake

FIGURES = "fig1", "fig2", "fig3", "fig4"


def test_every_artefact_is_there(project):
    artefacts = project / "results/artefacts/smith2019"
    for figure in FIGURES:
        assert (artefacts / f"{figure}.pdf").read_bytes().startswith(b"%PDF")
        assert (artefacts / f"{figure}.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((artefacts / "numbers.json").read_text())
    assert not pd.read_csv(artefacts / "numbers.csv").empty
    assert json.loads((artefacts / "timings.json").read_text())
    assert "<html" in (project / "results/publication/smith2019/index.html").read_text()


def test_nothing_is_left_to_do(project):
    outcome = snakemake(project, "--dry-run", "smith2019")
    assert outcome.returncode == 0, outcome.stderr
    assert "Nothing to be done" in outcome.stdout + outcome.stderr


@pytest.fixture(scope="session")
def twin(tmp_path_factory):
    return run_smallest(copy_project(tmp_path_factory.mktemp("workflow") / "twin"))


def test_one_seed_gives_the_same_bytes(project, twin):
    first = project / "results"
    kept = [
        path.relative_to(first)
        for pattern in (
            "archives/**/*.fits",
            "datasets/**/*.npy",
            "datasets/**/*.fits",
            "training/smith2019/weights/*",
            "sampling/**/*.fits",
            "measurement/**/*.fits",
            "comparison/**/*.csv",
            "artefacts/smith2019/numbers.*",
        )
        for path in sorted(first.glob(pattern))
    ]
    assert len(kept) > 20
    differ = [str(path) for path in kept if (first / path).read_bytes() != (twin / path).read_bytes()]
    assert differ == []


def test_the_contents_page_names_every_artefact(project):
    listing = snakemake(project, "--list-target-rules").stdout
    for name in (*FIGURES, "numbers"):
        assert f"smith2019_{name}" in listing


def test_a_missing_band_ends_in_one_line_and_leaves_nothing(project, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    archive = project / "results/archives/xdf"
    f606w, f775w, f814w = (path.name for path in sorted(archive.glob("*_sci.fits")))
    for name in (f606w, f814w):
        (folder / name).symlink_to(archive / name)
    overlay = f"results: {tmp_path / 'elsewhere'}\narchives: {{xdf: {{source: {folder}/}}}}\n"
    (project / "config/mine.yaml").write_text(overlay)
    target = f"{tmp_path / 'elsewhere'}/datasets/xdf/field.fits"
    outcome = snakemake(project, "--cores", "2", target, overlays=("demo", "smallest", "mine"))
    assert outcome.returncode != 0
    errors = [line for line in outcome.stderr.splitlines() if " error: " in line]
    assert len(errors) == 1
    assert errors[0].endswith(f"error: {folder}: expected {f775w}, found {f606w}, {f814w}")
    assert not (tmp_path / "elsewhere/archives/xdf" / f775w).exists()
    assert not (tmp_path / "elsewhere/datasets").exists()
