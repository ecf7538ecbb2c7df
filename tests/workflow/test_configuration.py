"""What the configuration accepts, and the one line that each mistake in it gets."""

import copy
import functools
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mockskies.configuration import SCHEMAS, check, quantity, unknown
from mockskies.errors import InputError
from mockskies.references import check_references
from mockskies.run_blocks import resolve_runs

ROOT = Path(__file__).resolve().parents[2]


def overlay(below, above):
    """``above`` laid over ``below`` as Snakemake lays one --configfile over another."""
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {key: overlay(below.get(key), value) for key, value in above.items()}
    return above


def read(*names):
    return functools.reduce(overlay, [yaml.safe_load((ROOT / "config" / name).read_text()) for name in names])


@pytest.fixture
def config():
    return read("config.yaml", "runs.yaml")


def verdict(config):
    """What the workflow does with a configuration before anything else."""
    check(config, SCHEMAS / "config.yaml", "config")
    check_references(config, resolve_runs(config["runs"]))


def setting(config, dotted, value):
    """Copy of the configuration with one key set."""
    changed = copy.deepcopy(config)
    *parents, last = dotted.split(".")
    functools.reduce(lambda block, key: block.setdefault(key, {}), parents, changed)[last] = value
    return changed


@pytest.mark.parametrize("names", [["config.yaml", "runs.yaml"], ["config.yaml", "runs.yaml", "demo.yaml"]])
def test_shipped_settings_are_accepted(names):
    verdict(read(*names))


