"""What rules use of the configuration; `settings` and `kept` have more."""

import os
import re
import sys
from pathlib import Path

import yaml

# Threads that wait for each other sleep: where jobs share cores, spinning made drawing ten times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "workflow"))

from mockskies.code_hash import code as code_of
from mockskies.configuration import check, quantity, wavelength
from mockskies.references import check_references
from mockskies.run_blocks import resolve_runs

check(config, ROOT / "config/schemas/config.yaml", "config")
RESULTS = config["results"]
RUNS = resolve_runs(config["runs"])
check_references(config, RUNS)
BANDS = sorted(config["bands"], key=wavelength)
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
    "fussell2019": {
        "title": "Single galaxies by chained networks",
        "reference": "Fussell & Moews (2019)",
        "artefacts": {
            "fig1": "The networks",
            "table1": "Learning parameters",
            "fig2": "Kernels",
            "fig3": "Channels and batches",
            "fig4": "Batch normalisation",
            "fig5": "Label smoothing",
            "fig6": "Dropout",
            "fig7": "Closest matches",
            "fig8": "One network at 128 pixels",
            "fig9": "Enlarged galaxies",
            "fig10": "Galaxies of the chain",
            "fig11": "Distributions at 64 pixels",
            "fig12": "Distributions at 128 pixels",
            "ablations": "Every model in numbers",
        },
        "values": ["table1.json", "fig11.json", "fig12.json"],
    },
    "defremond2020": {
        "title": "Sparse galaxy images in two stages",
        "reference": "de Fremond et al. (2020)",
        "artefacts": {
            "fig2": "The two stages",
            "fig4": "Features of frames with different scores",
            "fig5": "Galaxies",
            "fig6": "Frames",
            "table1": "Scorers",
            "table2": "Generators",
            "experiments": "Other places, other galaxies",
            "scorer": "The best scorer",
            "generators": "Generated against real frames",
        },
        "values": ["table1.json", "table2.json", "experiments.json"],
    },
    "coccomini2021": {
        "title": "Galaxies, bodies and a wide view by Lightweight GANs",
        "reference": "Coccomini et al. (2021)",
        "artefacts": {
            "fig1": "Examples of both data sets",
            "fig2": "Generated bodies and galaxies",
            "fig3": "The wide view",
            "fig4": "Detected galaxies",
            "fig5": "Most similar real galaxies",
            "table1": "Classes",
            "numbers": "The numbers of the text",
            "explorer": "Explorer",
        },
        "values": ["table1.json", "numbers.json"],
    },
    "field": {
        "title": "Deep fields by our own generator",
        "reference": "mockskies",
        "artefacts": {
            "rivals": "At equal time",
            "counts": "Magnitudes",
            "colours": "Colours",
            "planes": "Colours and sizes together",
            "sky": "Sky and clustering",
            "nearest": "Nearest real sources",
            "asked": "As asked",
            "numbers": "Every number",
        },
        "values": [],
    },
}
SMITH2019 = config["smith2019"]["run"]
REAL = RUNS[SMITH2019]["dataset"]
FIELD, RIVAL = config["field"]["run"], config["field"]["rival"]
FUSSELL2019 = config["fussell2019"]
GALAXIES = "|".join(
    [*RUNS, *(rf"{n}_\d+" for n, a in config["archives"].items() if a["survey"] == "galaxyzoo")]
)
DEFREMOND2020 = config["defremond2020"]
SPARSE = DEFREMOND2020["dataset"]
GENERATORS = [
    "defremond2020_baseline1",
    "defremond2020_baseline2",
    "defremond2020_end_to_end",
    "defremond2020_unconditional",
    "defremond2020_conditional",
]
# Sets of frames that are measured.
FRAME_SETS = [*GENERATORS, f"{SPARSE}_labeled", f"{SPARSE}_scored"]
# Sets of features that some scorer reads.
FEATURES = list(
    dict.fromkeys(f for scorer in DEFREMOND2020["scorers"].values() for f in scorer.get("features", []))
)
# Scorers that read features, and those that read frames; the features of the scorer that judges generators.
FEATURE_SCORERS = [name for name, s in DEFREMOND2020["scorers"].items() if s["model"] != "network"]
NETWORK_SCORERS = [name for name, s in DEFREMOND2020["scorers"].items() if s["model"] == "network"]
BEST_FEATURES = DEFREMOND2020["scorers"][DEFREMOND2020["best"]]["features"]
# What is measured of generated frames: for that scorer, and to tell them from real ones.
JUDGED_FEATURES = list(dict.fromkeys([*BEST_FEATURES, "histogram", "power"]))
# Frames that a scorer judges which has never seen them, and generators whose galaxies can be moved.
JUDGED = [f"{SPARSE}_labeled", *GENERATORS]
TWO_STAGE = ["defremond2020_unconditional", "defremond2020_conditional"]
COCCOMINI2021 = config["coccomini2021"]
ZERO_POINTS = [quantity(config["bands"][band]["zero_point"], "mag") for band in BANDS]

