"""A reviewer with an archive of results and nothing but a target's name."""

import hashlib
import json
import re
import runpy
import shutil
import zipfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import yaml
from rocrate.rocrate import ROCrate
from smallest import ROOT, copy_project, snakemake

from mockskies.errors import InputError
from mockskies.provenance import read
from mockskies.publication.archive import contents, restore, write_archive
from mockskies.publication.crate import crate

SECRET = "n0t-for-y0ur-eyes"


@pytest.fixture(scope="session")
def archive(project):
    """Smith2019's results in one zip."""
    outcome = snakemake(project, "--cores", "2", "--", "results/smith2019.zip")
    assert outcome.returncode == 0, outcome.stderr[-4000:]
    return project / "results/smith2019.zip"


@pytest.fixture
def unpacked(archive, tmp_path):
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path)
    return tmp_path / "archive"


@pytest.fixture
def clone(archive, tmp_path):
    """A fresh clone in which the archive was unpacked."""
    folder = copy_project(tmp_path / "clone")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder


def test_one_figure_from_an_archive(project, clone):
    plan = snakemake(clone, "--dry-run", "smith2019_fig4", overlays=())
    assert "output files have to be generated:" in plan.stdout
    outcome = snakemake(clone, "--cores", "1", "smith2019_fig4", overlays=())
    assert outcome.returncode == 0, outcome.stderr[-4000:]
    ran = [
        line.split()[1] for line in outcome.stderr.splitlines() if line.startswith(("rule ", "localrule "))
    ]
    assert ran == ["restore:", "smith2019_fig4:"]
    for name in ("fig4.png", "fig4.pdf"):
        here, there = (folder / "results/artefacts/smith2019" / name for folder in (clone, project))
        assert here.read_bytes() == there.read_bytes()
    again = snakemake(clone, "--dry-run", "smith2019_fig4", overlays=())
    assert "Nothing to be done" in again.stdout + again.stderr


def test_what_a_figure_shows_is_named_wherever_it_lies(unpacked):
    key = pd.read_csv(unpacked / "results/artefacts/smith2019/fig3_key.csv")
    assert set(key["field"]) <= set(contents(unpacked))


def test_all_of_a_paper_from_an_archive_trains_nothing(clone):
    plan = snakemake(clone, "smith2019", "--dry-run", "--quiet", "rules", overlays=())
    assert plan.returncode == 0, plan.stderr
    table = (line.split() for line in plan.stdout.splitlines())
    planned = {row[0] for row in table if len(row) == 2 and row[1].isdigit()} - {"total"}
    figures = {f"smith2019_{name}" for name in ("fig1", "fig2", "fig3", "fig4", "numbers")}
    assert planned == {"restore", "collect", "smith2019"} | figures


def plan(folder, *targets, overlays):
    """Rules that a dry run would run, and what the archive rule among them would read."""
    outcome = snakemake(folder, "--dry-run", *targets, overlays=overlays)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    jobs = re.split(r"\n(?:local)?rule (?=\w+:\n)", outcome.stdout)[1:]
    reads = [re.search(r"^    input: (.*)", job, re.M) for job in jobs if job.startswith("archive:")]
    return {job.partition(":")[0] for job in jobs}, reads[0][1].split(", ") if reads else []


@pytest.mark.parametrize("paper", ["smith2019", "fussell2019", "defremond2020", "coccomini2021", "field"])
@pytest.mark.parametrize("course", [False, True], ids=["simulated", "course"])
def test_from_its_archive_a_paper_is_only_drawn(tmp_path, paper, course):
    """But for frames of the course, which no archive hands on: they come from the user's folder."""
    folder = copy_project(tmp_path / "project")
    (folder / "config/mine.yaml").write_text(
        "archives: {sparse: {source: /somewhere/course/}}\n" if course else "{}\n"
    )
    overlays = ("demo", "smallest", "mine")
    made, reads = plan(folder, f"results/{paper}.zip", overlays=overlays)
    assert "archive" in made
    kept = [name.removeprefix("results/") for name in reads]
    kept = [name for name in kept if not name.startswith((f"artefacts/{paper}/", "publication/"))]
    (folder / "archive").mkdir()
    (folder / "archive/contents.json").write_text(json.dumps({name: "." not in name for name in kept}))
    (folder / "archive/SHA256SUMS").write_text("")
    (folder / "archive/config.yaml").write_text("source: archive\n")
    drawn, _ = plan(folder, paper, overlays=overlays)
    needs_frames = course and paper == "defremond2020"
    assert {rule for rule in drawn if not rule.startswith(f"{paper}_")} == {"restore", "collect", paper} | (
        {"link_sparse"} if needs_frames else set()
    )
    assert not drawn & {"train", "install_viewer"}
    assert any(name.startswith("training/") and name.endswith("/weights") for name in kept)
    assert any(name.startswith("archives/sparse/") for name in kept) == (
        paper == "defremond2020" and not course
    )