ARCSEC = "expected a positive number of arcsec such as '0.06 arcsec', got"
PIXELS = "expected a positive whole number of px or 'largest', got"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        # Numbers as text.
        (
            "runs.smith2019.optimiser.generator_rate",
            yaml.safe_load("2e-4"),
            "expected a number, got the text '2e-4' (YAML reads it as text: write 2.0e-4)",
        ),
        (
            "catalogue.threshold",
            "1.5e1",
            "expected a number, got the text '1.5e1' (YAML reads it as text: write 1.5e+1)",
        ),
        ("seed", "7", "expected a whole number, got the text '7' (write 7 without quotes)"),
        ("seed", "seven", "expected a whole number, got 'seven'"),
        # Negative, empty and impossible sizes.
        ("simulation.shape", -5250, "expected at least 1, got -5250"),
        ("dataset.size", -3232, f"{PIXELS} -3232"),
        ("dataset.size", "all", f"{PIXELS} 'all'"),
        ("ensemble.fields", 0, "expected at least 1, got 0"),
        ("ensemble.every", 10.0, "expected a whole number, got 10.0"),
        ("runs.smith2019.batch", -1, "expected at least 1, got -1"),
        ("runs.smith2019.batch", 127, "127 images do not fill packs of 2"),
        (
            "runs.smith2019.gpus",
            3,
            "expected a divisor of 64, the packs of 2 in runs.smith2019.batch, got 3",
        ),
        ("runs.galaxy_morphology.gpus", 5, "expected a divisor of 64, runs.galaxy_morphology.batch, got 5"),
        ("runs.galaxy_morphology.gpus", 0, "expected at least 1, got 0"),
        ("runs.smith2019.crops", [], "expected at least 1 of them, got []"),
        ("runs.smith2019.milestones", [0, 99000], "99000 is after the last of 36000 epochs"),
        ("ensemble.last_epochs", 36001, "36001 is more than the 36000 epochs of run 'smith2019'"),
        ("dataset.pixel_scale", "-0.06 arcsec", f"{ARCSEC} '-0.06 arcsec'"),
        ("dataset.pixel_scale", "0.00 arcsec", f"{ARCSEC} '0.00 arcsec'"),
        ("dataset.clip_percentile", 101, "expected at most 100, got 101"),
        ("catalogue.threshold", 0, "expected more than 0, got 0"),
        ("catalogue.clean", float("nan"), "expected a number, got nan"),
        ("runs.smith2019.optimiser.beta2", 1.0, "expected less than 1, got 1.0"),
        # Wrong units.
        ("dataset.pixel_scale", "60 mas", f"{ARCSEC} '60 mas'"),
        ("dataset.pixel_scale", 0.06, f"{ARCSEC} 0.06"),
        (
            "dataset.position_angle",
            "1 rad",
            "expected a number of deg such as '43.25 deg', got '1 rad'",
        ),
        ("bands.F606W.zero_point", "26.51", "expected a number of mag such as '26.51 mag', got '26.51'"),
        ("bands.F606W.maximum", "0.5 DN", "expected a number of e-/s such as '0.5262004 e-/s', got '0.5 DN'"),
        ("archives.xdf.first_wait", "20 ms", "expected a positive number of s such as '2 s', got '20 ms'"),
        (
            "runs.smith2019.checkpoint_every",
            "600 s",
            "expected a positive number of min such as '10 min', got '600 s'",
        ),
        # Runs that do not fit what they are for.
        (
            "runs.coccomini2021_galaxies.generator.widths",
            [256, 512, 256, 128, 64, 32],
            "expected as many as lead from 4 to 256 px, got 6, which lead to 128 px",
        ),
        (
            "runs.coccomini2021_galaxies.discriminator.widths",
            [64, 128, 256, 512],
            "expected as many as lead from 8 to 256 px, got 4, which lead to 128 px",
        ),
        ("runs.coccomini2021_bodies.sizes", [64, 128], "expected one size, got [64, 128]"),
        (
            "runs.coccomini2021_bodies.generator.excitations",
            [[16, 256]],
            "expected two of 4, 8, 16, 32, 64, 128 px, the smaller first, got [16, 256]",
        ),
        (
            "runs.coccomini2021_bodies.generator.excitations",
            [[128, 16]],
            "expected two of 4, 8, 16, 32, 64, 128 px, the smaller first, got [128, 16]",
        ),
        (
            "runs.coccomini2021_bodies.generator.attention.sizes",
            [32, 128],
            "expected of 4, 8, 16, 32, 64 px, got 128",
        ),
        (
            "runs.coccomini2021_bodies.discriminator.attention.sizes",
            [8],
            "expected of 16, 32, 64, 128 px, got 8",
        ),
        (
            "runs.coccomini2021_bodies.discriminator.widths",
            [64, 128, 256, 4],
            "expected at least 8 of the last two, which decoders halve, got [256, 4]",
        ),
        (
            "runs.coccomini2021_bodies.objective.loss",
            "score",
            "expected 'hinge' of model 'lightweight', got 'score'",
        ),
        ("runs.coccomini2021_bodies.objective.colour", 25, "expected at most 1, got 25"),
        ("runs.coccomini2021_bodies.objective.penalty_every", 0, "expected at least 1, got 0"),
        ("runs.coccomini2021_bodies.accumulate", 0, "expected at least 1, got 0"),
        ("runs.coccomini2021_bodies.average.decay", 1.0, "expected less than 1, got 1.0"),
        (
            "runs.coccomini2021_bodies.dataset",
            "sparse",
            "'sparse' is of survey 'sparse', from which a run of model 'lightweight' cannot learn",
        ),
        (
            "runs.fussell2019_dcgan64.dataset",
            "space",
            "'space' is of survey 'photographs', from which a run of model 'dcgan' cannot learn",
        ),
        ("runs.fussell2019_stackgan.flips", False, "expected of runs of model 'lightweight' only"),
        (
            "coccomini2021.bodies",
            "fussell2019_dcgan64",
            "expected a run of model 'lightweight', got 'fussell2019_dcgan64', which is of model 'dcgan'",
        ),
        (
            "coccomini2021.galaxies",
            "galaxy_morphology",
            "expected a run of model 'lightweight', got 'galaxy_morphology', which is of model 'morphology'",
        ),
        ("coccomini2021.photographs", "spcae", "unknown archive 'spcae'; did you mean 'space'?"),
        (
            "coccomini2021.bodies",
            "coccomini2021_galaxies",
            "expected a run on photographs, got 'coccomini2021_galaxies', which is on 'galaxyzoo'",
        ),
        (
            "coccomini2021.galaxies",
            "coccomini2021_bodies",
            "expected a run on galaxies, got 'coccomini2021_bodies', which is on 'space'",
        ),
        (
            "coccomini2021.photographs",
            "galaxyzoo",
            "expected an archive of survey 'photographs', got 'galaxyzoo', which is of survey 'galaxyzoo'",
        ),
        (
            "runs.coccomini2021_detector.objective.loss",
            "votes",
            "expected 'detection' of model 'detector', got 'votes'",
        ),
        ("runs.coccomini2021_detector.objective.box_weight", 0, "expected more than 0, got 0"),
        ("runs.coccomini2021_detector.detector.prior", 0, "expected more than 0, got 0"),
        (
            "runs.coccomini2021_detector.detector.widths",
            [32, 60],
            "expected multiples of 8, its groups, got 60",
        ),
        (
            "runs.coccomini2021_detector.dataset",
            "xdf",
            "'xdf' is of survey 'xdf', from which a run of model 'detector' cannot learn",
        ),
        (
            "coccomini2021.detector",
            "galaxy_morphology",
            "expected a run of model 'detector', got 'galaxy_morphology', which is of model 'morphology'",
        ),
        (
            "coccomini2021.scenes.side",
            500,
            "expected a multiple of 8 px, the cells of run 'coccomini2021_detector', got 500",
        ),
        ("coccomini2021.fid_sizes", [500, 500], "expected numbers that ascend, got [500, 500]"),
        ("coccomini2021.fid_sizes", [500, 4000], "expected at most 3000, the galaxies drawn, got 4000"),
        ("coccomini2021.similar", 4000, "expected at most 3000, the galaxies drawn, got 4000"),
        (
            "runs.field.discriminator.view",
            24,
            "expected a multiple of 16 px, to which its 4 widths lead, got 24",
        ),
        ("runs.field.crops", [96], "expected multiples of 64 px, the discriminator's view, got 96"),
        ("runs.field.optimiser.fall", [300, 150], "expected an epoch and a later one, got [300, 150]"),
        ("runs.field.optimiser.fall", 150, "expected two epochs, got 150"),
        ("runs.field.objective.penalty_fall", [7, 7], "expected an epoch and a later one, got [7, 7]"),
        ("runs.field.objective.peaks", -1, "expected at least 0, got -1"),
        (
            "runs.field.generator.conditions",
            ["depth", "depth"],
            "expected each of them once, got ['depth', 'depth']",
        ),
        ("mocks.wide.run", "fild", "unknown run 'fild'; did you mean 'field'?"),
        (
            "mocks.wide.run",
            "fussell2019_dcgan64",
            "expected a run on crops of a field, got 'fussell2019_dcgan64', which is of model 'dcgan'",
        ),
        ("mocks.wide.density", 2, "expected of runs with that condition only, got run 'field'"),
        ("mocks.half.density", 0, "expected a number above 0 or the path of a FITS image such as 2, got 0"),
        (
            "mocks.half.density",
            "./map.png",
            "expected a number above 0 or the path of a FITS image such as 2, got './map.png'",
        ),
        ("mocks.shallow.depth", "-1 arcsec", "expected a number of mag such as '-1 mag', got '-1 arcsec'"),
        ("field.asked", ["halve"], "unknown mock 'halve'; did you mean 'half'?"),
        (
            "field.rival",
            "field",
            "expected a run of model 'spatial', got 'field', which is of model 'field'",
        ),
        (
            "field.run",
            "smith2019",
            "expected a run of model 'field', got 'smith2019', which is of model 'spatial'",
        ),
        (
            "bands.F606W",
            {"zero_point": "26.51 mag", "minimum": "0 e-/s"},
            "missing key 'maximum', which goes with 'minimum'",
        ),
        ("runs.fussell2019_dcgan64.turns", True, "expected of runs on crops of a field only"),
        ("runs.fussell2019_dcgan64.hold_out", True, "expected of runs on crops of a field only"),
        (
            "runs.field.objective.loss",
            "relativistic_average",
            "expected 'relativistic_pairing' of model 'field', got 'relativistic_average'",
        ),
        ("coccomini2021.zooms", [1, 2], "expected numbers that descend, got [1, 2]"),
        ("coccomini2021.zooms", [2, 2], "expected numbers that descend, got [2, 2]"),
        (
            "coccomini2021.zooms",
            [64, 1],
            "expected a view of at least 512 px, the side of a scene, at each zoom, got 500 px at 64",
        ),
        (
            "runs.defremond2020_galaxies.generator.doublings",
            3,
            "expected as many as lead from 8 to 32 px, got 3, which lead to 64 px",
        ),
        ("runs.defremond2020_galaxies.images", "grids", "model 'began' cannot learn from 'grids'"),
        (
            "runs.defremond2020_cnn_fold0.objective.loss",
            "votes",
            "expected 'score' of model 'cnn', got 'votes'",
        ),
        (
            "runs.defremond2020_cnn_fold4.fold",
            3,
            "expected 4, the fold that defremond2020.scorers.cnn leaves out for it, got 3",
        ),
        (
            "runs.defremond2020_class_positions.images",
            "grids",
            "expected 'class_grids' of defremond2020.class_positions, got 'grids'",
        ),
        ("runs.galaxy_morphology.stretch", "square_root", "expected of runs on sparse frames only"),
        # Values of another kind.
        (
            "archives.xdf.source",
            "retreive",
            "expected 'retrieve', 'simulate' or a folder with a slash such as './xdf', got 'retreive'",
        ),
        (
            "archives.xdf.url",
            "https://example.org",
            "expected an https address without user, password or query that ends in a slash "
            "such as 'https://archive.stsci.edu/pub/hlsp/xdf/', got 'https://example.org'",
        ),
        ("compute.precision", "float16", "expected 'auto' or 'bfloat16' or 'float32', got 'float16'"),
        ("compute.compile", "yes", "expected true or false, got 'yes'"),
        ("comparison", None, "expected a block of keys, got None"),
        ("runs.smith2019", 5, "expected a block of keys, got 5"),
        # Names that stand for nothing.
        ("runs.smith2019_code.base", "smith2018", "unknown run 'smith2018'; did you mean 'smith2019'?"),
        (
            "runs.smith2019.base",
            "smith2019_code",
            "goes in a circle: smith2019 -> smith2019_code -> smith2019",
        ),
        ("runs.smith2019.dataset", "xfd", "unknown archive 'xfd'; did you mean 'xdf'?"),
        ("smith2019.run", "smith", "unknown run 'smith'; did you mean 'smith2019'?"),
    ],
)
def test_one_line_for_each_value(config, key, value, message):
    with pytest.raises(InputError) as caught:
        verdict(setting(config, key, value))
    assert str(caught.value) == f"config: {key}: {message}"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("datset", {}, "unknown key 'datset'; did you mean 'dataset'?"),
        ("dataset.pixelscale", "1 arcsec", "dataset: unknown key 'pixelscale'; did you mean 'pixel_scale'?"),
        ("compute.gpu", True, "compute: unknown key 'gpu'; known are precision, compile"),
        ("archives.xdf.timout", "60 s", "archives.xdf: unknown key 'timout'; did you mean 'timeout'?"),
        (
            "runs.smith2019.generator.sets",
            3,
            "runs.smith2019.generator: unknown key 'sets'; known are latent_channels, widths, layers_per_set",
        ),
        ("runs.smith2019.crops", [64, -64], "runs.smith2019.crops[1]: expected at least 16, got -64"),
        ("runs.smith2019.crops", [100], "runs.smith2019.crops[0]: expected a multiple of 16, got 100"),
        ("archives.null_c", {"source": "simulate"}, "archives.null_c: missing key 'survey'"),
        ("archives.null_c", {"survey": "xdf", "source": "retrieve"}, "archives.null_c: missing key 'url'"),
        (
            "archives.gz",
            {"survey": "galaxyzoo", "source": "retrieve"},
            "archives.gz: missing key 'provider'",
        ),
        ("archives.galaxyzoo.provider", "server", "archives.galaxyzoo: missing key 'url'"),
        ("archives.galaxyzoo.provider", "zenodo", "archives.galaxyzoo: missing key 'url'"),
        (
            "archives.galaxyzoo.provider",
            "kagle",
            "archives.galaxyzoo.provider: expected 'kaggle' or 'zenodo' or 'server', got 'kagle'",
        ),
        (
            "archives.xdf.survey",
            "sdss",
            "archives.xdf.survey: expected 'xdf' or 'galaxyzoo' or 'sparse' or 'photographs', got 'sdss'",
        ),
        (
            "archives.space.source",
            "retrieve",
            "archives.space.source: expected 'simulate' or a folder with a slash "
            "(these photographs can't be retrieved) such as './space-photographs', got 'retrieve'",
        ),
        ("simulation.photographs", 0, "simulation.photographs: expected at least 1, got 0"),
        (
            "archives.frames",
            {"survey": "sparse", "source": "simulate"},
            "archives.frames: missing key 'images'",
        ),
        (
            "archives.sparse.source",
            "retrieve",
            "archives.sparse.source: expected 'simulate' or a folder with a slash "
            "(these data can't be retrieved) "
            "such as './cosmology_aux_data_170429', got 'retrieve'",
        ),
        ("archives.sparse.images.scored", 0, "archives.sparse.images.scored: expected at least 1, got 0"),
        (
            "defremond2020.dataset",
            "spars",
            "defremond2020.dataset: unknown archive 'spars'; did you mean 'sparse'?",
        ),
        (
            "defremond2020.dataset",
            "xdf",
            "defremond2020.dataset: expected an archive of survey 'sparse', got 'xdf', "
            "which is of survey 'xdf'",
        ),
        (
            "defremond2020.classes",
            [48, 16],
            "defremond2020.classes: expected sizes that ascend, got [48, 16]",
        ),
        (
            "defremond2020.best",
            "cnn",
            "defremond2020.best: expected a scorer that reads features, got the network 'cnn'",
        ),
        (
            "defremond2020.best",
            "xgboost_histogramm",
            "defremond2020.best: unknown scorer 'xgboost_histogramm'; did you mean 'xgboost_histogram'?",
        ),
        (
            "defremond2020.scorers.cnn",
            {"model": "network"},
            "defremond2020.scorers.cnn: missing key 'run'",
        ),
        (
            "defremond2020.scorers.cnn.run",
            "defremond2020_cn",
            "defremond2020.scorers.cnn.run: unknown run 'defremond2020_cn_fold0'; "
            "did you mean 'defremond2020_cnn_fold0'?",
        ),
        (
            "fussell2019.dcgan",
            "defremond2020_end_to_end",
            "fussell2019.dcgan: expected a run on an archive of survey 'galaxyzoo', got "
            "'defremond2020_end_to_end', which is on 'sparse'",
        ),
        (
            "defremond2020.end_to_end",
            "fussell2019_dcgan64",
            "defremond2020.end_to_end: expected a run on an archive of survey 'sparse', got "
            "'fussell2019_dcgan64', which is on 'galaxyzoo'",
        ),
        (
            "defremond2020.scorers.resnet50",
            {"model": "forest", "features": ["power"]},
            "defremond2020.scorers.resnet50.model: expected 'network', got 'forest'",
        ),
        (
            "defremond2020.scorers.cnn.run",
            "defremond2020_resnet50",
            "defremond2020.scorers.cnn.run: expected a run of model 'cnn', got "
            "'defremond2020_resnet50_fold0', which is of model 'resnet'",
        ),
        (
            "defremond2020.scorers",
            {"forest": {"model": "forest", "features": ["power"]}},
            "defremond2020.scorers: missing key 'cnn'",
        ),
        (
            "defremond2020.scorers.forest_power",
            {"model": "forest", "features": ["powr"]},
            "defremond2020.scorers.forest_power.features[0]: expected 'basic' or 'individual' or "
            "'interactions' or 'histogram' or 'hog' or 'lbp' or 'fourier' or 'power', got 'powr'",
        ),
        (
            "defremond2020.galaxies",
            "defremond2020_positions",
            "defremond2020.galaxies: expected a run of model 'began', got 'defremond2020_positions', "
            "which is of model 'positions'",
        ),
        (
            "runs.defremond2020_positions.discriminator.widths",
            [64, 32],
            "runs.defremond2020_positions.discriminator.widths: expected as many as lead from 4 to 32 px, "
            "got 2, which lead to 16 px",
        ),
        (
            "runs.defremond2020_end_to_end.dataset",
            "galaxyzoo",
            "runs.defremond2020_end_to_end.images: expected of runs on sparse frames and of no others, "
            "got 'frames_128' for survey 'galaxyzoo'",
        ),
        (
            "runs.coccomini2021_bodies.average",
            {"decay": 0.995, "evry": 10, "start": 0},
            "runs.coccomini2021_bodies.average: unknown key 'evry'; did you mean 'every'?",
        ),
        (
            "runs.coccomini2021_bodies.generator.excitations",
            [[16]],
            "runs.coccomini2021_bodies.generator.excitations[0]: expected at least 2 of them, got [16]",
        ),
        (
            "runs.fussell2019_stackgan.dataset",
            "sparse",
            "runs.fussell2019_stackgan.dataset: 'sparse' is of survey 'sparse', "
            "from which a run of model 'stackgan' cannot learn",
        ),
        (
            "runs.defremond2020_galaxies.images",
            "patch",
            "runs.defremond2020_galaxies.images: expected 'patches', 'grids', 'class_grids', "
            "or frames of a side "
            "such as 'frames_128', got 'patch'",
        ),
        (
            "runs.defremond2020_galaxies.objective.gamma",
            1.5,
            "runs.defremond2020_galaxies.objective.gamma: expected at most 1, got 1.5",
        ),
        ("defremond2020.trees.colsample", 1.5, "defremond2020.trees.colsample: expected at most 1, got 1.5"),
        (
            "archives.Null",
            {"survey": "xdf", "source": "simulate"},
            "archives: expected a name of lower-case letters, digits and underscores, got 'Null'",
        ),
        (
            "bands.g",
            {},
            "bands: expected the name of a filter such as 'F606W', got 'g'",
        ),
    ],
)
def test_one_line_for_each_key(config, key, value, message):
    with pytest.raises(InputError) as caught:
        verdict(setting(config, key, value))
    assert str(caught.value) == f"config: {message}"


