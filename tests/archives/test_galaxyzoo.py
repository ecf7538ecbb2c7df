"""Where Galaxy Zoo comes from: Kaggle, Zenodo, another server, the user's folder."""

import gzip
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from galaxyzoo_files import IMAGES, SOLUTIONS, jpeg, name, table, write_archive

from mockskies.archives.check import TABLE, ZIP
from mockskies.archives.galaxyzoo_folder import take
from mockskies.archives.gz2 import translate
from mockskies.archives.retrieve import retrieve
from mockskies.archives.vote_table import ANSWERS, competition_votes, read_solutions
from mockskies.archives.vote_tree import COLUMNS, QUESTIONS
from mockskies.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
QUICK = {"allow_http": True, "first_wait": 0.001, "timeout": 5.0, "progress": False}


@pytest.fixture
def zip_bytes(tmp_path):
    write_archive(tmp_path / "made", [1, 2, 3])
    return (tmp_path / "made" / IMAGES).read_bytes()


def test_the_tree_is_the_competitions():
    assert len(COLUMNS) == 37
    assert COLUMNS[:4] == ("Class1.1", "Class1.2", "Class1.3", "Class2.1")
    assert COLUMNS[-1] == "Class11.6"
    assert sorted(ANSWERS) == sorted({*range(1, 39)} - {35})


# From a server.


def test_zip_after_a_cut(archive, tmp_path, zip_bytes):
    archive.behaviour.body, archive.behaviour.cuts = zip_bytes, [5000, 9000]
    archive.behaviour.content_type = "application/zip"
    retrieve(archive.url, tmp_path / IMAGES, expected=ZIP, **QUICK)
    assert (tmp_path / IMAGES).read_bytes() == zip_bytes
    assert archive.behaviour.sent == [(0, 5000), (5000, 14_000), (14_000, len(zip_bytes))]


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (
            b"<html>log in</html>",
            "application/zip",
            "expected a zip, which starts with 'PK', came a web page",
        ),
        (b"<html>log in</html>", "text/html", "expected a zip, came content of type text/html"),
        (
            b"PK\3\4 and no more",
            "application/zip",
            "expected a zip with a table of contents at its end, but its 16 bytes are cut short or damaged: "
            "File is not a zip file",
        ),
    ],
    ids=["a page", "a page by its type", "cut short"],
)
def test_what_came_is_no_zip(archive, tmp_path, body, content_type, message):
    archive.behaviour.body, archive.behaviour.content_type = body, content_type
    with pytest.raises(InputError, match=re.escape(f"{archive.url}: {message}")):
        retrieve(archive.url, tmp_path / IMAGES, expected=ZIP, **QUICK)
    assert list(tmp_path.glob(f"{IMAGES}*")) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>a,b</html>", "expected a table with names of columns between commas, came a web page"),
        (gzip.compress(b"a,b\n1,2\n")[:-12], "expected a table, but unpacking it failed: "),
    ],
    ids=["a page", "cut short"],
)
def test_what_came_is_no_table(archive, tmp_path, body, message):
    archive.behaviour.body = body
    with pytest.raises(InputError, match=re.escape(f"{archive.url}: {message}")):
        retrieve(archive.url, tmp_path / "votes.csv.gz", expected=TABLE, **QUICK)


# From Kaggle.

ATTEMPT = """
import sys
from pathlib import Path
from mockskies.archives.check import ZIP
from mockskies.archives.kaggle_file import retrieve_from_kaggle
from mockskies.errors import InputError
try:
    retrieve_from_kaggle("images_training_rev1.zip", Path(sys.argv[1]), ZIP)
except InputError as error:
    print(error)
"""


def test_without_credentials_one_error_says_what_to_do(tmp_path):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KAGGLE")}
    environment.pop("XDG_CONFIG_HOME", None)
    environment["HOME"] = str(tmp_path / "home")
    (tmp_path / "home").mkdir()
    path = tmp_path / "out" / IMAGES
    outcome = subprocess.run(
        [sys.executable, "-c", ATTEMPT, str(path)],
        cwd=ROOT / "workflow",
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = outcome.stdout.splitlines()
    assert line.startswith(
        "Kaggle: expected credentials, found none that Kaggle accepts: make a token at https://"
    )
    assert "save it as ~/.kaggle/access_token" in line
    assert "`provider: zenodo`" in line
    assert outcome.stderr == ""
    assert not path.parent.exists()


def test_the_client_is_imported_only_when_it_is_needed():
    program = "import sys, mockskies.archives.kaggle_file; print('kaggle' in sys.modules)"
    outcome = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT / "workflow", capture_output=True, text=True, check=True
    )
    assert outcome.stdout == "False\n"


class Client:
    """Kaggle's client as far as it is used: writes what it is told to."""

    def __init__(self, body):
        self.body = body

    def competition_download_file(self, competition, file_name, path):
        assert competition == "galaxy-zoo-the-galaxy-challenge"
        print("Downloading", file_name)
        (Path(path) / file_name).write_bytes(self.body)


