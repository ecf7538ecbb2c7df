"""The configuration: refused with one clear line when something in it cannot be meant.

Every cluster job reads it anew, so nothing heavy is imported here.
"""

import difflib
import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from mockskies.credentials import redacted
from mockskies.errors import InputError

SCHEMAS = Path(__file__).resolve().parents[2] / "config/schemas"

# Beyond this no setting means anything, and neither floats nor array indices are exact.
GREATEST = 2**53


def _is_number(_: Any, value: Any) -> bool:
    """YAML can write .nan and .inf, which no setting can mean."""
    return type(value) in (int, float) and abs(value) <= GREATEST


def _is_whole_number(_: Any, value: Any) -> bool:
    """3.0 is not a count."""
    return type(value) is int and abs(value) <= GREATEST


def _whole_pattern(_: Any, pattern: str, value: Any, schema: dict) -> Iterator[ValidationError]:
    """Python's $ also stands before a last end of line, which no name and no quantity may have."""
    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


Validator = extend(
    Draft202012Validator,
    {"pattern": _whole_pattern},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": _is_number, "integer": _is_whole_number}
    ),
)

# Where the configuration names a run, and of which model that must be.
MODELS = {
    "smith2019.run": "spatial",
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
SURVEYS = {"smith2019": "xdf", "fussell2019": "galaxyzoo", "defremond2020": "sparse"}

# Which models learn from an archive of which survey.
LEARN = {
    "xdf": ("spatial", "field"),
    "galaxyzoo": ("dcgan", "stackgan", "morphology", "detector", "lightweight"),
    "sparse": ("dcgan", "positions", "began", "cnn", "resnet"),
    "photographs": ("lightweight",),
}

# Which objectives a model can learn by, and of which of the arrays of sparse frames.
OBJECTIVES = {
    "spatial": ("relativistic_average",),
    "field": ("relativistic_pairing",),
    "dcgan": ("non_saturating",),
    "stackgan": ("dual",),
    "morphology": ("votes",),
    "positions": ("non_saturating",),
    "began": ("equilibrium",),
    "cnn": ("score",),
    "resnet": ("score",),
    "detector": ("detection",),
    "lightweight": ("hinge",),
}
ARRAYS = {
    "dcgan": r"frames_\d+",
    "positions": r"grids|class_grids",
    "began": r"patches",
    "cnn": r"scored_\d+",
    "resnet": r"scored_\d+",
}
# Networks that table 1 of defremond2020 names.
NETWORKS = {"cnn": "cnn", "resnet50": "resnet"}
# Arrays of the runs of defremond2020 without and with classes of size.
GRIDS = {"positions": "grids", "class_positions": "class_grids"}

# Side in px of arrays of sparse frames that do not bear it in their name.
SIDES = {"grids": 32, "class_grids": 32, "patches": 32}

# Keys that are written as they are, and length of what is quoted, in messages.
PLAIN = re.compile(r"[\w-]{1,60}")
LONGEST = 160

# Fields of an ensemble, each of which is several jobs: with more, a plan would not come to an end.
MOST_FIELDS = 100_000

NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")
TYPES = {
    "object": "a block of keys",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


def check(config: dict, schema_path: str | Path, where: str) -> None:
    """Raise `InputError` with the first thing in ``config`` that the schema refuses.

    The message begins with ``where`` and the dotted name of the key.
    """
    errors = sorted(
        _validator(Path(schema_path)).iter_errors(config), key=lambda error: list(map(str, error.path))
    )
    if errors:
        # Only here may the configuration hold a password: whoever writes one into an address is refused.
        raise InputError(redacted(": ".join([where, *_dotted(errors[0]), _complaint(errors[0])])))


def quantity(text: str, unit: str) -> float:
    """Number in ``text``, which must carry ``unit``: ``quantity("0.06 arcsec", "arcsec")`` is 0.06."""
    number, _, found = str(text).partition(" ")
    try:
        if found == unit and math.isfinite(value := float(number)):
            return value
    except ValueError:
        pass
    raise InputError(f"expected a number of {unit}, got {text!r}")


def resolve_runs(runs: dict[str, dict]) -> dict[str, dict]:
    """Every run with its chain of ``base`` followed and laid under what the run itself states.

    Raises `InputError` for an unknown or circular base and for whatever ``config/schemas/runs.yaml`` refuses.
    """
    resolved: dict[str, dict] = {}
    for name in runs:
        _resolve(name, runs, (), resolved)
    for name, run in resolved.items():
        late = [epoch for epoch in run["milestones"] if epoch > run["epochs"]]
        if late:
            raise InputError(
                f"config: runs.{name}.milestones: {late[0]} is after the last of {run['epochs']} epochs"
            )
        packing = run.get("discriminator", {}).get("packing", 1)
        if run["batch"] % packing:
            raise InputError(
                f"config: runs.{name}.batch: {run['batch']} images do not fill packs of {packing}"
            )
        packs, gpus = run["batch"] // packing, run.get("gpus", 1)
        if packs % gpus:
            shared = f"the packs of {packing} in runs.{name}.batch" if packing > 1 else f"runs.{name}.batch"
            raise InputError(f"config: runs.{name}.gpus: expected a divisor of {packs}, {shared}, got {gpus}")
        _check_objective(name, run)
        _check_sizes(name, run)
        if run["model"] == "began":
            _check_autoencoder(name, run)
        if run["model"] == "detector":
            _check_groups(name, run["detector"])
        if run["model"] == "lightweight":
            _check_lightweight(name, run)
        if run["model"] == "field":
            _check_view(name, run)
        for key in ("turns", "hold_out"):
            if key in run and "crops" not in run:
                raise InputError(f"config: runs.{name}.{key}: expected of runs on crops of a field only")
        if run["model"] != "lightweight" and "flips" in run:
            raise InputError(f"config: runs.{name}.flips: expected of runs of model 'lightweight' only")
    return resolved


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
    for name, run in runs.items():
        if run["dataset"] not in config["archives"]:
            raise InputError(
                _unknown(f"config: runs.{name}.dataset", "archive", run["dataset"], config["archives"])
            )
        survey = config["archives"][run["dataset"]]["survey"]
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
    for key, model in MODELS.items():
        paper, part = key.split(".")
        run = config[paper][part]
        if run not in runs:
            raise InputError(_unknown(f"config: {key}", "run", run, runs))
        if runs[run]["model"] != model:
            raise InputError(
                f"config: {key}: expected a run of model {model!r}, "
                f"got {run!r}, which is of model {runs[run]['model']!r}"
            )
        dataset = runs[run]["dataset"]
        survey = config["archives"][dataset]["survey"]
        if survey != SURVEYS.get(paper, survey):
            raise InputError(
                f"config: {key}: expected a run on an archive of survey {SURVEYS[paper]!r}, "
                f"got {run!r}, which is on {dataset!r}"
            )
    _check_scorers(config["defremond2020"], config["archives"], runs)
    _check_sets(config["coccomini2021"], config["archives"], runs)
    _check_scenes(config["coccomini2021"], runs)
    _check_comparison(config["coccomini2021"], config["fussell2019"])
    run = config["smith2019"]["run"]
    last, epochs = config["ensemble"]["last_epochs"], runs[run]["epochs"]
    if last > epochs:
        raise InputError(
            f"config: ensemble.last_epochs: {last} is more than the {epochs} epochs of run {run!r}"
        )
    fields = (last // config["ensemble"]["every"] + 1) * config["ensemble"]["fields"]
    if fields > MOST_FIELDS:
        raise InputError(f"config: ensemble: expected at most {MOST_FIELDS} fields in all, got {fields}")


def _check_scorers(block: dict, archives: dict, runs: dict[str, dict]) -> None:
    """Raise `InputError` where the blocks of defremond2020 do not fit each other."""
    name, best, scorers = block["dataset"], block["best"], block["scorers"]
    if name not in archives:
        raise InputError(_unknown("config: defremond2020.dataset", "archive", name, archives))
    if archives[name]["survey"] != "sparse":
        raise InputError(
            f"config: defremond2020.dataset: expected an archive of survey 'sparse', got {name!r}, "
            f"which is of survey {archives[name]['survey']!r}"
        )
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
        raise InputError(_unknown("config: defremond2020.best", "scorer", best, scorers))
    if scorers[best]["model"] == "network":
        raise InputError(
            f"config: defremond2020.best: expected a scorer that reads features, got the network {best!r}"
        )
    for scorer, settings in scorers.items():
        for fold in range(block["folds"] if settings["model"] == "network" else 0):
            run = f"{settings['run']}_fold{fold}"
            if run not in runs:
                raise InputError(_unknown(f"config: defremond2020.scorers.{scorer}.run", "run", run, runs))
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
    if name not in archives:
        raise InputError(_unknown("config: coccomini2021.photographs", "archive", name, archives))
    if archives[name]["survey"] != "photographs":
        raise InputError(
            f"config: coccomini2021.photographs: expected an archive of survey 'photographs', got {name!r}, "
            f"which is of survey {archives[name]['survey']!r}"
        )
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


def _check_objective(name: str, run: dict) -> None:
    """Raise `InputError` where a model cannot learn by its objective, or from its array of sparse frames."""
    model, loss = run["model"], run["objective"]["loss"]
    if loss not in OBJECTIVES[model]:
        raise InputError(
            f"config: runs.{name}.objective.loss: expected {' or '.join(map(repr, OBJECTIVES[model]))} "
            f"of model {model!r}, got {loss!r}"
        )
    if "images" in run and not re.fullmatch(ARRAYS.get(model, "(?!)"), run["images"]):
        raise InputError(f"config: runs.{name}.images: model {model!r} cannot learn from {run['images']!r}")


def _check_autoencoder(name: str, run: dict) -> None:
    """Raise `InputError` where BEGAN's networks are not of one patch and of the same classes."""
    generator, discriminator = run["generator"], run["discriminator"]
    if generator["classes"] != discriminator["classes"]:
        raise InputError(
            f"config: runs.{name}.discriminator.classes: expected the generator's {generator['classes']}, "
            f"got {discriminator['classes']}"
        )
    for part, network in (("generator", generator), ("discriminator", discriminator)):
        size = 8 * 2 ** network["doublings"]
        if size != SIDES["patches"]:
            raise InputError(
                f"config: runs.{name}.{part}.doublings: expected as many as lead from 8 to "
                f"{SIDES['patches']} px, got {network['doublings']}, which lead to {size} px"
            )


def _check_lightweight(name: str, run: dict) -> None:
    """Raise `InputError` where the networks of a Lightweight GAN are not of the size of its images."""
    generator, discriminator = run["generator"], run["discriminator"]
    if len(run["sizes"]) > 1:
        raise InputError(f"config: runs.{name}.sizes: expected one size, got {run['sizes']}")
    (painted,) = run["sizes"]
    sizes = [4 * 2**doublings for doublings in range(len(generator["widths"]))]
    for part, first, last in (
        ("generator", 4, sizes[-1]),
        ("discriminator", 8, 8 * 2 ** len(discriminator["widths"])),
    ):
        if last != painted:
            raise InputError(
                f"config: runs.{name}.{part}.widths: expected as many as lead from {first} to {painted} px, "
                f"got {len(run[part]['widths'])}, which lead to {last} px"
            )
    for small, large in generator["excitations"]:
        if not {small, large} <= set(sizes) or small >= large:
            raise InputError(
                f"config: runs.{name}.generator.excitations: expected two of "
                f"{', '.join(map(str, sizes))} px, the smaller first, got {[small, large]}"
            )
    for part, known in (("generator", sizes[:-1]), ("discriminator", sizes[2:])):
        unknown = [size for size in run[part]["attention"]["sizes"] if size not in known]
        if unknown:
            raise InputError(
                f"config: runs.{name}.{part}.attention.sizes: expected of {', '.join(map(str, known))} px, "
                f"got {unknown[0]}"
            )
    if min(discriminator["widths"][-2:]) < 8:
        raise InputError(
            f"config: runs.{name}.discriminator.widths: expected at least 8 of the last two, "
            f"which decoders halve, got {discriminator['widths'][-2:]}"
        )


def _check_view(name: str, run: dict) -> None:
    """Raise `InputError` where the parts of an image that a discriminator judges do not fill it."""
    view, cell = run["discriminator"]["view"], 2 ** len(run["discriminator"]["widths"])
    if view % cell:
        raise InputError(
            f"config: runs.{name}.discriminator.view: expected a multiple of {cell} px, to which its "
            f"{len(run['discriminator']['widths'])} widths lead, got {view}"
        )
    for crop in run["crops"]:
        if crop % view:
            raise InputError(
                f"config: runs.{name}.crops: expected multiples of {view} px, the discriminator's view, "
                f"got {crop}"
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


def _check_groups(name: str, detector: dict) -> None:
    """Raise `InputError` where the detector's channels do not divide into its groups."""
    odd = [width for width in detector["widths"] if width % detector["groups"]]
    if odd:
        raise InputError(
            f"config: runs.{name}.detector.widths: expected multiples of {detector['groups']}, its groups, "
            f"got {odd[0]}"
        )


def _check_sizes(name: str, run: dict) -> None:
    """Raise `InputError` where the layers of a DCGAN do not lead from 4 px to the size of its images."""
    painted = run["sizes"][-1] if "sizes" in run else None
    if "images" in run:
        images = run["images"]
        painted = SIDES.get(images) or int(images.rpartition("_")[2])
    of_dcgan = {
        "dcgan": ("generator", "discriminator"),
        "stackgan": ("discriminator",),
        "positions": ("discriminator",),
    }
    for network in of_dcgan.get(run["model"], ()):
        size = 4 * 2 ** len(run[network]["widths"])
        if size != painted:
            raise InputError(
                f"config: runs.{name}.{network}.widths: expected as many as lead from 4 to {painted} px, "
                f"got {len(run[network]['widths'])}, which lead to {size} px"
            )
    if run["model"] == "stackgan" and run["sizes"] != [painted // 2, painted]:
        raise InputError(
            f"config: runs.{name}.sizes: expected a size and twice that size, got {run['sizes']}"
        )


@cache
def _validator(schema_path: Path) -> Validator:
    return Validator(yaml.safe_load(schema_path.read_text()))


def _resolve(name: str, runs: dict[str, dict], above: tuple[str, ...], resolved: dict[str, dict]) -> dict:
    """Block ``name`` over its bases, put into ``resolved``; ``above`` are the blocks that led here."""
    if name in list(resolved):
        return resolved[name]
    if name in above:
        raise InputError(f"config: runs.{name}.base: goes in a circle: {' -> '.join([*above, name])}")
    if name not in list(runs):
        raise InputError(_unknown(f"config: runs.{above[-1]}.base", "run", name, runs))
    block = runs[name]
    if isinstance(block, dict) and "base" in block:
        below = _resolve(block["base"], runs, (*above, name), resolved)
        block = _merge(below, {key: value for key, value in block.items() if key != "base"})
    # Here, so that what is wrong in a base is blamed on the base.
    check({"runs": {name: block}}, SCHEMAS / "runs.yaml", "config")
    resolved[name] = block
    return block


def _merge(below: Any, above: Any) -> Any:
    """``above`` laid over ``below``, block by block."""
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {key: _merge(below.get(key), value) for key, value in above.items()}
    return above


def _dotted(error: ValidationError) -> list[str]:
    """Dotted name of the key at fault, or nothing for the whole file."""
    parts = (
        part if isinstance(part, int) or PLAIN.fullmatch(part) else _shown(part)
        for part in error.absolute_path
    )
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return [name.removeprefix(".")] if name else []


def _shown(value: Any) -> str:
    """A value as messages have it: in one line, which the eye can take in."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _complaint(error: ValidationError) -> str:
    """What was expected and what came."""
    schema, value, limit = error.schema, error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            key = next(key for key in value if key not in schema.get("properties", {}))
            return _suggest(f"unknown key {_shown(key)}", key, schema.get("properties", {}))
        case "required":
            return f"missing key {next(key for key in limit if key not in value)!r}"
        case "type" if (
            limit in ("number", "integer") and NUMBER.fullmatch(str(value)) and isinstance(value, str)
        ):
            return f"expected {TYPES[limit]}, got the text {_shown(value)} ({_as_yaml_reads_it(value)})"
        case "type" | "pattern" | "anyOf" if "title" in schema:
            example = f" such as {schema['examples'][0]!r}" if "examples" in schema else ""
            return f"expected {schema['title']}{example}, got {_shown(value)}"
        case "type":
            return f"expected {TYPES[limit]}, got {_shown(value)}"
        case "enum":
            return f"expected {' or '.join(map(repr, limit))}, got {_shown(value)}"
        case "minimum":
            return f"expected at least {limit}, got {value}"
        case "exclusiveMinimum":
            return f"expected more than {limit}, got {value}"
        case "maximum":
            return f"expected at most {limit}, got {value}"
        case "exclusiveMaximum":
            return f"expected less than {limit}, got {value}"
        case "minLength" | "minItems" | "minProperties":
            return f"expected at least {limit} of them, got {_shown(value)}"
        case "multipleOf":
            return f"expected a multiple of {limit}, got {value}"
    return " ".join(error.message.split())[:LONGEST]


def _as_yaml_reads_it(text: str) -> str:
    """Advice for a number that YAML takes for text: it wants a point before the exponent and a sign in it."""
    mantissa, e, exponent = text.lower().partition("e")
    if not e:
        return f"write {text} without quotes"
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    exponent = exponent if exponent[0] in "+-" else f"+{exponent}"
    return f"YAML reads it as text: write {mantissa}e{exponent}"


def _unknown(where: str, kind: str, name: str, known: dict) -> str:
    return f"{where}: {_suggest(f'unknown {kind} {_shown(name)}', name, known)}"


def _suggest(complaint: str, name: str, known: dict) -> str:
    """The complaint with the nearest known name, or with all of them."""
    near = difflib.get_close_matches(str(name), list(known), n=1)
    return f"{complaint}; did you mean {near[0]!r}?" if near else f"{complaint}; known are {', '.join(known)}"