PUBLISHED = yaml.safe_load((ROOT / "config/published.yaml").read_text())
check(PUBLISHED, ROOT / "config/schemas/published.yaml", "config/published.yaml")

# Galaxy Zoo's files, as Kaggle's competition and as Galaxy Zoo 2's authors publish them.
COMPETITION = ["images_training_rev1.zip", "training_solutions_rev1.zip"]
GZ2_VOTES = "gz2_hart16.csv.gz"
GZ2 = ["images_gz2.zip", "gz2_filename_mapping.csv", GZ2_VOTES]


wildcard_constraints:
    archive="|".join(config["archives"]),
    band="|".join(band.lower() for band in BANDS),
    kind="sci|wht",
    run="|".join(RUNS),
    # A run, or an archive's images of one size; or a Stage II run `_of_` one of these.
    sample=f"({GALAXIES})(_of_({GALAXIES}))?",
    # Frames that a generator draws, or one part of an archive of sparse frames.
    frames="|".join(
        [
            *GENERATORS,
            *(
                f"{n}_(labeled|scored|query)"
                for n, a in config["archives"].items()
                if a["survey"] == "sparse"
            ),
        ]
    ),
    scorer="|".join(DEFREMOND2020["scorers"]),
    paper="|".join(PAPERS),
    epoch=r"\d{6}",
    index=r"\d+",


def code(script):
    """Hash of a script and all that it imports from mockskies: a rule reruns when what it runs has changed."""
    # Of what is to run only: each job of a cluster reads all rules to run one of them.
    return lambda wildcards: code_of(ROOT / "workflow/scripts" / script, ROOT / "workflow")


def from_source(kind, survey):
    """Pattern of a survey's archives that come from `retrieve`, `simulate` or a `folder`."""
    archives = config["archives"].items()
    return "|".join(n for n, a in archives if a["survey"] == survey and source(n) == kind) or "(?!)"


def from_provider(*providers):
    """Pattern of the Galaxy Zoo archives that are retrieved from one of the providers."""
    archives = config["archives"].items()
    chosen = [n for n, a in archives if source(n) == "retrieve" and a.get("provider") in providers]
    return "|".join(chosen) or "(?!)"


def of_survey(survey):
    """Pattern of a survey's archives, wherever they come from."""
    return "|".join(n for n, archive in config["archives"].items() if archive["survey"] == survey) or "(?!)"


def of_model(model):
    """Pattern of the runs of a model."""
    return "|".join(name for name, run in RUNS.items() if run["model"] == model) or "(?!)"


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


def archive_allows_http(wildcards):
    """Whether the user says that an archive's files may come without encryption."""
    return config["archives"][wildcards.archive].get("allow_http", False)


def galaxyzoo_url(wildcards):
    """Address of one of Galaxy Zoo's files; Kaggle's client knows its own."""
    archive = config["archives"][wildcards.archive]
    folder = archive.get("votes_url" if wildcards.file == GZ2_VOTES else "url")
    return folder and folder + wildcards.file


def galaxyzoo_checksum(wildcards):
    """SHA-256 of one of Galaxy Zoo's files, or None where the configuration knows none."""
    return config["archives"][wildcards.archive].get("checksums", {}).get(wildcards.file)


def archived(name):
    """Path of one of an archive's files."""
    return f"{RESULTS}/archives/{{archive}}/{name}"


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
        if "minimum" in settings
    }


def ensemble_epochs(run):
    """Epochs of the self-ensemble: every tenth of the last 200 (section 3), the first of them included.

    Of a run whose rates fall, the milestones from then on: its counts move to and fro between them.
    """
    epochs, ensemble = RUNS[run]["epochs"], config["ensemble"]
    if "fall" in RUNS[run]["optimiser"]:
        start, _ = RUNS[run]["optimiser"]["fall"]
        return sorted({epochs, *(epoch for epoch in RUNS[run]["milestones"] if epoch >= start)})
    return list(range(max(0, epochs - ensemble["last_epochs"]), epochs + 1, ensemble["every"]))


# What of a run's block its script is not to see: it changes nothing of the result, or comes by another way.
UNSEEN = "dataset", "milestones", "threads", "gpus", "memory", "walltime"


