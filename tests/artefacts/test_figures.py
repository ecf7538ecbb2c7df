"""The scripts of figures 1 to 4 on small skies."""

import json
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mockskies.artefacts.style import Provenance
from mockskies.datasets.field import read_field
from mockskies.errors import InputError
from mockskies.measurement.table import read_catalogue

SCRIPTS = Path(__file__).parents[2] / "workflow/scripts/artefacts/smith2019"
FIGURES = ("fig1", "fig2", "fig3", "fig4")


@pytest.fixture
def draw(files, schedule, namespace):
    """Run the script of one figure; returns its outputs."""
    parts = {
        "fig1": (
            {"evolution": files.evolution},
            {"band": "F775W", "percentiles": [0.5, 99.5], "pixel_scale": 0.06},
        ),
        "fig2": (
            {"real": files.real, "generated": files.generated[0], "own": files.generated[0]},
            {"zoom": 45.0, "own_steps": 1200},
        ),
        "fig3": (
            {
                "real_field": files.real,
                "real_catalogue": files.real_catalogue,
                "generated_fields": files.generated,
                "generated_catalogues": files.generated_catalogues,
            },
            {
                "band": "F775W",
                "magnitudes": [21.0, 26.0],
                "size": 2.4,
                "pixel_scale": 0.06,
                "each": 8,
                "seed": 1,
            },
        ),
        "fig4": (
            {
                "real": files.real_catalogue,
                "generated": files.generated_catalogues,
                "statistics": files.statistics,
            },
            {"magnitudes": [20.0, 32.0], "bin_width": 0.5},
        ),
    }

    def run(name, folder, **changed):
        inputs, params = parts[name]
        output = {kind: folder / f"{name}.{kind}" for kind in ("pdf", "png")} | {"key": folder / "key.csv"}
        main = runpy.run_path(str(SCRIPTS / f"{name}.py"))["main"]
        main(namespace(input=inputs, output=output, params={"schedule": schedule} | params | changed))
        return output

    return run


@pytest.mark.parametrize("name", FIGURES)
def test_figure_embeds_fonts_and_provenance_and_has_the_same_bytes_each_time(draw, tmp_path, name):
    output, again = draw(name, tmp_path / "a"), draw(name, tmp_path / "b")
    for kind in ("pdf", "png"):
        assert output[kind].read_bytes() == again[kind].read_bytes()
    pdf = output["pdf"].read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"CreationDate" not in pdf
    with Image.open(output["png"]) as picture:
        facts = json.loads(picture.text["Description"])
        assert np.ptp(np.asarray(picture.convert("L"))) > 200
    assert facts["artefact"] == f"smith2019 {name}"
    assert facts["simulated"] is True
    assert facts["steps"] == 90


def named(field):
    """A field under the results: stage, run and file."""
    return "/".join(field.parts[-3:])


def test_key_names_each_source_once_in_order_of_magnitude(draw, files, tmp_path):
    key = pd.read_csv(draw("fig3", tmp_path)["key"])
    assert key["kind"].value_counts().to_dict() == {"real": 8, "generated": 8}
    assert key["magnitude"].is_monotonic_increasing
    assert not key.duplicated(["field", "number"]).any()
    assert key[["row", "column"]].to_numpy().tolist() == [[1 + i // 10, 1 + i % 10] for i in range(16)]
    fields = {named(field): field for field in (files.real, *files.generated)}
    catalogues = files.real_catalogue, *files.generated_catalogues
    tables = {name: read_catalogue(path) for name, path in zip(fields, catalogues, strict=True)}
    for source in key.itertuples():
        assert (source.kind == "real") == (source.field == named(files.real))
        row = tables[source.field][source.number - 1]
        assert row["MAG_AUTO_F775W"] == pytest.approx(source.magnitude, abs=1e-4)
        flux = read_field(fields[source.field]).flux[1]
        assert flux[source.y, source.x] > 5 * 3e-4


def test_thumbnails_run_short_honestly(draw, files, tmp_path):
    key = pd.read_csv(draw("fig3", tmp_path, each=500)["key"])
    table = read_catalogue(files.real_catalogue)
    inside = (table["MAG_AUTO_F775W"] >= 21) & (table["MAG_AUTO_F775W"] < 26)
    for axis in "XY":
        pixel = np.rint(np.asarray(table[f"{axis}_IMAGE"]) - 1)
        inside &= (pixel >= 20) & (pixel < table.meta[f"{axis}SIZE"] - 20)
    assert 0 < inside.sum() < 500
    assert (key["kind"] == "real").sum() == inside.sum()
    assert not key.duplicated(["field", "number"]).any()


def test_one_kind_alone_is_drawn(draw, files, tmp_path):
    """A half-trained generator may have no source bright enough."""
    generated = [read_catalogue(path)["MAG_AUTO_F775W"] for path in files.generated_catalogues]
    real = np.sort(read_catalogue(files.real_catalogue)["MAG_AUTO_F775W"])
    faint = float(real[real < min(map(np.nanmin, generated))].max()) + 1e-3
    key = pd.read_csv(draw("fig3", tmp_path, magnitudes=[15.0, faint], size=0.6)["key"])
    assert set(key["kind"]) == {"real"}


def test_no_sources_at_all_is_an_error(draw, tmp_path):
    message = "^catalogues: expected sources of 10 to 11 mag in F775W, found none$"
    with pytest.raises(InputError, match=message):
        draw("fig3", tmp_path, magnitudes=[10.0, 11.0])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("simulated", "steps", "label"),
    [
        (True, 1200, "simulated sky, 1\u2009200 of the paper\u2019s 1\u2009080\u2009000 training steps"),
        (False, 1200, "1\u2009200 of the paper\u2019s 1\u2009080\u2009000 training steps"),
        (True, 1080000, "simulated sky"),
        (False, 1080000, ""),
    ],
)
def test_label_says_what_a_reader_must_know(schedule, simulated, steps, label):
    assert Provenance("smith2019 fig1", simulated, **schedule | {"steps": steps}).label() == label
