"""The scripts of fussell2019's figures and tables on small sets of galaxies."""

import json
import runpy
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from mockskies.artefacts.architecture import steps
from mockskies.artefacts.galaxy_numbers import brightness, property_numbers
from mockskies.artefacts.gallery import Row, draw_rows, gallery, sheet
from mockskies.artefacts.learning import latex, learning
from mockskies.artefacts.schedule import galaxy_provenance
from mockskies.datasets.galaxies import COLOURS
from mockskies.errors import InputError
from mockskies.models import dcgan, stackgan
from mockskies.models.outline import outline

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow/scripts/artefacts/fussell2019"
PUBLISHED = yaml.safe_load((ROOT / "config/published.yaml").read_text())["published"]["fussell2019"]
SCHEDULES = [
    {"run": run, "epochs": epochs, "paper_epochs": paper, "paper_steps": steps}
    for run, epochs, paper, steps in (("dcgan", 3, 100, 192400), ("stackgan", 2, 150, 144300))
]
COUNT = 50
PROPERTIES = ("ellipticity", "angle", "flux", "semi_major_axis")


def write_set(path, size, seed, record):
    """Round galaxies of different sizes and colours."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] - size / 2
    radius = random.uniform(size / 20, size / 8, (COUNT, 1, 1, 1))
    peak = random.uniform(100, 250, (COUNT, 3, 1, 1))
    images = (peak * np.exp(-(x**2 + y**2) / 2 / radius**2)).astype(np.uint8)
    np.save(path, images)
    path.with_suffix(".json").write_text(
        json.dumps({"size": size, "count": COUNT, "bands": COLOURS, "simulated": True} | record)
    )
    return path


def write_description(path, run, step, networks, **others):
    """What `describe_run` writes."""
    rates = {name: [[1, 2e-4]] for name in ("generator", "discriminator")}
    outlines = {name: asdict(outline(network, size)) for name, (network, size) in networks.items()}
    content = {"run": run, "epochs": 3, "step": step, "batch": 32, "beta1": 0.5, "beta2": 0.999}
    content |= {"halve_every": 0, "rates": rates, "first_deviation": 0.02001, "simulated": True}
    path.write_text(json.dumps(content | {"networks": outlines} | others))
    return path


@pytest.fixture(scope="session")
def galaxies(tmp_path_factory):
    """Paths of every input, by name."""
    root = tmp_path_factory.mktemp("galaxies")
    random = np.random.default_rng(3)
    files = SimpleNamespace(root=root)
    files.real = {size: write_set(root / f"{size}.npy", size, 1, {}) for size in (64, 128)}
    made = {"run": "dcgan", "step": 9}
    files.generated = {
        size: write_set(root / f"generated_{size}.npy", size, 2, made | {"step": size}) for size in (64, 128)
    }
    for name in ("closest", "real_closest"):
        columns = {
            "row": range(40),
            "real_row": random.integers(0, COUNT, 40),
            "distance": np.arange(40) + 0.5,
        }
        pd.DataFrame(columns).to_csv(root / f"{name}.csv", index=False)
    for name, failed in (("real", 0), ("generated", 4)):
        table = pd.DataFrame({key: random.uniform(0.1, 0.9, COUNT) for key in PROPERTIES})
        table["failure"] = ["gradient"] * failed + [""] * (COUNT - failed)
        table.loc[: failed - 1, list(PROPERTIES)] = np.nan
        table.to_csv(root / f"ellipses_{name}.csv", index=False)
    rows = [property_row(kind, key) for kind in ("generated", "null") for key in PROPERTIES]
    rows += [property_row("generated", f"moment_{key}") for key in PROPERTIES]
    pd.DataFrame(rows).to_csv(root / "properties.csv", index=False)
    quality = [
        {"sample": run, "kind": kind, "number": 25, "fid": fid, "kid": 0.1, "kid_std": 0.01}
        | {"precision": 0.5, "recall": 0.25}
        for run in ("one", "other")
        for kind, fid in (("generated", 12.5), ("null", 0.5))
    ]
    pd.DataFrame(quality).to_csv(root / "quality.csv", index=False)
    kinds = (("memorised", 0.5), ("closest_match", 0.02), ("repeated", 0.03))
    duplicates = [
        {"sample": run, "kind": kind, "share": share, "real_share": 0.01}
        for run in ("one", "other")
        for kind, share in kinds
    ]
    pd.DataFrame(duplicates).to_csv(root / "duplicates.csv", index=False)

    shapes = {"kernel": 4, "batch_norm": True, "dropout": None}
    generator = shapes | {"latent_channels": 100, "widths": [16, 12, 8, 4]}
    discriminator = shapes | {"widths": [4, 8, 12, 16], "dropout_after": "all"}
    first, second = dcgan.build(generator, discriminator, 3)
    networks = {"generator": (first, 1), "discriminator": (second, 64)}
    files.dcgan = write_description(root / "dcgan.json", "dcgan", 90, networks)
    networks = stackgan.build({"width": 6, "blocks": 6, "last_width": 8}, discriminator, 3)
    networks = {"generator": (networks[0], 64), "discriminator": (networks[1], 64)}
    rates = {name: [[1, 2e-4], [81, 1e-4]] for name in ("generator", "discriminator")}
    files.stackgan = write_description(
        root / "stackgan.json", "stackgan", 70, networks, rates=rates, halve_every=80, batch=64, epochs=150
    )
    (root / "method.json").write_text(json.dumps({"settings": {}}))
    return files


def property_row(kind, name):
    row = {"kind": kind, "property": name, "number_real": COUNT, "number_generated": COUNT - 4}
    row |= {"difference": 0.1, "low": 0.05, "high": 0.15, "ks": 0.25, "p": 0.03}
    row |= {"failures_real": 0.0, "failures_real_low": 0.0, "failures_real_high": 0.07}
    return row | {
        "failures_generated": 0.08,
        "failures_generated_low": 0.02,
        "failures_generated_high": 0.19,
    }


@pytest.fixture
def draw(galaxies, namespace):
    """Run a script; returns its outputs."""
    root, real, generated = galaxies.root, galaxies.real, galaxies.generated
    record = {size: path.with_suffix(".json") for size, path in generated.items()}
    descriptions = {"records": [galaxies.dcgan, galaxies.stackgan]}
    one, both = {"schedules": SCHEDULES[:1]}, {"schedules": SCHEDULES}
    ellipses = {key: root / f"ellipses_{key}.csv" for key in ("real", "generated")}
    parts = {
        "fig1": (descriptions, both),
        "table1": (
            descriptions | {"real_set": real[64].with_suffix(".json")},
            {"published": PUBLISHED, "settings": {"kernel": 6}},
        ),
        "samples": (
            {"generated": [generated[64]] * 2, "records": [record[64]] * 2, "real": real[64]},
            {"artefact": "fussell2019 fig2", "labels": ["kernel 6", "kernel 4"]} | both,
        ),
        "fig7": (
            {"generated": generated[64], "records": [record[64]], "real": real[64]}
            | {name: root / f"{name}.csv" for name in ("closest", "real_closest")},
            one,
        ),
        "fig9": (
            {"small": real[64], "large": real[128], "enlarged": generated[128], "records": [record[128]]},
            {"schedules": SCHEDULES[1:]},
        ),
        "fig10": (
            {"generated": generated[128], "real": real[128], "records": [record[64], record[128]]},
            both,
        ),
        "histograms": (
            ellipses
            | {
                "properties": root / "properties.csv",
                "records": [record[64]],
                "method": root / "method.json",
            },
            {"artefact": "fussell2019 fig11", "size": 64, "published": PUBLISHED} | one,
        ),
        "ablations": (
            {"quality": root / "quality.csv", "duplicates": root / "duplicates.csv"}
            | {"ellipses": [ellipses["generated"]], "records": [record[64]] * 2},
            {"labels": {"one": "first", "other": "second"}, "fitted": ["other"]} | both,
        ),
    }

    def run(name, folder, changed_input=None, **changed):
        inputs, params = parts[name]
        output = {kind: folder / f"{name}.{kind}" for kind in ("pdf", "png", "csv", "tex", "json")}
        main = runpy.run_path(str(SCRIPTS / f"{name}.py"))["main"]
        main(
            namespace(
                input=inputs | (changed_input or {}), output=output, params={"seed": 1} | params | changed
            )
        )
        return output

    return run


FIGURES = {"fig1": 70, "samples": 64, "fig7": 64, "fig9": 128, "fig10": 64, "histograms": 64, "ablations": 64}


@pytest.mark.parametrize("name", FIGURES)
def test_figure_is_drawn_with_the_steps_of_the_run_trained_least(draw, tmp_path, name):
    output = draw(name, tmp_path)
    pdf = output["pdf"].read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/Type3" not in pdf
    with Image.open(output["png"]) as picture:
        facts = json.loads(picture.text["Description"])
        assert np.ptp(np.asarray(picture.convert("L"))) > 200
    assert facts["subject"] == "galaxies"
    assert facts["simulated"] is True
    assert facts["steps"] in (FIGURES[name], 90)


@pytest.mark.parametrize("name", ["samples", "histograms"])
def test_figure_has_the_same_bytes_each_time(draw, tmp_path, name):
    output, again = draw(name, tmp_path / "a"), draw(name, tmp_path / "b")
    for kind in ("pdf", "png"):
        assert output[kind].read_bytes() == again[kind].read_bytes()


def test_pixels_are_enlarged_and_never_interpolated(draw, galaxies, tmp_path):
    """Each pixel of the PNG's images is that of a galaxy: three dots wide, no value that was not there."""
    images = np.load(galaxies.generated[64])[:2]
    figure, _ = gallery([Row("a", "red", images)], cell=192)
    figure.savefig(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        pixels = np.asarray(picture.convert("RGB"))
    truth = np.moveaxis(images[0], 0, -1).repeat(3, axis=0).repeat(3, axis=1)
    y, x = find(pixels, truth)
    assert np.array_equal(pixels[y : y + 192, x : x + 192], truth)


def find(pixels, image):
    """Upper left corner at which an image lies in a picture, within a few dots of where it should."""
    for y in range(4, 16):
        for x in range(100, 116):
            if np.array_equal(pixels[y : y + 192, x : x + 192], image):
                return y, x
    raise AssertionError("the image is not in the picture, pixel for pixel")


def test_sheet_enlarges_smaller_images_to_the_largest():
    small, large = np.full((1, 3, 2, 2), 7, np.uint8), np.full((2, 3, 4, 4), 9, np.uint8)
    small[0, :, 0, 1] = 50
    picture = sheet([small, large], gap=1)
    assert picture.shape == (9, 9, 3)
    assert (picture[:2, 2:4] == 50).all()
    assert (picture[2:4, :4] == 7).all()
    assert (picture[4] == 255).all()
    assert (picture[:4, 4:] == 255).all()
    assert (picture[5:, 5:] == 9).all()


def test_draws_are_different_galaxies_of_the_seed(galaxies):
    images = np.load(galaxies.real[64])
    rows = draw_rows(images, 20, np.random.default_rng(1), "x")
    assert len(set(rows)) == 20
    assert draw_rows(images, 20, np.random.default_rng(1), "x").tolist() == rows.tolist()


@pytest.mark.parametrize("name", ["samples", "fig7", "fig9", "fig10"])
def test_too_few_galaxies_are_an_error(draw, galaxies, tmp_path, name):
    few = tmp_path / "few.npy"
    size = 64 if name in ("samples", "fig7") else 128
    np.save(few, np.load(galaxies.generated[size])[:4])
    few.with_suffix(".json").write_text(json.dumps({"size": size, "count": 4, "bands": COLOURS}))
    pd.read_csv(galaxies.root / "closest.csv").head(4).to_csv(tmp_path / "few.csv", index=False)
    changed = {"samples": {"generated": [few] * 2}, "fig7": {"closest": tmp_path / "few.csv"}}
    changed |= {"fig9": {"enlarged": few}, "fig10": {"generated": few}}
    message = r"few\.\w+: expected at least \d+ images to show, got 4$"
    with pytest.raises(InputError, match=message):
        draw(name, tmp_path / "out", changed[name])
    assert not (tmp_path / "out").exists()


def test_more_enlarged_galaxies_than_real_ones_are_an_error(draw, galaxies, tmp_path):
    for size in (64, 128):
        np.save(tmp_path / f"{size}.npy", np.load(galaxies.real[size])[:10])
        (tmp_path / f"{size}.json").write_text(json.dumps({"size": size, "count": 10, "bands": COLOURS}))
    message = "expected one image for each of the first of 10 real ones, got 50$"
    with pytest.raises(InputError, match=message):
        draw("fig9", tmp_path / "out", {"small": tmp_path / "64.npy", "large": tmp_path / "128.npy"})


def test_a_set_without_fits_is_an_error(draw, galaxies, tmp_path):
    table = pd.read_csv(galaxies.root / "ellipses_real.csv").assign(failure="gradient")
    table.to_csv(tmp_path / "none.csv", index=False)
    message = "none.csv: expected at least 2 fitted ellipses, got 0 of 50$"
    with pytest.raises(InputError, match=message):
        draw("histograms", tmp_path / "out", {"real": tmp_path / "none.csv"})


def test_a_generator_whose_galaxies_no_ellipse_fits_is_shown(draw, galaxies, tmp_path):
    table = pd.read_csv(galaxies.root / "ellipses_generated.csv").assign(failure="gradient")
    table.to_csv(tmp_path / "none.csv", index=False)
    properties = pd.read_csv(galaxies.root / "properties.csv", keep_default_na=False, na_values=[""])
    fits = (properties["kind"] == "generated") & ~properties["property"].str.startswith("moment")
    properties.loc[fits, ["difference", "low", "high", "ks", "p"]] = float("nan")
    properties.to_csv(tmp_path / "properties.csv", index=False)
    inputs = {"generated": tmp_path / "none.csv", "properties": tmp_path / "properties.csv"}
    draw("histograms", tmp_path / "out", inputs)
    assert (tmp_path / "out/histograms.pdf").exists()
    numbers = json.loads((tmp_path / "out/histograms.json").read_text())
    assert "flux_64" not in numbers["settings"]


def test_drawing_holds_the_layers_that_the_modules_have(galaxies):
    networks = json.loads(galaxies.stackgan.read_text())["networks"]
    found, sums = steps(networks["generator"])
    assert len(found) == 16
    assert [step.shape for step in found] == [(6, 32, 32)] * 14 + [(8, 64, 64), (3, 128, 128)]
    times = "\N{MULTIPLICATION SIGN}"
    assert found[0].words == (f"conv 4{times}4", "s2 p1", "ReLU")
    assert found[1].words == (f"conv 3{times}3", "s1 p1", "batch norm", "ReLU")
    assert found[-1].words == (f"upsample {times}2", f"conv 3{times}3", "s1 p1", "Tanh")
    assert sums == [(2 * n, 2 * n + 2) for n in range(6)] + [(0, 13)]


def test_table_1_is_read_from_the_runs(draw, galaxies, tmp_path):
    output = draw("table1", tmp_path)
    table = pd.read_csv(output["csv"], dtype=str, keep_default_na=False).set_index("parameter")
    assert table.loc["learning rate of the generator", "DCGAN"] == "0.0002"
    assert table.loc["epochs between halvings"].tolist() == ["", "", "80", "80"]
    assert table.loc["epochs"].tolist() == ["3", "100", "150", "150"]
    assert table.loc["steps"].tolist() == ["90", "", "70", ""]
    assert table.loc["standard deviation of the first weights", "StackGAN"] == "0.02001"
    assert r"beta 1 & $0.5$ & $0.5$ & $0.5$ & $0.5$ \\" in output["tex"].read_text()
    settings = json.loads(output["json"].read_text())["settings"]
    assert settings["galaxies"] == "simulator"
    assert settings["images"] == COUNT
    assert settings["kernel"] == 6
    assert settings["dcgan_generator_widths"] == [16, 12, 8, 4]
    assert settings["stackgan_generator_sums"] == 7
    assert settings["stackgan_generator_kernels"] == [3, 4]


def test_halvings_are_those_of_the_log_where_there_was_one(galaxies):
    description = json.loads(galaxies.stackgan.read_text())
    assert learning("s", description | {"halve_every": 7})["s_halve_every"] == 80
    early = description | {"rates": {name: rates[:1] for name, rates in description["rates"].items()}}
    assert learning("s", early | {"halve_every": 7})["s_halve_every"] == 7
    assert "s_halve_every" not in learning("s", early | {"halve_every": 0})


def test_numbers_of_a_figure_are_judged(draw, tmp_path):
    content = json.loads(draw("histograms", tmp_path)["json"].read_text())
    assert content["settings"] == {"measured_64": COUNT, "flux_64": "brighter"}
    rows = {row["name"]: row for row in content["values"]}
    assert rows["failures_generated_64"]["value"] == pytest.approx(8)
    assert rows["failures_generated_64"]["verdict"] == "not comparable"
    assert "dcgan_epochs" in rows["failures_generated_64"]["because"]
    assert rows["ks_ellipticity_64"]["null_halves"] == 0.25


@pytest.mark.parametrize(
    ("low", "high", "word"), [(0.1, 0.2, "brighter"), (-0.2, -0.1, "fainter"), (-0.1, 0.1, "alike")]
)
def test_brightness_is_what_the_interval_leaves(low, high, word):
    properties = pd.DataFrame([property_row("generated", "flux") | {"low": low, "high": high}])
    assert brightness(properties, 64) == {"flux_64": word}
    assert brightness(properties.assign(difference=float("nan")), 64) == {}


def test_every_property_has_its_numbers():
    rows = [property_row(kind, name) for kind in ("generated", "null") for name in PROPERTIES]
    names = property_numbers(pd.DataFrame(rows), 128)["name"].tolist()
    assert len(names) == len(set(names)) == 14
    assert {"median_difference_flux_128", "ks_p_angle_128", "failures_real_128"} <= set(names)


def test_ablations_table_has_models_beside_real_against_real(draw, tmp_path):
    output = draw("ablations", tmp_path)
    table = pd.read_csv(output["csv"]).set_index("model")
    assert table.index.tolist() == ["first", "second"]
    row = table.loc["second"]
    assert row[["number", "fid", "null_fid", "recall"]].tolist() == [25, 12.5, 0.5, 0.25]
    assert row[["copies", "null_copies", "repeats", "failures"]].tolist() == [2, 1, 3, 8]
    assert np.isnan(table.loc["first", "failures"])
    assert "first & $25$ & $12.5$" in output["tex"].read_text()


def test_a_model_without_numbers_is_an_error(draw, tmp_path):
    message = r"quality\.csv: expected rows of missing, found none$"
    with pytest.raises(InputError, match=message):
        draw("ablations", tmp_path, labels={"one": "first", "missing": "second"})


def test_latex_of_words_and_numbers():
    table = pd.DataFrame([{"a_b": "x_y", "n": 3, "v": 1.23456e-7, "none": None}], dtype=object)
    assert r"x\_y & $3$ & $1.23 \times 10^{-7}$ & -- \\" in latex(table, 3)


def test_provenance_names_the_galaxies(galaxies):
    record = galaxies.generated[64].with_suffix(".json")
    label = galaxy_provenance("fussell2019 fig2", [record], SCHEDULES[:1]).label()
    assert label == "simulated galaxies, 64 of the paper\u2019s 192\u2009400 training steps"