def test_crops_have_room_for_peaks(config):
    run = config["runs"]["field"]
    run |= {"crops": [16], "discriminator": {"widths": [8], "view": 16}}
    with pytest.raises(InputError) as caught:
        verdict(config)
    expected = "expected at least 32 px, in which peaks are counted, got 16"
    assert str(caught.value) == f"config: runs.field.crops: {expected}"
    run["objective"]["peaks"] = 0
    verdict(config)


def test_both_papers_measure_galaxies_with_one_classifier(config):
    other = setting(config, "runs.other", {"base": "galaxy_morphology"})
    with pytest.raises(InputError) as caught:
        verdict(setting(other, "coccomini2021.classifier", "other"))
    assert str(caught.value) == (
        "config: coccomini2021.classifier: expected that of fussell2019, 'galaxy_morphology', since real "
        "galaxies are measured once, got 'other'"
    )
    both = setting(other, "coccomini2021.classifier", "other")
    verdict(setting(both, "fussell2019.classifier", "other"))


def test_published_values_are_accepted_and_rest_on_groups_that_exist():
    published = read("published.yaml")
    check(published, SCHEMAS / "published.yaml", "published")
    for paper, values in published["published"].items():
        groups = {value["group"] for value in values.values()}
        unknown = {name for name, value in values.items() if not groups.issuperset(value["rests_on"])}
        assert unknown == set(), paper


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"near": {"rule": "within"}}, "epochs.near: missing key 'bound'"),
        (
            {"near": {"rule": "about", "bound": 1}},
            "epochs.near.rule: expected 'equal' or 'within' or 'at_most' or 'at_least'",
        ),
        ({"unit": "km"}, "epochs.unit: expected '' or 'px'"),
        ({"place": "somewhere"}, "epochs.place: expected a place in the paper such as 'section 2.3', got"),
        ({"valeu": 1}, "epochs: unknown key 'valeu'; did you mean 'value'?"),
    ],
)
def test_one_line_for_each_published_value(change, message):
    published = overlay(read("published.yaml"), {"published": {"smith2019": {"epochs": change}}})
    with pytest.raises(InputError) as caught:
        check(published, SCHEMAS / "published.yaml", "published")
    assert str(caught.value).startswith(f"published: published.smith2019.{message}")