def test_without_its_folder_everything_is_made(clone):
    shutil.rmtree(clone / "archive")
    plan = snakemake(clone, "--dry-run", "smith2019_fig4")
    assert "rule train:" in plan.stdout


def test_an_archive_holds_weights_catalogues_artefacts_and_where_they_come_from(unpacked):
    names = set(contents(unpacked))
    assert {"measurement/xdf/catalogue.fits", "comparison/smith2019/statistics.csv"} <= names
    assert (unpacked / "results/training/smith2019/weights/000004.safetensors").exists()
    figure = unpacked / "results/artefacts/smith2019/fig4.png"
    assert set(read(figure)["inputs"]) <= names
    sums = dict(line.split("  ")[::-1] for line in (unpacked / "SHA256SUMS").read_text().splitlines())
    files = {str(p.relative_to(unpacked)) for p in (unpacked / "results").rglob("*") if p.is_file()}
    assert set(sums) == files
    assert sums["results/artefacts/smith2019/fig4.png"] == hashlib.sha256(figure.read_bytes()).hexdigest()
    assert yaml.safe_load((unpacked / "config.yaml").read_text())["source"] == "archive"


def test_the_same_results_make_the_same_bytes_and_hold_no_credentials(
    project, archive, tmp_path, monkeypatch
):
    with zipfile.ZipFile(archive) as packed:
        configuration = yaml.safe_load(packed.read("archive/config.yaml"))
        names = json.loads(packed.read("archive/contents.json"))
    # As if they had got past the check of the configuration.
    configuration["archives"]["xdf"]["url"] = f"https://me:{SECRET}@archive.org/"
    configuration["archives"]["xdf"]["source"] = "/home/somebody/mosaics/"
    monkeypatch.setenv("KAGGLE_KEY", "k4ggle-key-0f-mine")
    configuration["archives"]["sparse"]["note"] = "k4ggle-key-0f-mine"
    kept = [project / "results" / name for name in names]
    for name in "ab":
        write_archive(tmp_path / name, project / "results", ["smith2019"], kept, configuration)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with zipfile.ZipFile(tmp_path / "a") as packed:
        whole = b"".join(packed.read(name) for name in packed.namelist())
    for word in (SECRET, "k4ggle-key-0f-mine", "somebody", str(project)):
        assert word.encode() not in whole


@pytest.mark.parametrize(
    ("results", "written"), [("/home/me/out", "results"), ("../out", "results"), ("out/a", "out/a")]
)
def test_an_archive_says_where_its_results_go(project, archive, tmp_path, results, written):
    """Always into the folder in which it is used."""
    with zipfile.ZipFile(archive) as packed:
        configuration = yaml.safe_load(packed.read("archive/config.yaml")) | {"results": results}
    write_archive(tmp_path / "zip", project / "results", ["smith2019"], [], configuration)
    with zipfile.ZipFile(tmp_path / "zip") as packed:
        assert yaml.safe_load(packed.read("archive/config.yaml"))["results"] == written


def test_a_result_that_has_changed_is_not_archived(project, tmp_path):
    shutil.copytree(project / "results", tmp_path / "results")
    changed = tmp_path / "results/comparison/smith2019/statistics.csv"
    changed.write_text(changed.read_text() + "\n")
    with pytest.raises(InputError) as caught:
        write_archive(tmp_path / "zip", tmp_path / "results", ["smith2019"], [changed], {})
    assert str(caught.value) == f"{changed}: expected what fig4.pdf was made from, found another"
    assert not (tmp_path / "zip").exists()


STATISTICS = "results/comparison/smith2019/statistics.csv"


def flip(folder):
    path = folder / STATISTICS
    path.write_bytes(path.read_bytes()[:-2] + b"9\n")


def lose(folder):
    (folder / STATISTICS).unlink()


def link(folder):
    (folder / STATISTICS).unlink()
    (folder / STATISTICS).symlink_to("/etc/passwd")


def name(path, folder):
    names = json.loads((folder / "contents.json").read_text())
    (folder / "contents.json").write_text(json.dumps({path: False} | names))


def forget(folder):
    sums = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in sums if STATISTICS not in line))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (flip, f"{STATISTICS}: expected SHA-256 "),
        (lose, f"{STATISTICS}: expected a file, found none"),
        (
            link,
            f"{STATISTICS}: expected a file, found a symbolic link",
        ),
        *(
            (partial(name, path), f"contents.json: expected names of results, found {path!r}")
            for path in ("../../outside", "/etc/passwd", "a/../../b", "", "{run}.csv", "a\\b", "a\nb")
        ),
        (
            forget,
            f"SHA256SUMS: expected a sum of {STATISTICS}, found none",
        ),
    ],
)
def test_an_archive_is_not_trusted(unpacked, tmp_path, damage, message):
    damage(unpacked)
    with pytest.raises(InputError) as caught:
        restore(unpacked, tmp_path / "mine")
    assert str(caught.value).replace(f"{unpacked}/", "").startswith(message)
    assert not (tmp_path / "mine/comparison/smith2019/statistics.csv").exists()
    assert not (tmp_path.parent / "outside").exists()


