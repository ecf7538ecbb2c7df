"""What the configuration names: refused where it is not there, or not of the kind that is expected."""

from pathlib import Path

from mockskies.configuration import unknown
from mockskies.errors import InputError

# Where the configuration names a run, and of which models that may be.
MODELS = {
    "smith2019.run": "spatial|field",
    "field.run": "field",
    "field.rival": "spatial",
    "fussell2019.dcgan": "dcgan",
    "fussell2019.stackgan": "stackgan",
    "fussell2019.classifier": "morphology",
    "defremond2020.end_to_end": "dcgan",
    "defremond2020.positions": "positions",
    "defremond2020.galaxies": "began",
    "defremond2020.class_positions": "positions",
    "defremond2020.class_galaxies": "began",
    "coccomini2021.bodies": "lightweight",
    "coccomini2021.galaxies": "lightweight",
    "coccomini2021.detector": "detector",
    "coccomini2021.classifier": "morphology",
}

# From an archive of which survey all runs of a paper learn.
SURVEYS = {"smith2019": "xdf", "field": "xdf", "fussell2019": "galaxyzoo", "defremond2020": "sparse"}

# Which models learn from an archive of which survey.
LEARN = {
    "xdf": ("spatial", "field"),
    "galaxyzoo": ("dcgan", "stackgan", "morphology", "detector", "lightweight"),
    "sparse": ("dcgan", "positions", "began", "cnn", "resnet"),
    "photographs": ("lightweight",),
}

# Networks that table 1 of defremond2020 names.
NETWORKS = {"cnn": "cnn", "resnet50": "resnet"}
# Arrays of the runs of defremond2020 without and with classes of size.
GRIDS = {"positions": "grids", "class_positions": "class_grids"}

# Fields of an ensemble, each of which is several jobs: with more, a plan would not come to an end.
MOST_FIELDS = 100_000