def run_block(wildcards):
    """A run as its training script takes it."""
    run = RUNS[wildcards.run]
    block = {key: value for key, value in run.items() if key not in UNSEEN}
    block["checkpoint_seconds"] = quantity(block.pop("checkpoint_every"), "min") * 60
    ensemble = ensemble_epochs(wildcards.run) if "crops" in run else [run["epochs"]]
    snapshots = sorted({*run["milestones"], *ensemble})
    if "fold" in block:
        block["folds"] = DEFREMOND2020["folds"]
    return block | {"name": wildcards.run, "seed": config["seed"], "snapshots": snapshots}


def training_arrays(wildcards):
    """The training set of a run: a field, images of each size, an array of sparse frames, or composed scenes."""
    run = RUNS[wildcards.run]
    if run["model"] == "detector":
        return [f"{RESULTS}/datasets/{wildcards.run}/scenes.npy"]
    whole = ["sky"] if run["model"] == "field" else ["training"]
    names = [run["images"]] if "images" in run else run.get("sizes", whole)
    return [f"{RESULTS}/datasets/{run['dataset']}/{name}.npy" for name in names]


def scene_galaxies(wildcards):
    """Array of the galaxies of a detector's scenes: of its archive, at the size that the GAN of galaxies learns."""
    size = RUNS[COCCOMINI2021["galaxies"]]["sizes"][-1]
    return f"{RESULTS}/datasets/{RUNS[wildcards.run]['dataset']}/{size}.npy"


def training_targets(wildcards):
    """What a run is to learn of its images: a table of votes, classes, scores or boxes, or a map of density."""
    run = RUNS[wildcards.run]
    if run.get("generator", {}).get("conditions"):
        return [f"{RESULTS}/datasets/{run['dataset']}/density.npy"]
    tables = {
        "votes": "archives/{}/votes.csv",
        "equilibrium": "datasets/{}/patches.csv",
        "score": "archives/{}/scored.csv",
        "detection": f"datasets/{wildcards.run}/boxes.csv",
    }
    loss = run["objective"]["loss"]
    if loss not in tables or run.get("generator", {}).get("classes") == 0:
        return []
    return [f"{RESULTS}/{tables[loss].format(run['dataset'])}"]


def initial_weights_file(wildcards):
    """The user's file of weights that a run starts from, in a list; empty if it starts at random."""
    path = RUNS[wildcards.run].get("initial_weights")
    return [path] if path else []


def galaxy_images(sample):
    """Array of a set of galaxies: drawn by a run, enlarged by one, or real (`galaxyzoo_64`)."""
    if sample in RUNS or "_of_" in sample:
        return f"{RESULTS}/sampling/{sample}/images.npy"
    archive, size = sample.rsplit("_", 1)
    return f"{RESULTS}/datasets/{archive}/{size}.npy"


def frames_folder(frames):
    """Folder of a set of frames: what a generator drew, or one part of an archive (`sparse_scored`)."""
    if frames in GENERATORS:
        return f"{RESULTS}/sampling/{frames}/images"
    archive, part = frames.rsplit("_", 1)
    return f"{RESULTS}/archives/{archive}/{part}"


def feature_files(frames, features):
    """File of each set of features of a set of frames; simple ones are columns of the table of properties."""
    table = ("basic", "individual", "interactions", "properties")
    return [
        f"{RESULTS}/measurement/{frames}/{'properties.csv' if name in table else f'{name}.npy'}"
        for name in features
    ]


def measured_features(features):
    """What is measured so that sets of features can be read: the table of properties, and arrays."""
    return list(
        dict.fromkeys(
            ["properties", *(f for f in features if f not in ("basic", "individual", "interactions"))]
        )
    )


def fold_runs(scorer):
    """Runs of a network that scores frames, one for each fold that it has not seen."""
    run = DEFREMOND2020["scorers"][scorer]["run"]
    return [f"{run}_fold{fold}" for fold in range(DEFREMOND2020["folds"])]


def network_frames(wildcards):
    """The scored frames as a network reads them."""
    run = RUNS[fold_runs(wildcards.scorer)[0]]
    return f"{RESULTS}/datasets/{run['dataset']}/{run['images']}.npy"


def initial_weights():
    """From what the networks that score frames start: `random`, or a file of the user's."""
    return {name: RUNS[fold_runs(name)[0]].get("initial_weights") or "random" for name in NETWORK_SCORERS}