def test_the_report(project, monkeypatch):
    """It has each caption, and neither the user's key nor a path of this machine."""
    monkeypatch.setenv("KAGGLE_KEY", "k4ggle-key-0f-mine")
    report = snakemake(project, "--report", "results/report.html", "--", "smith2019")
    assert report.returncode == 0, report.stderr[-4000:]
    page = (project / "results/report.html").read_text()
    assert "Sources per square arcmin and magnitude in each band" in page
    for word in ("k4ggle-key-0f-mine", str(project)):
        assert word not in page


def test_an_address_with_a_password_ends_the_report(project):
    url = f"https://me:{SECRET}@archive.org/"
    (project / "config/password.yaml").write_text(f"archives: {{xdf: {{url: '{url}'}}}}\n")
    overlays = ("demo", "smallest", "password")
    report = snakemake(project, "--report", "results/refused.html", "--", "smith2019", overlays=overlays)
    assert report.returncode != 0
    assert "got 'https://[hidden]@archive.org/'" in report.stdout + report.stderr
    assert SECRET not in report.stdout + report.stderr
    assert not (project / "results/refused.html").exists()


@pytest.fixture
def paper(project, tmp_path):
    """A paper of one figure as `describe_results` takes it."""
    (tmp_path / "caption.rst").write_text("A *caption* & more.")
    figure = {
        "name": "fig4",
        "title": "Magnitudes",
        "caption": tmp_path / "caption.rst",
        "params": {},
        "files": [str(project / f"results/artefacts/smith2019/fig4.{kind}") for kind in ("png", "pdf")],
    }
    return {"title": "Deep fields", "reference": "Smith & Geach (2019)", "artefacts": [figure]}


def test_the_crate_is_read_by_its_library(project, paper, tmp_path):
    made = crate(project / "results", {"smith2019": paper}, ROOT / "CITATION.cff")
    (tmp_path / "ro-crate-metadata.json").write_text(json.dumps(made))
    shutil.copytree(project / "results/artefacts", tmp_path / "artefacts")
    crate_ = ROCrate(tmp_path)
    file = crate_.dereference("artefacts/smith2019/fig4.png")
    assert file["description"] == "A caption & more."
    assert file["encodingFormat"] == "image/png"
    png = tmp_path / "artefacts/smith2019/fig4.png"
    assert file["sha256"] == hashlib.sha256(png.read_bytes()).hexdigest()
    action = crate_.dereference("#smith2019_fig4")
    assert {item.id for item in action["object"]} == set(read(png)["inputs"])
    assert {item.id for item in action["result"]} == {f"artefacts/smith2019/fig4.{k}" for k in ("png", "pdf")}
    # What the specification asks of the root.
    root = crate_.root_dataset
    newest = max(Path(file).stat().st_mtime for file in paper["artefacts"][0]["files"])
    assert root["datePublished"] == datetime.fromtimestamp(newest, UTC).date().isoformat()
    assert root["license"].id == "https://spdx.org/licenses/MIT"
    assert root["name"]
    assert root["description"]
    assert [article["citation"] for article in root["citation"]] == ["Smith & Geach (2019)"]
    assert [author["name"] for author in root["author"]] == ["the mockskies developers"]
    entities = {entity["@id"] for entity in made["@graph"]}
    assert len(entities) == len(made["@graph"])
    assert set(re.findall(r'\{"@id": "([^"]+)"\}', json.dumps(made))) - entities == {
        "https://w3id.org/ro/crate/1.3"
    }
    assert made == crate(project / "results", {"smith2019": paper}, ROOT / "CITATION.cff")


def test_the_crate_holds_no_credentials(project, paper, tmp_path, namespace, monkeypatch):
    """Not even where one has got into a caption or a title."""
    monkeypatch.setenv("KAGGLE_KEY", "k4ggle-key-0f-mine")
    paper["title"] = f"From https://me:{SECRET}@archive.org/"
    (tmp_path / "caption.rst").write_text("By k4ggle-key-0f-mine.")
    main = runpy.run_path(str(ROOT / "workflow/scripts/publication/describe_results.py"))["main"]
    main(
        namespace(
            input={"citation": ROOT / "CITATION.cff"},
            output={"crate": tmp_path / "ro-crate-metadata.json"},
            params={"results": project / "results", "papers": {"smith2019": paper}},
        )
    )
    text = (tmp_path / "ro-crate-metadata.json").read_text()
    assert "From https://[hidden]@archive.org/" in text
    assert "By [hidden]." in text
    assert SECRET not in text
    assert "k4ggle-key-0f-mine" not in text
