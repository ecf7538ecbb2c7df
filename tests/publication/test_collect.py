"""The page, its captions and the ledger."""

import json
import runpy
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import yaml
from PIL import Image

from mockskies.artefacts.published import read_published
from mockskies.errors import InputError
from mockskies.publication.caption import render_caption
from mockskies.publication.ledger import differences, ledger, read_values
from mockskies.publication.page import Artefact, Paper, render_page

ROOT = Path(__file__).parents[2]
CAPTIONS = sorted((ROOT / "workflow/report").glob("smith2019_*.rst"))
SCHEDULE = {"run": "smith2019", "epochs": 40, "paper_epochs": 36000, "steps": 1200, "paper_steps": 1080000}
PARAMS = {
    "schedule": SCHEDULE,
    "source": "simulate",
    "band": "F775W",
    "percentiles": [0.5, 99.5],
    "zoom": 45.0,
    "magnitudes": [21.0, 26.0],
    "each": 50,
    "size": 7.2,
    "own_steps": 9000,
}


class Links(HTMLParser):
    """Collects what a page points to and the names that it can be pointed at."""

    def __init__(self):
        super().__init__()
        self.targets, self.names = [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.targets += [attributes[key] for key in ("href", "src") if key in attributes]
        self.names += [attributes["id"]] if "id" in attributes else []


@pytest.fixture
def published():
    return yaml.safe_load((ROOT / "config/published.yaml").read_text())["published"]["smith2019"]


@pytest.fixture
def page(tmp_path, published, namespace):
    """Paths of page and ledger, made from one figure and one set of numbers."""
    folder = tmp_path / "artefacts/smith2019"
    folder.mkdir(parents=True)
    Image.new("L", (40, 20)).save(folder / "fig1.png")
    (folder / "fig1.pdf").write_bytes(b"%PDF")
    row = {"name": "ks_p_F606W", "meaning": "p < 1 & more", "unit": "", "value": 0.5, "published": 0.16}
    values = {"settings": {"epochs": 40, "sky": "simulator"}, "values": [row | {"verdict": "not comparable"}]}
    (folder / "numbers.json").write_text(json.dumps(values))
    artefacts = [
        {
            "name": name,
            "title": title,
            "caption": ROOT / f"workflow/report/smith2019_{name}.rst",
            "params": PARAMS,
        }
        for name, title in (("fig1", "Figure 1"), ("numbers", "Numbers"))
    ]
    artefacts[0]["files"] = [folder / "fig1.png", folder / "fig1.pdf"]
    artefacts[1]["files"] = [folder / "numbers.json"]
    paper = {"title": "A title", "reference": "An author", "published": published, "artefacts": artefacts}
    output = {"page": tmp_path / "publication/index.html", "ledger": tmp_path / "publication/ledger.csv"}
    main = runpy.run_path(str(ROOT / "workflow/scripts/publication/collect.py"))["main"]
    main(
        namespace(
            input={"template": ROOT / "workflow/mockskies/publication/page.html"},
            output=output,
            params={"papers": {"smith2019": paper | {"values": [folder / "numbers.json"]}}},
        )
    )
    return output


def test_every_link_of_the_page_leads_somewhere(page):
    links = Links()
    links.feed(page["page"].read_text())
    assert len(links.targets) > 8
    for target in links.targets:
        if target.startswith("#"):
            assert target[1:] in links.names
        else:
            assert ":" not in target
            assert (page["page"].parent / target).is_file(), target
    assert len(links.names) == len(set(links.names))


def test_page_shows_pictures_captions_numbers_and_verdicts(page):
    html = page["page"].read_text()
    assert '<img src="../artefacts/smith2019/fig1.png" width="40" height="20"' in html
    assert "<strong>The sky is simulated</strong>" in html
    assert "<strong>40 of the paper\u2019s 36000 epochs</strong>" in html
    assert "p &lt; 1 &amp; more" in html
    assert "epochs of training: 40 (paper: 36000)" in html
    assert (
        html.count("not comparable</td>")
        == 1 + (pd.read_csv(page["ledger"])["verdict"] == "not comparable").sum()
    )
    assert "http" not in html


def test_ledger_has_a_row_for_every_published_value(page, published):
    table = pd.read_csv(page["ledger"], keep_default_na=False).set_index("name")
    assert list(table.index) == list(published)
    assert table.loc["ks_p_F606W", ["published", "rebuilt", "verdict"]].tolist() == [
        "0.16",
        "0.5",
        "not comparable",
    ]
    assert table.loc["epochs", "verdict"] == "farther"
    assert table.loc["giant_size", ["rebuilt", "verdict"]].tolist() == ["", "not rebuilt"]


def test_the_papers_own_settings_leave_nothing_to_explain(published):
    values = read_published(published)
    table = ledger("smith2019", values, {name: value.value for name, value in values.items()})
    assert set(table["verdict"]) == {"as published"}
    assert differences(table) == []


def test_values_are_merged_from_all_files(tmp_path):
    first = {"settings": {"epochs": 3}, "values": [{"name": "a", "value": 1.0}, {"name": "empty"}]}
    (tmp_path / "a.json").write_text(json.dumps(first))
    (tmp_path / "b.json").write_text(json.dumps({"values": [{"name": "b", "value": 2.0}]}))
    assert read_values([tmp_path / "a.json", tmp_path / "b.json"]) == {"epochs": 3, "a": 1.0, "b": 2.0}


@pytest.mark.parametrize("caption", CAPTIONS, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("simulate", "<strong>The sky is simulated</strong>, not observed; run"),
        ("retrieve", "The sky is the XDF as its archive serves it; run"),
        ("skies", "The sky was read from a folder of the user\u2019s; run"),
    ],
)
def test_captions_say_where_the_sky_comes_from(caption, source, words):
    assert words in " ".join(render_caption(caption, PARAMS | {"source": source}).split())