def two_stages(kind):
    """Runs on positions and on galaxies, in that order, of the `unconditional` or `conditional` model."""
    prefix = "class_" if kind == "conditional" else ""
    return [DEFREMOND2020[f"{prefix}positions"], DEFREMOND2020[f"{prefix}galaxies"]]


# Runs behind each generator's frames; the baselines have none.
DEFREMOND2020_RUNS = {
    "defremond2020_end_to_end": [DEFREMOND2020["end_to_end"]],
    TWO_STAGE[0]: two_stages("unconditional"),
    TWO_STAGE[1]: two_stages("conditional"),
}


def losses_of(*generators):
    """Logs of all runs behind generators, in their order."""
    return [f"{RESULTS}/training/{run}/losses.csv" for name in generators for run in DEFREMOND2020_RUNS[name]]


def epochs_of(*runs):
    """How long runs are trained, by run; the paper states no length."""
    return {run: RUNS[run]["epochs"] for run in runs}


def runs_of(*generators):
    """Every run behind generators, in their order."""
    return [run for name in generators for run in DEFREMOND2020_RUNS[name]]


def is_real(sample):
    """Whether a set of galaxies is an archive's."""
    return sample not in RUNS and "_of_" not in sample


def real_galaxies(sample):
    """The real set that a set is compared with: of the same size, or itself."""
    if is_real(sample):
        return sample
    run = RUNS[sample.split("_of_")[0]]
    return f"{run['dataset']}_{run['sizes'][-1]}"


def drawn_galaxies():
    """Every set of galaxies that is drawn from noise: by each DCGAN, and by the chain.

    Real galaxies that were enlarged are not among them: they are copies of real ones by design.
    """
    archives = config["archives"]
    runs = [
        name
        for name, run in RUNS.items()
        if run["model"] == "dcgan" and archives[run["dataset"]]["survey"] == "galaxyzoo"
    ]
    return [*runs, f"{FUSSELL2019['stackgan']}_of_{FUSSELL2019['dcgan']}"]


def embedded_alone():
    """Pattern of sets of galaxies that are embedded each by itself: real ones, and those of the wide view.

    A paper's real sets may be another's, and no paper is to wait for another's networks.
    """
    archives = config["archives"].items()
    real = (rf"{name}_\d+" for name, archive in archives if archive["survey"] == "galaxyzoo")
    return "|".join([COCCOMINI2021["galaxies"], *real])


def published_classes():
    """Galaxies of each class as table 1 of coccomini2021 has them, by set."""
    published = PUBLISHED["published"]["coccomini2021"]
    names = ("spiral", "elliptical", "irregular")
    return {
        f"paper_{part}": [published[f"{part}_{name}"]["value"] for name in names]
        for part in ("training", "generated")
    }


def drawing_runs():
    """Pattern of the runs that draw single images from noise: DCGANs, and the two of coccomini2021."""
    dcgans = [name for name in drawn_galaxies() if name in RUNS]
    return "|".join([*dcgans, COCCOMINI2021["bodies"], COCCOMINI2021["galaxies"]])


def number_drawn(wildcards):
    """How many images a run draws: each paper has its own number."""
    of_coccomini2021 = {
        COCCOMINI2021["bodies"]: COCCOMINI2021["bodies_drawn"],
        COCCOMINI2021["galaxies"]: COCCOMINI2021["drawn"],
    }
    return of_coccomini2021.get(wildcards.run, config["galaxies"]["drawn"])


def last_weights(wildcards):
    """File of a run's last weights, in the folder of all of them."""
    return f"{RUNS[wildcards.run]['epochs']:06d}.safetensors"


def ensemble_files(stage, run):
    """A file of ``stage`` for each field of a run's self-ensemble."""
    return expand(
        f"{RESULTS}/{stage}/{run}/{{epoch:06d}}_{{index}}.fits",
        epoch=ensemble_epochs(run),
        index=range(config["ensemble"]["fields"]),
    )


def later_milestones(run):
    """Milestones of a run at which it has learnt something."""
    return [epoch for epoch in RUNS[run]["milestones"] if epoch]


def milestone_files(stage, run):
    """A file of ``stage`` for a field painted at each of a run's later milestones."""
    return [f"{RESULTS}/{stage}/{run}/{epoch:06d}_0.fits" for epoch in later_milestones(run)]


MOCKS = config["mocks"]

# Binary logarithms of the densities that a run is told when it is measured how dense its fields then are.
TOLD = ["-1.50", "-0.75", "0.00", "0.75", "1.50"]


def mock_array(wildcards):
    """The training set behind a mock field, whose constants bring it to e-/s."""
    run = RUNS[MOCKS[wildcards.mock]["run"]]
    return f"{RESULTS}/datasets/{run['dataset']}/{'sky' if run['model'] == 'field' else 'training'}.npy"


