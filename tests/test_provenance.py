"""An artefact says where it comes from, in its own metadata."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mockskies import provenance
from mockskies.code_hash import reached

ROOT = Path(__file__).resolve().parents[1]
SECRET = "n0t-for-y0ur-eyes"


class Named(dict):
    """Inputs and outputs as Snakemake hands them to a script: names and values."""

    def __iter__(self):
        return iter(self.values())


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAGGLE_KEY", SECRET)
    (tmp_path / "results/weights").mkdir(parents=True)
    (tmp_path / "results/a.csv").write_text("x\n1\n")
    (tmp_path / "results/losses.csv").write_text("x\n1\n")
    (tmp_path / "results/weights/1.safetensors").write_bytes(b"w")
    (tmp_path / "results/weights/view.json").write_text('{"rows": 2, "peak_gb": 0.3}')
    (tmp_path / "results/images.json").write_text('{"seconds_drawing": 0.3}')
    return provenance.record(
        SimpleNamespace(
            rule="smith2019_fig4",
            wildcards=Named(),
            params=Named(
                limit=28.0,
                code="0",
                note=f"https://me:{SECRET}@archive.org/ <b>",
                papers=[{"files": ["results/a.csv"]}],
            ),
            config={"seed": 7, "results": "results"},
            input=Named(
                a="results/a.csv",
                weights="results/weights",
                losses="results/losses.csv",
                images="results/images.json",
            ),
        )
    )


@pytest.fixture
def files(tmp_path):
    """One artefact of each kind."""
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    for suffix in ("png", "pdf"):
        figure.savefig(tmp_path / f"fig.{suffix}")
    plt.close(figure)
    pd.DataFrame({"x": [1]}).to_csv(tmp_path / "table.csv", index=False)
    (tmp_path / "table.tex").write_text("\\begin{tabular}\n")
    (tmp_path / "numbers.json").write_text('{"values": []}')
    (tmp_path / "explorer").mkdir()
    (tmp_path / "explorer/index.html").write_text("<html><head><title>x</title></head><body>x</body></html>")
    return [
        tmp_path / name
        for name in ("fig.png", "fig.pdf", "table.csv", "table.tex", "numbers.json", "explorer")
    ]


def test_a_record_names_what_an_artefact_rests_on(made):
    assert made["rule"] == "smith2019_fig4"
    assert made["seed"] == 7
    assert made["params"] == {
        "limit": 28.0,
        "note": "https://[hidden]@archive.org/ <b>",
        "papers": [{"files": ["a.csv"]}],
    }
    assert made["versions"]["numpy"] == np.__version__
    listing = f"{hashlib.sha256(b'w').hexdigest()}  1.safetensors\nvaries: holds times  view.json\n"
    assert made["inputs"] == {
        "a.csv": hashlib.sha256(b"x\n1\n").hexdigest(),
        "weights": hashlib.sha256(listing.encode()).hexdigest(),
        "losses.csv": "varies: holds times",
        "images.json": "varies: holds times",
    }
    assert made["commit"] == provenance.commit()
    assert SECRET not in json.dumps(made)


def test_the_configuration_counts_and_where_results_lie_does_not(made, monkeypatch):
    def configured(**config):
        empty = {"rule": "r", "wildcards": Named(), "params": Named(), "input": Named()}
        return provenance.record(SimpleNamespace(config={"seed": 7} | config, **empty))["configuration"]

    assert configured(results="a") == configured(results="b") == made["configuration"]
    assert configured(results="a", threshold=5) != made["configuration"]


def test_a_configuration_names_no_folder_of_the_machine():
    settings = {
        "archives": {
            "xdf": {"source": "/home/me/mosaics/"},
            "sparse": {"source": "../course/"},
            "zoo": {"source": "retrieve"},
        },
        "runs": {
            "a": {"initial_weights": "/home/me/imagenet.safetensors"},
            "b": {"initial_weights": "own/weights.safetensors"},
            "c": {"initial_weights": None},
            "d": {"epochs": 3},
        },
    }
    assert provenance.placeless(settings) == {
        "archives": {
            "xdf": {"source": "./mosaics/"},
            "sparse": {"source": "../course/"},
            "zoo": {"source": "retrieve"},
        },
        "runs": {
            "a": {"initial_weights": "./imagenet.safetensors"},
            "b": {"initial_weights": "own/weights.safetensors"},
            "c": {"initial_weights": None},
            "d": {"epochs": 3},
        },
    }


def test_every_kind_of_artefact_bears_its_record(files, made):
    before = {path: np.asarray(Image.open(path)) for path in files if path.suffix == ".png"}
    assert [provenance.read(path) for path in files] == [None] * len(files)
    for path in files:
        provenance.stamp(path, made)
    assert [provenance.read(path) for path in files] == [made] * len(files)
    for path, pixels in before.items():
        assert json.loads(Image.open(path).text["mockskies"]) == made
        Image.open(path).verify()
        assert np.array_equal(np.asarray(Image.open(path)), pixels)
    assert pd.read_csv(files[2])["x"].tolist() == [1]
    assert json.loads(files[4].read_text())["values"] == []


def test_the_pdf_is_whole(files, made):
    """Its last table of objects points at the information, and that at the table before."""
    pdf = files[1]
    before = pdf.read_bytes()
    provenance.stamp(pdf, made)
    after = pdf.read_bytes()
    assert after.startswith(before)
    table = int(re.findall(rb"startxref\s+(\d+)", after)[-1])
    entry = re.match(rb"xref\n(\d+) 1\n(\d{10}) 00000 n \n", after[table:])
    assert after[int(entry[2]) :].startswith(entry[1] + b" 0 obj")
    assert int(re.findall(rb"/Prev (\d+)", after)[-1]) == int(re.findall(rb"startxref\s+(\d+)", before)[-1])


def ask(*arguments):
    """Run the command."""
    command = [sys.executable, "-m", "mockskies.provenance", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_the_command_prints_it(files, made):
    provenance.stamp(files[0], made)
    assert json.loads(ask(files[0]).stdout) == made


def test_the_command_says_in_one_line_what_it_was_given_instead(files, tmp_path):
    bare, missing, damaged = files[0], tmp_path / "none.png", tmp_path / "damaged.json"
    damaged.write_text("{")
    expected = {
        (): "error: expected one artefact, such as make provenance FILE=results/.../fig4.png",
        (bare,): f"error: {bare}: expected a record of where it comes from, found none",
        (missing,): f"error: {missing}: expected an artefact, but reading it failed: "
        f"[Errno 2] No such file or directory: '{missing}'",
        (damaged,): f"error: {damaged}: expected an artefact, but reading it failed: Expecting property "
        "name enclosed in double quotes: line 1 column 2 (char 1)",
    }
    for arguments, line in expected.items():
        outcome = ask(*arguments)
        assert (outcome.returncode, outcome.stdout, outcome.stderr) == (1, "", f"{line}\n")


def test_artefacts_and_pages_bear_it_and_nothing_else_depends_on_it():
    """What it changes makes artefacts again, and trains nothing."""
    scripts = sorted((ROOT / "workflow/scripts").rglob("*.py"))
    artefacts = {
        *(ROOT / "workflow/scripts/artefacts").glob("*/*.py"),
        ROOT / "workflow/scripts/publication/collect.py",
    }
    stamped = {script for script in scripts if "    run(stamped(main), snakemake)\n" in script.read_text()}
    assert stamped == artefacts
    module = ROOT / "workflow/mockskies/provenance.py"
    reaching = {script for script in scripts if module in reached(script, ROOT / "workflow")}
    about = {
        ROOT / f"workflow/scripts/publication/{name}.py"
        for name in ("archive", "describe_results", "restore")
    }
    assert reaching == artefacts | about