def check_references(config: dict, runs: dict[str, dict]) -> None:
    """Raise `InputError` where a name stands for no archive or run, or the ensemble outlasts its run.

    ``runs`` are resolved.
    """
    if config.get("source") == "archive":
        if not Path("archive/contents.json").is_file():
            raise InputError(
                "config: source: expected an unpacked archive in the folder 'archive', found none"
            )
        # An archive's own settings are not trusted.
        if Path(config["results"]).is_absolute() or ".." in Path(config["results"]).parts:
            raise InputError("config: results: expected a folder here with an archive, found one elsewhere")
    _check_datasets(config["archives"], runs)
    _check_named_runs(config, runs)
    _check_scorers(config["defremond2020"], config["archives"], runs)
    _check_sets(config["coccomini2021"], config["archives"], runs)
    _check_scenes(config["coccomini2021"], runs)
    _check_comparison(config["coccomini2021"], config["fussell2019"])
    for name, mock in config["mocks"].items():
        _check_mock(name, mock, runs)
    for name in config["field"]["asked"]:
        if name not in config["mocks"]:
            raise InputError(unknown("config: field.asked", "mock", name, config["mocks"]))
    if not runs[config["field"]["run"]].get("hold_out"):
        raise InputError("config: field.run: expected a run that holds out a quadrant, got one that does not")
    run = config["smith2019"]["run"]
    last, epochs = config["ensemble"]["last_epochs"], runs[run]["epochs"]
    if last > epochs and "fall" not in runs[run]["optimiser"]:
        raise InputError(
            f"config: ensemble.last_epochs: {last} is more than the {epochs} epochs of run {run!r}"
        )
    fields = (last // config["ensemble"]["every"] + 1) * config["ensemble"]["fields"]
    if fields > MOST_FIELDS:
        raise InputError(f"config: ensemble: expected at most {MOST_FIELDS} fields in all, got {fields}")


def _check_datasets(archives: dict, runs: dict[str, dict]) -> None:
    """Raise `InputError` where a run cannot learn from the archive that it names."""
    for name, run in runs.items():
        if run["dataset"] not in archives:
            raise InputError(unknown(f"config: runs.{name}.dataset", "archive", run["dataset"], archives))
        survey = archives[run["dataset"]]["survey"]
        if run["model"] not in LEARN[survey]:
            raise InputError(
                f"config: runs.{name}.dataset: {run['dataset']!r} is of survey {survey!r}, "
                f"from which a run of model {run['model']!r} cannot learn"
            )
        if ("images" in run) != (survey == "sparse"):
            raise InputError(
                f"config: runs.{name}.images: expected of runs on sparse frames and of no others, "
                f"got {run.get('images')!r} for survey {survey!r}"
            )
        if survey != "sparse" and "stretch" in run:
            raise InputError(f"config: runs.{name}.stretch: expected of runs on sparse frames only")


def _check_named_runs(config: dict, runs: dict[str, dict]) -> None:
    """Raise `InputError` where a paper names no run, or one of another model or survey."""
    for key, models in MODELS.items():
        paper, part = key.split(".")
        run = config[paper][part]
        if run not in runs:
            raise InputError(unknown(f"config: {key}", "run", run, runs))
        if runs[run]["model"] not in models.split("|"):
            raise InputError(
                f"config: {key}: expected a run of model {' or '.join(map(repr, models.split('|')))}, "
                f"got {run!r}, which is of model {runs[run]['model']!r}"
            )
        dataset = runs[run]["dataset"]
        survey = config["archives"][dataset]["survey"]
        if survey != SURVEYS.get(paper, survey):
            raise InputError(
                f"config: {key}: expected a run on an archive of survey {SURVEYS[paper]!r}, "
                f"got {run!r}, which is on {dataset!r}"
            )


def _check_mock(name: str, mock: dict, runs: dict[str, dict]) -> None:
    """Raise `InputError` where a mock field is asked of a run that cannot paint it."""
    if mock["run"] not in runs:
        raise InputError(unknown(f"config: mocks.{name}.run", "run", mock["run"], runs))
    run = runs[mock["run"]]
    if "crops" not in run:
        raise InputError(
            f"config: mocks.{name}.run: expected a run on crops of a field, got {mock['run']!r}, "
            f"which is of model {run['model']!r}"
        )
    for condition in ("density", "depth"):
        if condition in mock and condition not in run["generator"].get("conditions", []):
            raise InputError(
                f"config: mocks.{name}.{condition}: expected of runs with that condition only, "
                f"got run {mock['run']!r}"
            )


def _check_survey(key: str, name: str, survey: str, archives: dict) -> None:
    """Raise `InputError` where ``name`` is no archive of a survey."""
    if name not in archives:
        raise InputError(unknown(f"config: {key}", "archive", name, archives))
    if (found := archives[name]["survey"]) != survey:
        raise InputError(
            f"config: {key}: expected an archive of survey {survey!r}, got {name!r}, "
            f"which is of survey {found!r}"
        )


def _check_scorers(block: dict, archives: dict, runs: dict[str, dict]) -> None:
    """Raise `InputError` where the blocks of defremond2020 do not fit each other."""
    name, best, scorers = block["dataset"], block["best"], block["scorers"]
    _check_survey("defremond2020.dataset", name, "sparse", archives)
    if block["classes"] != sorted(set(block["classes"])):
        raise InputError(f"config: defremond2020.classes: expected sizes that ascend, got {block['classes']}")
    for part, images in GRIDS.items():
        if runs[block[part]]["images"] != images:
            raise InputError(
                f"config: runs.{block[part]}.images: expected {images!r} of defremond2020.{part}, "
                f"got {runs[block[part]]['images']!r}"
            )
    for part, classes in (("galaxies", 0), ("class_galaxies", len(block["classes"]) + 1)):
        found = runs[block[part]]["generator"]["classes"]
        if found != classes:
            raise InputError(
                f"config: runs.{block[part]}.generator.classes: expected {classes} of defremond2020.{part}, "
                f"got {found}"
            )
    if best not in scorers:
        raise InputError(unknown("config: defremond2020.best", "scorer", best, scorers))
    if scorers[best]["model"] == "network":
        raise InputError(
            f"config: defremond2020.best: expected a scorer that reads features, got the network {best!r}"
        )
    for scorer, settings in scorers.items():
        for fold in range(block["folds"] if settings["model"] == "network" else 0):
            run = f"{settings['run']}_fold{fold}"
            if run not in runs:
                raise InputError(unknown(f"config: defremond2020.scorers.{scorer}.run", "run", run, runs))
            if runs[run].get("fold") != fold:
                raise InputError(
                    f"config: runs.{run}.fold: expected {fold}, the fold that defremond2020.scorers.{scorer} "
                    f"leaves out for it, got {runs[run].get('fold')!r}"
                )
    for scorer, model in NETWORKS.items():
        if scorers[scorer]["model"] != "network":
            raise InputError(
                f"config: defremond2020.scorers.{scorer}.model: expected 'network', "
                f"got {scorers[scorer]['model']!r}"
            )
        run = f"{scorers[scorer]['run']}_fold0"
        if runs[run]["model"] != model:
            raise InputError(
                f"config: defremond2020.scorers.{scorer}.run: expected a run of model {model!r}, "
                f"got {run!r}, which is of model {runs[run]['model']!r}"
            )


def _check_sets(block: dict, archives: dict, runs: dict[str, dict]) -> None:
    """Raise `InputError` where the GANs of coccomini2021 do not learn what they are for."""
    name = block["photographs"]
    _check_survey("coccomini2021.photographs", name, "photographs", archives)
    galaxies = [archive for archive, about in archives.items() if about["survey"] == "galaxyzoo"]
    for part, what, known in (("bodies", "photographs", [name]), ("galaxies", "galaxies", galaxies)):
        dataset = runs[block[part]]["dataset"]
        if dataset not in known:
            raise InputError(
                f"config: coccomini2021.{part}: expected a run on {what}, got {block[part]!r}, "
                f"which is on {dataset!r}"
            )


def _check_scenes(block: dict, runs: dict[str, dict]) -> None:
    """Raise `InputError` where detector, scenes and wide view of coccomini2021 do not fit each other."""
    side, view, zooms = block["scenes"]["side"], block["view"], block["zooms"]
    cell = 2 ** len(runs[block["detector"]]["detector"]["widths"])
    if side % cell:
        raise InputError(
            f"config: coccomini2021.scenes.side: expected a multiple of {cell} px, the cells of run "
            f"{block['detector']!r}, got {side}"
        )
    if zooms != sorted(set(zooms), reverse=True):
        raise InputError(f"config: coccomini2021.zooms: expected numbers that descend, got {zooms}")
    seen = min(view["rows"], view["columns"]) * view["tile"] // zooms[0]
    if seen < side:
        raise InputError(
            f"config: coccomini2021.zooms: expected a view of at least {side} px, the side of a scene, at "
            f"each zoom, got {seen} px at {zooms[0]}"
        )


def _check_comparison(block: dict, other: dict) -> None:
    """Raise `InputError` where what is compared of the galaxies of coccomini2021 does not fit."""
    sizes, classifier = block["fid_sizes"], other["classifier"]
    if sizes != sorted(set(sizes)):
        raise InputError(f"config: coccomini2021.fid_sizes: expected numbers that ascend, got {sizes}")
    for key, asked in (("fid_sizes", sizes[-1]), ("similar", block["similar"])):
        if asked > block["drawn"]:
            raise InputError(
                f"config: coccomini2021.{key}: expected at most {block['drawn']}, the galaxies drawn, "
                f"got {asked}"
            )
    if block["classifier"] != classifier:
        raise InputError(
            f"config: coccomini2021.classifier: expected that of fussell2019, {classifier!r}, since real "
            f"galaxies are measured once, got {block['classifier']!r}"
        )