@pytest.mark.parametrize("caption", CAPTIONS, ids=lambda path: path.stem)
def test_captions_at_the_papers_schedule_disclaim_nothing(caption):
    schedule = SCHEDULE | {"epochs": 36000, "steps": 1080000}
    html = " ".join(render_caption(caption, PARAMS | {"schedule": schedule}).split())
    assert "was trained for the paper\u2019s 36000 epochs." in html
    assert "nothing here speaks" not in html


def test_there_are_captions():
    assert len(CAPTIONS) == 5


GALAXY_CAPTIONS = sorted((ROOT / "workflow/report").glob("fussell2019_*.rst"))


def galaxy_caption(path, epochs=8, source="simulate"):
    schedule = {"run": "fussell2019_dcgan64", "epochs": epochs, "paper_epochs": 100, "paper_steps": 192400}
    return " ".join(render_caption(path, {"schedules": [schedule], "source": source}).split())


@pytest.mark.parametrize("caption", GALAXY_CAPTIONS, ids=lambda path: path.stem)
def test_captions_of_galaxies_say_where_they_come_from_and_how_far_training_went(caption):
    html = galaxy_caption(caption)
    assert (
        "<strong>The galaxies are simulated</strong>, not observed. Epochs of training, of the paper" in html
    )
    assert "fussell2019_dcgan64</span> 8 of 100. <strong>That is shorter than the paper" in html
    assert "nothing here speaks for or against" in html
    assert "those of Galaxy Zoo as an archive serves them." in galaxy_caption(caption, source="retrieve")
    assert "read from a folder of the user" in galaxy_caption(caption, source="galaxies/")
    assert "nothing here speaks" not in galaxy_caption(caption, epochs=100)


def test_every_artefact_of_galaxies_has_a_caption():
    assert len(GALAXY_CAPTIONS) == 14


def test_a_table_without_picture_is_shown_cell_by_cell(tmp_path):
    (tmp_path / "table1.csv").write_text("parameter,DCGAN\nbeta <1>,0.50\nhalved,\n")
    table = Artefact("table1", "Table 1", "", (tmp_path / "table1.csv",), numbers=[]).table()
    assert table.to_numpy().tolist() == [["beta <1>", "0.50"], ["halved", ""]]
    columns = ["because", "verdict", "name", "meaning", "place", "published", "rebuilt", "unit", "asked"]
    artefacts = (Artefact("t", "T", "", (tmp_path / "table1.csv",), numbers=[]),)
    paper = Paper("p", "P", "", artefacts, pd.DataFrame(columns=columns))
    html = render_page(ROOT / "workflow/mockskies/publication/page.html", [paper], tmp_path)
    assert '<th scope="row">beta &lt;1&gt;</th><td>0.50</td>' in html
    assert '<th scope="row">halved</th><td>\u2013</td>' in html


def test_a_picture_stands_for_its_csv(tmp_path):
    files = (tmp_path / "fig3.png", tmp_path / "fig3_key.csv")
    assert Artefact("fig3", "Figure 3", "", files, numbers=[]).table() is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ snakemake.params.missing }}", "'dict object' has no attribute 'missing'"),
        ("an *unclosed emphasis", "Inline emphasis start-string without end-string"),
    ],
)
def test_faulty_caption_is_an_error(tmp_path, text, reason):
    path = tmp_path / "caption.rst"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        render_caption(path, {})
    assert str(error.value).startswith(f"{path}: expected a caption, but rendering it failed: ")
    assert reason in str(error.value)


def test_an_artefact_that_is_a_page_of_its_own_is_linked_in_its_card(tmp_path):
    columns = ["because", "verdict", "name", "meaning", "place", "published", "rebuilt", "unit", "asked"]
    artefact = Artefact("explorer", "Explorer", "", (tmp_path / "artefacts/explorer",), numbers=[])
    assert artefact.picture() is None
    assert artefact.table() is None
    paper = Paper("p", "P", "", (artefact,), pd.DataFrame(columns=columns))
    html = render_page(ROOT / "workflow/mockskies/publication/page.html", [paper], tmp_path / "publication")
    assert '<a class="enter" href="../artefacts/explorer/index.html">Open the explorer</a>' in html
    assert '<li><a href="../artefacts/explorer/index.html">explorer/index.html</a></li>' in html
    assert '<li><a href="#p-explorer">Explorer</a></li>' in html
    assert 'href="../artefacts/explorer"' not in html
