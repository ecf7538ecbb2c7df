"""The scripts of the page of `field`, from small skies to files."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mockskies.datasets.field import read_field

ROOT = Path(__file__).parents[2] / "workflow/scripts"
NAMES = ("rivals", "counts", "colours", "planes", "sky", "nearest", "asked")
SCHEDULE = {"run": "field", "epochs": 3, "paper_epochs": 3, "steps": 90, "paper_steps": 90}
LIMITS = {"limit": 28.0, "bootstraps": 20, "seed": 1, "pixel_scale": 0.06, "most": 20}


def main_of(stage, name):
    return runpy.run_path(str(ROOT / stage / f"{name}.py"))["main"]


@pytest.fixture(scope="module")
def compared(files, tmp_path_factory):
    """What the rules of comparison make of small skies: their files by name."""
    root = tmp_path_factory.mktemp("comparison")
    catalogues = {"real": files.real_catalogue, "generated": files.generated_catalogues}
    fields = {"real": files.real, "generated": files.generated}
    one = {"real": files.real, "real_catalogue": files.real_catalogue}
    one |= {"generated": files.generated[0], "generated_catalogue": files.generated_catalogues[0]}
    parts = {
        "compare_held_out": (catalogues, {"statistics": "held_out.csv", "counts": "counts.csv"}),
        "compare_planes": (catalogues, {"planes": "planes.csv"}),
        "classify_sources": (catalogues, {"classifier": "classifier.csv"}),
        "compare_clustering": (catalogues, {"clustering": "clustering.csv"}),
        "compare_skies": (
            fields, {"distances": "sky.csv", "pixels": "pixels.csv", "spectra": "spectra.csv"},
        ),
        "find_nearest_sources": (one, {"nearest": "nearest.csv", "pictures": "nearest.npz"}),
    }  # fmt: skip
    for name, (inputs, outputs) in parts.items():
        output = SimpleNamespace(**{key: root / value for key, value in outputs.items()})
        job = SimpleNamespace(
            input=SimpleNamespace(**inputs), output=output, params=SimpleNamespace(**LIMITS), threads=1
        )
        main_of("comparison", name)(job)
    follow = {"epochs": [1, 3], "limit": 28.0}
    for run in ("rival", "own"):
        job = SimpleNamespace(
            input=SimpleNamespace(
                real=files.real_catalogue, generated=files.generated_catalogues, losses=files.losses
            ),
            output=SimpleNamespace(progress=root / f"{run}.csv"),
            params=SimpleNamespace(**follow),
        )
        main_of("comparison", "follow_training")(job)
    job = SimpleNamespace(
        input=SimpleNamespace(
            real=files.real_catalogue,
            real_field=files.real,
            catalogues=files.generated_catalogues,
            fields=files.generated,
        ),
        output=SimpleNamespace(asked=root / "asked.csv"),
        params=SimpleNamespace(
            mocks={"half": {"density": 0.5, "depth": 0.0}, "mapped": {"density": "map.fits", "depth": -1.0}}
        ),
    )
    main_of("comparison", "compare_asked")(job)
    return root


@pytest.fixture
def draw(files, compared, namespace):
    """Run the script of one artefact; returns its outputs."""

    def table(name):
        return compared / f"{name}.csv"

    inputs = {
        "rivals": {
            "real": files.real,
            "rival": table("rival"),
            "own": table("own"),
            "rival_fields": files.generated,
            "own_fields": files.generated,
        },
        "counts": {"counts": table("counts")},
        "planes": {
            "real": files.real_catalogue,
            "generated": files.generated_catalogues,
            "planes": table("planes"),
        },
        "colours": {
            "real": files.real_catalogue,
            "generated": files.generated_catalogues,
            "statistics": table("held_out"),
        },
        "sky": {name: table(name) for name in ("pixels", "spectra", "clustering")},
        "nearest": {"nearest": table("nearest"), "pictures": compared / "nearest.npz"},
        "asked": {"asked": table("asked")},
        "numbers": {"statistics": table("held_out")}
        | {name: table(name) for name in ("counts", "planes", "classifier", "clustering", "sky", "nearest")},
    }
    params = {
        "rivals": {"runs": ["smith2019", "field"], "zoom": 10.0},
        "counts": {"magnitudes": [21.0, 30.5]},
        "planes": {"limit": 28.0},
        "colours": {"limit": 28.0},
        "numbers": {"limit": 28.0},
    }

    def run(name, folder, **changed):
        output = {kind: folder / f"{name}.{kind}" for kind in ("pdf", "png", "csv", "tex")}
        own = {"schedule": SCHEDULE, "source": "simulate"} | params.get(name, {})
        main_of("artefacts/field", name)(namespace(input=inputs[name] | changed, output=output, params=own))
        return output

    return run


@pytest.mark.parametrize("name", NAMES)
def test_figures_have_fonts_and_the_same_bytes_each_time(draw, tmp_path, name):
    output, again = draw(name, tmp_path / "a"), draw(name, tmp_path / "b")
    for kind in ("pdf", "png"):
        assert output[kind].read_bytes() == again[kind].read_bytes()
    assert b"/Type3" not in output["pdf"].read_bytes()
    with Image.open(output["png"]) as picture:
        assert '"simulated": true' in picture.info["Description"]
        assert np.asarray(picture.convert("L")).std() > 5


def test_every_number_stands_beside_its_null(draw, tmp_path):
    table = pd.read_csv(draw("numbers", tmp_path)["csv"])
    assert {"measure", "unit", "trained", "held_out", "real"} == set(table)
    magnitude = table[table["measure"] == "F775W magnitude: difference of the medians"]
    assert np.isfinite(magnitude[["trained", "held_out", "real"]].to_numpy()).all()


def test_rivals_are_compared_at_the_time_that_the_shorter_training_took(draw, compared, tmp_path):
    progress = pd.read_csv(compared / "own.csv")
    slower = tmp_path / "slower.csv"
    # Its first milestone took as long as all of the other's.
    progress.assign(seconds=progress["seconds"] * progress["seconds"][1] / progress["seconds"][0]).to_csv(
        slower
    )
    table = pd.read_csv(draw("rivals", tmp_path, rival=slower)["csv"]).set_index("run")
    assert table["epoch"].to_dict() == {"smith2019": 1, "field": 3}
    assert table.loc["smith2019", "minutes"] == pytest.approx(table.loc["field", "minutes"])


def test_figures_of_a_generator_without_sources(draw, files, compared, tmp_path):
    nearest = pd.read_csv(compared / "nearest.csv")
    nearest[nearest["set"] == "held out"].to_csv(tmp_path / "none.csv", index=False)
    images = read_field(files.real).flux[:, :48, :48][None][:0]
    np.savez(tmp_path / "none.npz", generated=images, nearest=images)
    output = draw("nearest", tmp_path, nearest=tmp_path / "none.csv", pictures=tmp_path / "none.npz")
    assert output["png"].exists()
    counts = pd.read_csv(compared / "counts.csv")
    generated = [name for name in counts if name.startswith("generated")]
    counts.assign(**dict.fromkeys(generated, 0)).to_csv(tmp_path / "counts.csv", index=False)
    assert draw("counts", tmp_path, counts=tmp_path / "counts.csv")["png"].exists()
