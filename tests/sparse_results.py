"""Small files of the form that earlier stages write about sparse frames."""

import json

import numpy as np
import pandas as pd

from mockskies.archives.frames import write_frame
from mockskies.datasets.grids import CELL, CELLS
from mockskies.measurement.histogram import histogram
from mockskies.measurement.power_spectrum import power_spectrum

GENERATORS = [
    f"defremond2020_{name}"
    for name in ("baseline1", "baseline2", "end_to_end", "unconditional", "conditional")
]
RUNS = {
    "defremond2020_end_to_end": ["defremond2020_end_to_end"],
    "defremond2020_unconditional": ["defremond2020_positions", "defremond2020_galaxies"],
    "defremond2020_conditional": ["defremond2020_class_positions", "defremond2020_class_galaxies"],
}
EXPERIMENTS = ("random_positions", "new_galaxies", "shuffled")
SCORERS = {
    "xgboost_basic": ("xgboost", "basic"),
    "resnet50": ("network", ""),
    "forest_texture": ("forest", "histogram+hog+lbp"),
    "xgboost_histogram_power": ("xgboost", "histogram+power"),
}
SCORED = 30


def make_galaxies(random, count):
    """Round galaxies, ``(count, 32, 32)``, uint8."""
    y, x = np.mgrid[:32, :32] - 16
    radius, peak = random.uniform(1, 4, (count, 1, 1)), 10 ** random.uniform(1, 2.3, (count, 1, 1))
    return (peak * np.exp(-(x**2 + y**2) / 2 / radius**2)).astype(np.uint8)


def make_frame(corners, patches):
    """A frame of 1000 px of non-overlapping patches."""
    frame = np.zeros((CELL * CELLS, CELL * CELLS), np.uint8)
    for (y, x), patch in zip(corners, patches, strict=True):
        frame[y : y + CELL, x : x + CELL] = patch
    return frame[:1000, :1000]


def make_files(root):
    """Write every input of every artefact below ``root``, named as in the results folder."""
    random = np.random.default_rng(4)
    _archive(root, random)
    for name in GENERATORS:
        _sampling(root / "sampling" / name, name, random)
    for number, run in enumerate(run for runs in RUNS.values() for run in runs):
        folder = root / "training" / run
        folder.mkdir(parents=True)
        epochs = np.arange(1, 4)
        columns = {"epoch": epochs, "step": 100 * epochs * (number + 1), "steps_per_second": 10.0}
        pd.DataFrame(columns).to_csv(folder / "losses.csv", index=False)
    _comparison(root / "comparison", random)
    for name in GENERATORS[3:]:
        folder = root / "measurement" / name
        folder.mkdir(parents=True)
        rows = [(e, i, s) for e in EXPERIMENTS for i in range(40) for s in range(6)]
        table = pd.DataFrame(rows, columns=["experiment", "Id", "set"])
        table["score"] = 2 + random.normal(0, 0.1, len(table)) * (1 + table["Id"] % 5)
        table.to_csv(folder / "experiments.csv", index=False)
    return root


def _archive(root, random):
    scored, labeled = (root / "archives/sparse" / part for part in ("scored", "labeled"))
    scored.mkdir(parents=True)
    labeled.mkdir()
    ids = 1000 + np.sort(random.choice(9000, SCORED, replace=False))
    features = {"histogram": [], "power": []}
    for number, identifier in enumerate(ids):
        frame = _frame(random, 5 + number)[2]
        write_frame(scored / f"{identifier}.png", frame)
        features["histogram"].append(histogram(frame))
        features["power"].append(power_spectrum(frame))
    for identifier in range(4):
        write_frame(labeled / f"{identifier + 1}.png", _frame(random, 30)[2])
    folder = root / "measurement/sparse_scored"
    folder.mkdir(parents=True)
    for name, values in features.items():
        np.save(folder / f"{name}.npy", np.array(values, np.float32))
    table = pd.DataFrame({"Id": ids, "Actual": np.linspace(0.5, 4, SCORED)})
    # The authors' table is in no order.
    table.sample(frac=1, random_state=1).to_csv(root / "archives/sparse/scored.csv", index=False)
    folder = root / "datasets/sparse"
    folder.mkdir(parents=True)
    real = [(i + 1, "labeled") for i in range(4)] + [(ids[-1], "scored")]
    pd.DataFrame(real, columns=["Id", "part"]).to_csv(folder / "real.csv", index=False)
    np.save(folder / "patches.npy", make_galaxies(random, 50)[:, None])
    about = {"size": 32, "count": 50, "bands": ["level"], "simulated": True}
    (folder / "patches.json").write_text(json.dumps(about))


def _frame(random, count):
    cells = random.choice(31 * 31, count, replace=False)
    corners = CELL * np.stack(np.divmod(cells, 31), axis=1)
    patches = make_galaxies(random, count)
    return corners, patches, make_frame(corners, patches)


