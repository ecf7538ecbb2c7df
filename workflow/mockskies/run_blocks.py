"""Runs: every block with its base followed, refused where its parts do not fit each other."""

import re
from typing import Any

from mockskies.configuration import SCHEMAS, check, unknown
from mockskies.errors import InputError

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

# Side in px of a field's crop, over whose edge `mockskies.models.peaks` does not look.
SMALLEST_WITH_PEAKS = 32

# Side in px of arrays of sparse frames that do not bear it in their name.
SIDES = {"grids": 32, "class_grids": 32, "patches": 32}


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
        for block, key in (("optimiser", "fall"), ("objective", "penalty_fall")):
            start, end = run[block].get(key, (0, 1))
            if start >= end:
                raise InputError(
                    f"config: runs.{name}.{block}.{key}: expected an epoch and a later one, "
                    f"got {[start, end]}"
                )
        for key in ("turns", "hold_out"):
            if key in run and "crops" not in run:
                raise InputError(f"config: runs.{name}.{key}: expected of runs on crops of a field only")
        if run["model"] != "lightweight" and "flips" in run:
            raise InputError(f"config: runs.{name}.flips: expected of runs of model 'lightweight' only")
    return resolved


def _resolve(name: str, runs: dict[str, dict], above: tuple[str, ...], resolved: dict[str, dict]) -> dict:
    """Block ``name`` over its bases, put into ``resolved``; ``above`` are the blocks that led here."""
    if name in list(resolved):
        return resolved[name]
    if name in above:
        raise InputError(f"config: runs.{name}.base: goes in a circle: {' -> '.join([*above, name])}")
    if name not in list(runs):
        raise InputError(unknown(f"config: runs.{above[-1]}.base", "run", name, runs))
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


def _check_groups(name: str, detector: dict) -> None:
    """Raise `InputError` where the detector's channels do not divide into its groups."""
    odd = [width for width in detector["widths"] if width % detector["groups"]]
    if odd:
        raise InputError(
            f"config: runs.{name}.detector.widths: expected multiples of {detector['groups']}, its groups, "
            f"got {odd[0]}"
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
        if run["objective"]["peaks"] and crop < SMALLEST_WITH_PEAKS:
            raise InputError(
                f"config: runs.{name}.crops: expected at least {SMALLEST_WITH_PEAKS} px, in which peaks "
                f"are counted, got {crop}"
            )