def test_a_missing_key_is_named(config):
    del config["dataset"]["size"]
    with pytest.raises(InputError) as caught:
        verdict(config)
    assert str(caught.value) == "config: dataset: missing key 'size'"


def test_runs_inherit_block_by_block_along_the_chain():
    runs = read("runs.yaml")["runs"]
    runs["wider"] = {"base": "smith2019_code", "generator": {"latent_channels": 100}}
    resolved = resolve_runs(runs)
    assert resolved["wider"] == resolved["smith2019_code"] | {
        "generator": {"latent_channels": 100, "widths": [256, 128, 64, 32], "layers_per_set": 2}
    }
    assert resolved["smith2019_code"]["epochs"] == runs["smith2019"]["epochs"]
    assert runs["smith2019"]["generator"]["layers_per_set"] == 3


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("0.06 arcsec", "arcsec", 0.06),
        ("-0.003 e-/s", "e-/s", -0.003),
        ("1e-3 e-/s", "e-/s", 0.001),
        ("2 s", "s", 2),
    ],
)
def test_quantity(text, unit, number):
    assert quantity(text, unit) == number


@pytest.mark.parametrize("text", ["60 mas", "0.06", 0.06, "0.06arcsec", "x arcsec", "0.06 arcsec arcsec"])
def test_quantity_of_another_unit(text):
    with pytest.raises(InputError) as caught:
        quantity(text, "arcsec")
    assert str(caught.value) == f"expected a number of arcsec, got {text!r}"