def test_file_from_kaggle(tmp_path, monkeypatch, zip_bytes, capsys):
    from mockskies.archives import kaggle_file

    monkeypatch.setattr(kaggle_file, "_client", lambda: Client(zip_bytes))
    kaggle_file.retrieve_from_kaggle(IMAGES, tmp_path / "new" / IMAGES, ZIP)
    assert [entry.name for entry in (tmp_path / "new").iterdir()] == [IMAGES]
    assert (tmp_path / "new" / IMAGES).read_bytes() == zip_bytes
    assert capsys.readouterr().out == ""


def test_page_from_kaggle(tmp_path, monkeypatch):
    from mockskies.archives import kaggle_file

    monkeypatch.setattr(kaggle_file, "_client", lambda: Client(b"<html>"))
    with pytest.raises(InputError, match=f"Kaggle: {IMAGES}: expected a zip, .*, came a web page"):
        kaggle_file.retrieve_from_kaggle(IMAGES, tmp_path / "new" / IMAGES, ZIP)
    assert list((tmp_path / "new").iterdir()) == []


# From Zenodo.


def gz2_row(**fractions):
    """A line of Galaxy Zoo 2's table by answer number; what is not named is 0."""
    return [fractions.get(f"a{answer:02d}", 0) for answer in ANSWERS]


def write_gz2(folder, rows):
    """Galaxy Zoo 2's three files of ``rows`` by (dr7objid, asset_id); the last lacks a picture."""
    folder.mkdir(exist_ok=True)
    header = ["dr7objid", *(f"t01_x_a{answer:02d}_y_debiased" for answer in ANSWERS)]
    lines = [header, *([objid, *row] for (objid, _), row in rows.items())]
    text = "".join(",".join(map(str, line)) + "\n" for line in lines)
    (folder / "votes.csv.gz").write_bytes(gzip.compress(text.encode()))
    mapping = "".join(f"{objid},original,{asset}\n" for objid, asset in rows)
    (folder / "mapping.csv").write_text(f"objid,sample,asset_id\n{mapping}")
    with zipfile.ZipFile(folder / "images.zip", "w") as file:
        file.writestr("images/77777.jpg", jpeg(9))
        for _, asset in list(rows)[:-1]:
            file.writestr(f"images/{asset}.jpg", jpeg(asset))


SPIRAL = gz2_row(
    a01=0.2, a02=0.8, a04=0.25, a05=0.75, a06=1, a08=0.5, a09=0.5, a14=0.1, a15=0.9, a29=0.6, a30=0.2
)


def test_gz2_takes_the_competitions_form(tmp_path):
    folder = tmp_path / "gz2"
    smooth = gz2_row(a01=1, a16=1, a15=1)
    write_gz2(folder, {(587722981741363294, 3): SPIRAL, (587722981741363323, 1): smooth, (5, 2): smooth})
    paths = tmp_path / IMAGES, tmp_path / SOLUTIONS
    translate(folder / "images.zip", folder / "mapping.csv", folder / "votes.csv.gz", *paths)
    with zipfile.ZipFile(paths[0]) as file:
        assert {info.filename: file.read(info) for info in file.infolist()} == {
            name(587722981741363294): jpeg(3),
            name(587722981741363323): jpeg(1),
        }
    columns, votes = read_solutions(paths[1])
    assert tuple(columns) == COLUMNS
    found = dict(zip(columns, map(float, votes[587722981741363294]), strict=True))
    # By hand: features 0.8; not edge-on 0.8 x 0.75; spiral half of these; winding 3:1 of these.
    assert found["Class1.2"] == pytest.approx(0.8)
    assert found["Class2.2"] == pytest.approx(0.6)
    assert found["Class3.1"] == pytest.approx(0.6)
    assert found["Class4.1"] == pytest.approx(0.3)
    assert found["Class10.2"] == pytest.approx(0.225)
    assert found["Class6.2"] == pytest.approx(0.9)


def test_cumulative_fractions_sum_to_what_reached_the_question(tmp_path):
    every = [0.01 * (answer + 1) for answer in range(37)]
    write_gz2(tmp_path, {(1, 1): every, (2, 2): every})
    votes = competition_votes(tmp_path / "votes.csv.gz")[1]
    for question in QUESTIONS:
        reached = 1 if question.after is None else votes[question.after]
        assert sum(votes[column] for column in question.columns) == pytest.approx(reached)


def test_gz2_without_a_column(tmp_path):
    (tmp_path / "votes.csv").write_text("dr7objid,t01_x_a01_y_debiased\n1,1\n")
    with pytest.raises(
        InputError, match="which has the debiased fraction of answer a02, found no such column"
    ):
        competition_votes(tmp_path / "votes.csv")


def test_gz2_of_other_galaxies(tmp_path):
    write_gz2(tmp_path, {(1, 1): SPIRAL})
    with pytest.raises(InputError, match=r"expected pictures of galaxies in .*, found none of them"):
        translate(*(tmp_path / n for n in ("images.zip", "mapping.csv", "votes.csv.gz", IMAGES, SOLUTIONS)))