def mock_density_map(wildcards):
    """The user's map of density, in a list; empty where it is a number."""
    density = MOCKS[wildcards.mock].get("density", 1)
    return [density] if isinstance(density, str) else []


def mock_response(wildcards):
    """How dense fields become that the mock's run is told a density, in a list; empty where it is told none."""
    run = MOCKS[wildcards.mock]["run"]
    conditions = RUNS[run]["generator"].get("conditions", [])
    return [f"{RESULTS}/comparison/{run}/response.csv"] if "density" in conditions else []


def told_block(run, told):
    """A field that a run is told a density for, as scripts take mocks."""
    return {
        "run": run,
        "weights": f"{RUNS[run]['epochs']:06d}.safetensors",
        "size": config["ensemble"]["size"],
        "density": 2 ** float(told),
        "depth": 0,
    }


def mock_block(name):
    """A mock field as scripts take it."""
    mock = MOCKS[name]
    return {
        "run": mock["run"],
        "weights": f"{RUNS[mock['run']]['epochs']:06d}.safetensors",
        "size": mock["size"],
        "density": mock.get("density", 1),
        "depth": quantity(mock.get("depth", "0 mag"), "mag"),
    }


def mock_time(wildcards, attempt):
    """Time in min to paint a mock field: 5 us a pixel; 20 000 px took 1.2 on two cores."""
    return attempt * (10 + round((16 * MOCKS[wildcards.mock]["size"]) ** 2 * 5e-6 / 60))


def mock_memory(wildcards, attempt):
    """Memory in MB to measure a mock field, of which there may be four copies."""
    return attempt * (1500 + round(4 * len(BANDS) * 4 * (16 * MOCKS[wildcards.mock]["size"]) ** 2 / 1e6))


def holding_out():
    """Pattern of the runs on a field that keep a quadrant of it from their training."""
    return "|".join(name for name, run in RUNS.items() if run.get("hold_out")) or "none"


def attempted(amount):
    """Memory in MB, or time in min, that grows with every attempt."""
    return lambda wildcards, attempt: amount * attempt


def training_memory(wildcards, attempt):
    """Memory of a run in MB. Its walltime stays: the next attempt goes on where this one ends."""
    return round(quantity(RUNS[wildcards.run]["memory"], "GB") * 1000) * training_gpus(wildcards) * attempt


def training_gpus(wildcards):
    """GPUs of a run, each with a process of its own."""
    return RUNS[wildcards.run].get("gpus", 1)


def field_memory(wildcards, attempt):
    """Memory in MB to work on a painted field, of which there may be four copies."""
    pixels = (16 * config["ensemble"]["size"]) ** 2
    return attempt * (1500 + round(4 * len(BANDS) * 4 * pixels / 1e6))


def field_time(wildcards, attempt):
    """Time in min to work on a painted field: 10 us a pixel, measured at 7 on two cores."""
    return attempt * (10 + round((16 * config["ensemble"]["size"]) ** 2 * 10e-6 / 60))


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


def own_schedule(run):
    """How long a run that no paper has is trained."""
    epochs = RUNS[run]["epochs"]
    steps = epochs * RUNS[run]["batches_per_epoch"]
    return {"run": run, "epochs": epochs, "paper_epochs": epochs, "steps": steps, "paper_steps": steps}


def channels_and_batch(run):
    """Channels of a DCGAN's widest image layer, and its batch, in words."""
    return f"width {RUNS[run]['generator']['widths'][-1]}, batch {RUNS[run]['batch']}"


def galaxy_record(sample):
    """The JSON beside a sample of galaxies: what they are, and how far what made them was trained."""
    return str(Path(galaxy_images(sample)).with_suffix(".json"))


def galaxy_schedules(*runs):
    """How long runs on galaxies are trained, beside their paper; steps are known once the galaxies are."""
    theirs = {name: entry["value"] for name, entry in PUBLISHED["published"]["fussell2019"].items()}
    schedules = []
    for name in runs:
        run = RUNS[name]
        kind = "stackgan" if run["model"] == "stackgan" else "dcgan"
        epochs = theirs["dcgan128_epochs" if run["sizes"] == [128] else f"{kind}_epochs"]
        batch = theirs["channel_batch" if name.startswith("fussell2019_width") else f"{kind}_batch"]
        steps = epochs * (theirs["images"] // batch)
        schedules.append({"run": name, "epochs": run["epochs"], "paper_epochs": epochs, "paper_steps": steps})
    return schedules