def blocks(schema, where="schema"):
    """Every part of a schema with the way to it."""
    if isinstance(schema, dict):
        yield where, schema
        for key, part in schema.items():
            yield from blocks(part, f"{where}.{key}")
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from blocks(part, f"{where}[{index}]")


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.yaml")), ids=lambda path: path.name)
def test_schemas_close_every_block_and_describe_every_key(path):
    schema = yaml.safe_load(path.read_text())
    for where, block in blocks(schema):
        if block.get("type") == "object" and "properties" in block:
            assert block["additionalProperties"] is False, where
            undescribed = [key for key, part in block["properties"].items() if "description" not in part]
            assert undescribed == [], where


def test_a_dozen_known_names_are_enough():
    message = unknown("config: runs.mine.base", "run", "F606W", [f"survey{number}" for number in range(20)])
    assert message.startswith("config: runs.mine.base: unknown run 'F606W'; known are survey0, ")
    assert message.endswith(", survey11 and 8 more")
    few = unknown("config: runs.mine.base", "run", "F606W", ["one", "two"])
    assert few.endswith("known are one, two")


def test_the_configuration_is_cheap_to_read():
    """Every cluster job reads it, so it may not bring in the numerical libraries."""
    program = "import sys, mockskies.references, mockskies.run_blocks; print(*sys.modules)"
    listed = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT / "workflow", capture_output=True, text=True, check=True
    )
    assert not {"numpy", "torch", "astropy", "scipy", "pandas"} & set(listed.stdout.split())


@pytest.mark.parametrize(
    ("results", "refused"),
    [("/home/me/out", True), ("../out", True), ("a/../../out", True), ("out/a", False)],
)
def test_an_archive_stays_in_its_folder(config, tmp_path, monkeypatch, results, refused):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/contents.json").write_text("{}")
    config |= {"source": "archive", "results": results}
    if not refused:
        return verdict(config)
    with pytest.raises(InputError) as caught:
        verdict(config)
    assert str(caught.value) == "config: results: expected a folder here with an archive, found one elsewhere"


def test_an_archive_that_is_not_there_is_missed(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        verdict(config | {"source": "archive"})
    assert str(caught.value) == (
        "config: source: expected an unpacked archive in the folder 'archive', found none"
    )
