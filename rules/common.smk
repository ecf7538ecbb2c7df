"""Every function that rules use."""

import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "workflow"))

from mockskies.code_hash import code as code_of
from mockskies.configuration import check, check_references, quantity, resolve_runs

check(config, ROOT / "config/schemas/config.yaml", "config")
RESULTS = config["results"]
RUNS = resolve_runs(config["runs"])
check_references(config, RUNS)
BANDS = list(config["bands"])
ZERO_POINTS = [quantity(band["zero_point"], "mag") for band in config["bands"].values()]


wildcard_constraints:
    archive="|".join(config["archives"]),
    band="|".join(band.lower() for band in BANDS),
    kind="sci|wht",
    run="|".join(RUNS),
    epoch=r"\d{6}",
    index=r"\d+",


def code(script):
    """Hash of a script and all that it imports from mockskies: a rule reruns when what it runs has changed."""
    return code_of(ROOT / "workflow/scripts" / script, ROOT / "workflow")


def from_source(source):
    """Pattern of the archives that come from `retrieve`, `simulate` or a `folder`."""
    kinds = {name: archive["source"] for name, archive in config["archives"].items()}
    chosen = [n for n, s in kinds.items() if (s if s in ("retrieve", "simulate") else "folder") == source]
    return "|".join(chosen) or "(?!)"


def archive_setting(key, unit=None):
    """Function of the wildcards that looks up what the configuration says of an archive."""

    def look_up(wildcards):
        value = config["archives"][wildcards.archive][key]
        return quantity(value, unit) if unit else value

    return look_up


def xdf_file(band="{band}", kind="{kind}"):
    """Path of one of the XDF's files under the name that its archive gives it."""
    return f"{RESULTS}/archives/{{archive}}/hlsp_xdf_hst_acswfc-60mas_hudf_{band}_v1_{kind}.fits"


def published_extremes():
    """The authors' smallest and largest flux of each band after clipping, in e-/s."""
    return {
        band: {end: quantity(settings[end], "e-/s") for end in ("minimum", "maximum")}
        for band, settings in config["bands"].items()
    }


def ensemble_epochs(run):
    """Epochs of the self-ensemble: every tenth of the last 200 (section 3), the first of them included."""
    epochs, ensemble = RUNS[run]["epochs"], config["ensemble"]
    return list(range(epochs - ensemble["last_epochs"], epochs + 1, ensemble["every"]))


def run_block(wildcards):
    """A run as its training script takes it."""
    block = {key: value for key, value in RUNS[wildcards.run].items() if key not in ("dataset", "milestones")}
    block["checkpoint_seconds"] = quantity(block.pop("checkpoint_every"), "min") * 60
    snapshots = sorted({*RUNS[wildcards.run]["milestones"], *ensemble_epochs(wildcards.run)})
    return block | {"name": wildcards.run, "seed": config["seed"], "snapshots": snapshots}


def training_array(wildcards):
    """The training set of a run."""
    return f"{RESULTS}/datasets/{RUNS[wildcards.run]['dataset']}/training.npy"


def ensemble_files(stage, run):
    """A file of ``stage`` for each field of a run's self-ensemble."""
    return expand(
        f"{RESULTS}/{stage}/{run}/{{epoch:06d}}_{{index}}.fits",
        epoch=ensemble_epochs(run),
        index=range(config["ensemble"]["fields"]),
    )


def attempted(megabytes):
    """Memory in MB that grows with every attempt."""
    return lambda wildcards, attempt: megabytes * attempt


SMITH2019 = config["smith2019"]["run"]
REAL = RUNS[SMITH2019]["dataset"]