@pytest.mark.parametrize(
    ("cell", "message"),
    [("nan", "a fraction of nan"), ("-0.5", "a fraction of -0.5"), ("9" * 70_000, "a line")],
)
def test_gz2_of_votes_that_are_none(tmp_path, cell, message):
    write_gz2(tmp_path, {(1, 1): [cell, *SPIRAL[1:]]})
    path = tmp_path / "votes.csv.gz"
    with pytest.raises(InputError) as caught:
        competition_votes(path)
    assert str(caught.value).startswith(
        f"{path}: expected Galaxy Zoo 2's table, but reading it failed: {message}"
    )


@pytest.mark.parametrize("at", [40, 400])
def test_gz2_of_votes_that_are_damaged(tmp_path, at):
    write_gz2(tmp_path, {(number, number): SPIRAL for number in range(1, 30)})
    path = tmp_path / "votes.csv.gz"
    data = bytearray(path.read_bytes())
    data[at : at + 9] = b"\xff" * 9
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"votes\.csv\.gz: expected Galaxy Zoo 2's table"):
        competition_votes(path)


@pytest.mark.parametrize("other", ["more/1.jpg", "images/01.jpg"])
def test_gz2_of_two_pictures_of_one_asset(tmp_path, other):
    write_gz2(tmp_path, {(5, 1): SPIRAL, (6, 2): SPIRAL})
    with zipfile.ZipFile(tmp_path / "images.zip", "a") as file:
        file.writestr(other, jpeg())
    names = ("images.zip", "mapping.csv", "votes.csv.gz", IMAGES, SOLUTIONS)
    with pytest.raises(InputError, match=r"images\.zip: '.*': a second picture of asset 1$"):
        translate(*(tmp_path / name for name in names))


def test_gz2_of_a_picture_with_an_endless_number(tmp_path):
    write_gz2(tmp_path, {(5, 1): SPIRAL, (6, 2): SPIRAL})
    with zipfile.ZipFile(tmp_path / "images.zip", "a") as file:
        file.writestr("9" * 5000 + ".jpg", jpeg())
    translate(*(tmp_path / name for name in ("images.zip", "mapping.csv", "votes.csv.gz", IMAGES, SOLUTIONS)))
    with zipfile.ZipFile(tmp_path / IMAGES) as file:
        assert file.namelist() == [name(5)]


# From the user's folder.


def taken(folder, tmp_path):
    take(folder, tmp_path / "new" / IMAGES, tmp_path / "new" / SOLUTIONS)


def test_folder_with_zips_is_linked(tmp_path):
    write_archive(tmp_path / "mine", [1, 2])
    taken(tmp_path / "mine", tmp_path)
    assert (tmp_path / "new" / IMAGES).readlink() == tmp_path / "mine" / IMAGES
    assert (tmp_path / "new" / SOLUTIONS).readlink() == tmp_path / "mine" / SOLUTIONS


def test_folder_with_pictures_is_packed_with_the_same_bytes_each_time(tmp_path):
    mine = tmp_path / "mine"
    (mine / "images_training_rev1").mkdir(parents=True)
    for galaxy in (2, 1):
        (mine / "images_training_rev1" / f"{galaxy}.jpg").write_bytes(jpeg(galaxy))
    (mine / "training_solutions_rev1.csv").write_text(table(1, 2))
    sums = set()
    for _ in range(2):
        taken(mine, tmp_path)
        sums.add(hashlib.sha256((tmp_path / "new" / IMAGES).read_bytes()).hexdigest())
    assert len(sums) == 1
    with zipfile.ZipFile(tmp_path / "new" / IMAGES) as file:
        assert {info.filename: file.read(info) for info in file.infolist()} == {
            n: jpeg(i) for i in (1, 2) for n in [name(i)]
        }
    assert read_solutions(tmp_path / "new" / SOLUTIONS)[1].keys() == {1, 2}


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match=f"none: expected a folder with {IMAGES}, found no such folder"):
        taken(tmp_path / "none", tmp_path)


def test_empty_folder(tmp_path):
    (tmp_path / "mine").mkdir()
    message = rf"mine: expected {IMAGES} \(or images_training_rev1/ with .*csv\), found nothing"
    with pytest.raises(InputError, match=message):
        taken(tmp_path / "mine", tmp_path)


def test_folder_without_pictures(tmp_path):
    (tmp_path / "mine/images_training_rev1").mkdir(parents=True)
    (tmp_path / "mine/training_solutions_rev1.csv").write_text(table(1))
    with pytest.raises(InputError, match="images_training_rev1: expected JPEGs, found none"):
        taken(tmp_path / "mine", tmp_path)


def test_folder_without_the_table(tmp_path):
    write_archive(tmp_path / "mine", [1])
    (tmp_path / "mine" / SOLUTIONS).unlink()
    with pytest.raises(InputError, match=f"mine: expected {SOLUTIONS} .*, found {IMAGES}"):
        taken(tmp_path / "mine", tmp_path)
