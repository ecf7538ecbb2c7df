"""Every function that rules use."""

import os
import sys
from pathlib import Path

import yaml

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "workflow"))

from mockskies.code_hash import code as code_of
from mockskies.configuration import check, check_references, quantity, resolve_runs

check(config, ROOT / "config/schemas/config.yaml", "config")
RESULTS = config["results"]
RUNS = resolve_runs(config["runs"])
check_references(config, RUNS)
BANDS = list(config["bands"])
PAPERS = {
    "smith2019": {
        "title": "Generative deep fields",
        "reference": "Smith & Geach (2019)",
        "artefacts": {
            "fig1": "Evolution of one noise array",
            "fig2": "A generated and a real field",
            "fig3": "A hundred sources",
            "fig4": "Magnitudes",
            "numbers": "The numbers of the text",
        },
        "values": ["numbers.json", "timings.json"],
    },
}
SMITH2019 = config["smith2019"]["run"]
REAL = RUNS[SMITH2019]["dataset"]
ZERO_POINTS = [quantity(band["zero_point"], "mag") for band in config["bands"].values()]

PUBLISHED = yaml.safe_load((ROOT / "config/published.yaml").read_text())
check(PUBLISHED, ROOT / "config/schemas/published.yaml", "config/published.yaml")


wildcard_constraints:
    archive="|".join(config["archives"]),
    band="|".join(band.lower() for band in BANDS),
    kind="sci|wht",
    run="|".join(RUNS),
    paper="|".join(PAPERS),
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


def archive_url(wildcards):
    """Address of one of the XDF's files."""
    return config["archives"][wildcards.archive]["url"] + xdf_name(wildcards.band, wildcards.kind)


def archive_checksum(wildcards):
    """SHA-256 of one of the XDF's files, or None where the configuration knows none."""
    known = config["archives"][wildcards.archive].get("checksums", {})
    return known.get(xdf_name(wildcards.band, wildcards.kind))


def xdf_name(band, kind):
    """Name of one of the XDF's files."""
    return f"hlsp_xdf_hst_acswfc-60mas_hudf_{band}_v1_{kind}.fits"


def xdf_file(band="{band}", kind="{kind}"):
    """Path of one of the XDF's files under the name that its archive gives it."""
    return f"{RESULTS}/archives/{{archive}}/{xdf_name(band, kind)}"


def archive_files(archive):
    """Every file that the configuration asks of an archive: science images, and weight images if it says so."""
    kinds = ["sci", "wht"] if config["archives"][archive].get("weights") else ["sci"]
    return [xdf_file(band.lower(), kind).format(archive=archive) for band in BANDS for kind in kinds]


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


def source(archive):
    """Whether an archive's files are retrieved, simulated or a `folder`'s."""
    found = config["archives"][archive]["source"]
    return found if found in ("retrieve", "simulate") else "folder"


def schedule(run):
    """How long a run is trained, beside its paper."""
    epochs, batches = RUNS[run]["epochs"], RUNS[run]["batches_per_epoch"]
    theirs = {
        name: PUBLISHED["published"]["smith2019"][name]["value"] for name in ("epochs", "batches_per_epoch")
    }
    return {
        "run": run,
        "epochs": epochs,
        "paper_epochs": theirs["epochs"],
        "steps": epochs * batches,
        "paper_steps": theirs["epochs"] * theirs["batches_per_epoch"],
    }


def smith2019_settings():
    """The method of smith2019 as it is run here, under the names of config/published.yaml."""
    run = RUNS[SMITH2019]
    return {
        "latent_channels": run["generator"]["latent_channels"],
        "layers_per_set": run["generator"]["layers_per_set"],
        "generator_widths": run["generator"]["widths"],
        "discriminator_layers": len(run["discriminator"]["widths"]),
        "packing": run["discriminator"]["packing"],
        "epochs": run["epochs"],
        "batches_per_epoch": run["batches_per_epoch"],
        "batch": run["batch"],
        "crops": run["crops"],
        "generator_rate": run["optimiser"]["generator_rate"],
        "discriminator_rate": run["optimiser"]["discriminator_rate"],
        "milestones": run["milestones"],
        "ensemble_models": len(ensemble_epochs(SMITH2019)),
        "ensemble_fields": len(ensemble_files("sampling", SMITH2019)),
        "generated_size": 16 * config["ensemble"]["size"],
        "threshold": config["catalogue"]["threshold"],
        "minimum_area": config["catalogue"]["minimum_area"],
        "magnitude_limit": quantity(config["comparison"]["magnitude_limit"], "mag"),
        "thumbnail_size": 7.2,
        "thumbnail_magnitudes": [21.0, 26.0],
        "zoom_size": 45.0,
    }


def artefact_files(paper):
    """Every file of every artefact of a paper."""
    return [
        str(path) for name in PAPERS[paper]["artefacts"] for path in getattr(rules, f"{paper}_{name}").output
    ]


def caption(paper, name):
    """A caption's file, relative to the working directory: results may move with the project."""
    return os.path.relpath(ROOT / f"workflow/report/{paper}_{name}.rst")


def paper_page(wildcards):
    """A paper as the script takes it that draws its page."""
    paper = wildcards.paper
    artefacts = []
    for name, title in PAPERS[paper]["artefacts"].items():
        rule_ = getattr(rules, f"{paper}_{name}")
        artefacts.append(
            {
                "name": name,
                "title": title,
                "caption": caption(paper, name),
                "params": {key: value for key, value in rule_.params.items() if key != "code"},
                "files": [str(path) for path in rule_.output],
            }
        )
    return {
        paper: {
            "title": PAPERS[paper]["title"],
            "reference": PAPERS[paper]["reference"],
            "published": PUBLISHED["published"][paper],
            "values": [f"{RESULTS}/artefacts/{paper}/{name}" for name in PAPERS[paper]["values"]],
            "artefacts": artefacts,
        }
    }