def _sampling(folder, name, random):
    (folder / "images").mkdir(parents=True)
    rows, patches = [], []
    for identifier in range(5):
        corners, drawn, frame = _frame(random, 40)
        write_frame(folder / "images" / f"{identifier}.png", frame)
        for number, (y, x) in enumerate(corners):
            kind = number % 3 if name.endswith("_conditional") else 0
            rows.append((identifier, y, x, kind, len(patches)))
            patches.append(drawn[number])
    pd.DataFrame(rows, columns=["Id", "y", "x", "class", "patch"]).to_csv(
        folder / "galaxies.csv", index=False
    )
    np.save(folder / "patches.npy", np.array(patches))
    about = {"count": 5, "frame": 1000, "simulated": True, "seconds_drawing": 0.05, "seconds_writing": 0.2}
    (folder / "images.json").write_text(json.dumps(about))


def _comparison(folder, random):
    folder.mkdir(parents=True)
    errors = [
        {"scorer": name, "model": model, "features": features, "initial_weights": "", "n": SCORED}
        | {"mae": 0.5 - 0.1 * number, "mae_error": 0.01, "mae_std": 0.02}
        for number, (name, (model, features)) in enumerate(SCORERS.items())
    ]
    pd.DataFrame(errors).to_csv(folder / "scorers.csv", index=False)

    judged = [
        {"frames": name, "n": 100, "score": 2.0, "score_error": 0.02, "score_std": 0.2}
        for name in ("real", "real_dark")
    ]
    for number, name in enumerate(["real_halves", *GENERATORS]):
        auc = 0.5 + 0.08 * number
        judged.append(
            {"frames": name, "n": 100, "score": 2.0 - 0.1 * number, "score_error": 0.02, "score_std": 0.2}
            | {"n_real": 100, "ks": 0.1, "ks_p": 0.3}
            | {"auc": auc, "auc_low": auc - 0.03, "auc_high": auc + 0.03, "auc_p": 0.01}
        )
    pd.DataFrame(judged).to_csv(folder / "generators.csv", index=False)

    names = ["real", *GENERATORS]
    radius = np.arange(2, 498)
    spectra = []
    for number, name in enumerate(names):
        median = 1e10 * np.exp(-((radius / 200) ** 2)) * (1 + 0.1 * number * np.log(radius))
        columns = {
            "frames": name,
            "radius": radius,
            "low": 0.5 * median,
            "median": median,
            "high": 2 * median,
        }
        spectra.append(pd.DataFrame(columns))
    pd.concat(spectra).to_csv(folder / "spectra.csv", index=False)

    bins = {"separation": np.geomspace(9, 560, 14), "pairs": 10, "error": 0.03}
    kinds = [(name, kind) for kind in ("pixels", "cells") for name in [*names, "uniform"]]
    pairs = [
        pd.DataFrame({"frames": name, "kind": kind, "xi": xi} | bins)
        for name, kind in kinds
        for xi in [random.normal(0, 0.03, 14) - np.exp(-bins["separation"] / 20)]
    ]
    pd.concat(pairs).to_csv(folder / "pairs.csv", index=False)
    positions = [
        {"frames": name, "kind": kind, "images": 5, "galaxies": 40.5, "bins": 14}
        | {"chi2_uniform": 20.0, "p_uniform": 0.1, "chi2_real": 15.0, "p_real": 0.4}
        for name, kind in kinds
    ]
    pd.DataFrame(positions).to_csv(folder / "positions.csv", index=False)

    summary = [
        {"frames": name, "experiment": experiment, "images": 40, "sets": 6, "score": 1.9, "score_error": 0.01}
        | {"base_score": 2.0, "std_within": 0.1 * (place + 1), "std_within_error": 0.005, "std_between": 0.2}
        for name in GENERATORS[3:]
        for place, experiment in enumerate(EXPERIMENTS)
    ]
    pd.DataFrame(summary).to_csv(folder / "experiments.csv", index=False)

    predicted = np.linspace(0.2, 4, 10)
    calibration = {"bin": [*range(10), -1], "n": [100] * 10 + [1000]}
    calibration |= {"predicted": [*predicted, 2.0], "actual": [*(predicted + 0.05), 2.05]}
    calibration |= {"low": [*(predicted - 0.2), 0], "high": [*(predicted + 0.2), 4.2]}
    calibration |= dict.fromkeys(("actual_error", "scatter"), 0.1) | {"bias": -0.05}
    calibration |= {"coverage_68": 0.7, "coverage_95": 0.94}
    pd.DataFrame(calibration).to_csv(folder / "calibration.csv", index=False)
    sets = [("histogram", range(256)), ("power", range(2, 498))]
    importance = pd.DataFrame(
        [(name, f"{name}_{index}", index, 3) for name, indices in sets for index in indices],
        columns=["feature", "column", "index", "splits"],
    )
    gain = random.exponential(1, len(importance)) ** 3
    importance.assign(gain=gain / gain.sum()).to_csv(folder / "importance.csv", index=False)
