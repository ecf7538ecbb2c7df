"""Numbers of sparse frames for tables and the ledger: scorers, generators, experiments."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mockskies.artefacts.published import Published
from mockskies.artefacts.schedule import Training

# As the tables name them; generators by what stands behind `defremond2020_` in the configuration.
REAL = {"real": "Real frames", "real_dark": "Real frames, dark sky"}
GENERATORS = {
    "baseline1": "Baseline 1",
    "baseline2": "Baseline 2",
    "end_to_end": "End-to-end GAN",
    "unconditional": "Unconditional GAN",
    "conditional": "Conditional GAN",
}
SCORERS = {"xgboost": "XGBoost", "forest": "Random forest", "network": "Network"}
FEATURES = {
    "basic": "three basic",
    "individual": "individual",
    "interactions": "interactions",
    "histogram": "histogram",
    "hog": "HOG",
    "lbp": "LBP",
    "fourier": "Fourier transform",
    "power": "power spectrum",
}
EXPERIMENTS = {
    "random_positions": "random positions",
    "new_galaxies": "same positions, new galaxies",
    "shuffled": "same galaxies, shuffled",
}
# Frames for which drawing is timed.
TIMED = 1000


def short(frames: str) -> str:
    """Name of a generator in `GENERATORS`, of that of its frames."""
    return frames.removeprefix("defremond2020_")


def scorer_table(
    errors: pd.DataFrame, notes: Mapping[str, str], published: Mapping[str, Published]
) -> pd.DataFrame:
    """Table I: a row for each scorer of ``comparison/scorers.csv``, in its order.

    Parameters
    ----------
    notes
        What must be said of a scorer, by its name.
    """
    rows = []
    for row in errors.to_dict("records"):
        known = published.get(f"mae_{row['scorer']}")
        features = str(row["features"]) if pd.notna(row["features"]) else ""
        rows.append(
            {
                "model": scorer_words(row["scorer"], row["model"]),
                "features": " + ".join(FEATURES.get(name, name) for name in features.split("+")) or "frame",
                "frames": int(row["n"]),
                "MAE": row["mae"],
                "over folds": row["mae_std"],
                "published": known.value if known else None,
                "note": notes.get(row["scorer"], ""),
            }
        )
    return pd.DataFrame(rows, dtype=object)


def scorer_words(scorer: str, model: str) -> str:
    """A scorer's kind in words; networks go by their own names."""
    if model != "network":
        return SCORERS[model]
    return {"resnet50": "ResNet-50", "cnn": "CNN, three convolutions"}.get(scorer, scorer)


def scorer_numbers(errors: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute errors with their 95 per cent intervals over frames."""
    rows = []
    for row in errors.to_dict("records"):
        half = 1.96 * row["mae_error"]
        rows.append(
            {
                "name": f"mae_{row['scorer']}",
                "meaning": f"mean absolute error of scorer {row['scorer']}",
                "unit": "",
                "value": row["mae"],
                "low": row["mae"] - half,
                "high": row["mae"] + half,
            }
        )
    return pd.DataFrame(rows)


def generator_table(
    judged: pd.DataFrame,
    trainings: Mapping[str, Sequence[Training]],
    drawings: Mapping[str, Mapping],
    published: Mapping[str, Published],
) -> pd.DataFrame:
    """Table II: real frames, then every generator.

    Parameters
    ----------
    judged
        Rows of real frames and of each generator, indexed by ``frames``: n, score and score_error.
    trainings
        Of the runs behind each generator, by its frames.
    drawings
        ``images.json`` of each.
    """
    rows = []
    for frames, row in judged.iterrows():
        name = short(frames)
        runs, drawn = trainings.get(frames, ()), drawings.get(frames)
        rows.append(
            {
                "model": (REAL | GENERATORS)[name],
                "frames": int(row["n"]),
                "mean score": row["score"],
                "standard error": row["score_error"],
                "score published": _value(published, f"score_{name}"),
                "training (s)": sum(run.seconds for run in runs) if runs else None,
                "training published (s)": _value(published, f"training_{name}"),
                "drawing 1000 (s)": _per_thousand(drawn, "seconds_drawing"),
                "writing 1000 (s)": _per_thousand(drawn, "seconds_writing"),
                "drawing published (s)": _value(published, f"seconds_{name}"),
            }
        )
    return pd.DataFrame(rows, dtype=object)


def generator_numbers(table: pd.DataFrame, frames: Sequence[str]) -> pd.DataFrame:
    """Rows of table II for the ledger.

    Parameters
    ----------
    table
        What `generator_table` returns.
    frames
        Of each of its rows.
    """
    rows = []
    for name, row in zip(map(short, frames), table.to_dict("records"), strict=True):
        half = 1.96 * row["standard error"]
        score, words = row["mean score"], row["model"][0].lower() + row["model"][1:]
        rows.append(
            {"name": f"score_{name}", "meaning": f"mean score, {words}", "unit": "", "value": score}
            | {"low": score - half, "high": score + half}
        )
        times = {"training": row["training (s)"], "seconds": row["drawing 1000 (s)"]}
        what = {"training": "time to train", "seconds": f"time to draw {TIMED} frames"}
        rows += [
            {"name": f"{key}_{name}", "meaning": f"{what[key]}, {words}", "unit": "s", "value": value}
            for key, value in times.items()
            if value is not None
        ]
    return pd.DataFrame(rows)


def likeness_table(judged: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """How far each set of frames is from real ones.

    Parameters
    ----------
    judged
        Rows ``real_halves`` (one half of the real frames against the other: the null) and of each generator,
        indexed by ``frames``, of ``comparison/generators.csv``.
    positions
        Rows of the places on the grid's cells, indexed by ``frames``, of ``comparison/positions.csv``; sets
        without one are empty there.
    """
    rows = []
    for frames, row in judged.iterrows():
        places = positions.loc[frames] if frames in positions.index else {}
        rows.append(
            {
                "frames": GENERATORS.get(short(frames), "Real halves"),
                "number": int(row["n"]),
                "scatter of scores": row["score_std"],
                "KS of scores": row["ks"],
                "p (KS)": row["ks_p"],
                "AUC": row["auc"],
                "AUC low": row["auc_low"],
                "AUC high": row["auc_high"],
                "p (AUC)": row["auc_p"],
                "galaxies a frame": places.get("galaxies"),
                "chi2 of places": places.get("chi2_real"),
                "p (places)": places.get("p_real"),
            }
        )
    return pd.DataFrame(rows, dtype=object)


def experiment_numbers(summary: pd.DataFrame, headline: str) -> pd.DataFrame:
    """Mean standard deviations within frames, and how far the mean score moves, for each experiment.

    Parameters
    ----------
    summary
        ``comparison/experiments.csv``.
    headline
        Generator whose shuffled frames stand for the paper's number, which names none.
    """
    rows = []
    for row in summary.to_dict("records"):
        name = short(row["frames"])
        words = f"{EXPERIMENTS[row['experiment']]}, {GENERATORS[name]}"
        half = 1.96 * row["std_within_error"]
        key = f"deviation_{row['experiment']}_{name}"
        if row["experiment"] == "shuffled" and row["frames"] == headline:
            key = "shuffled_deviation"
        rows.append(
            {"name": key, "meaning": f"mean standard deviation of the score: {words}", "unit": ""}
            | {"value": row["std_within"], "low": row["std_within"] - half, "high": row["std_within"] + half}
        )
        rows.append(
            {"name": f"change_{row['experiment']}_{name}", "meaning": f"change of the mean score: {words}"}
            | {"unit": "", "value": row["score"] - row["base_score"]}
        )
    return pd.DataFrame(rows)


def _per_thousand(drawn: Mapping | None, key: str) -> float | None:
    return TIMED * drawn[key] / drawn["count"] if drawn else None


def _value(published: Mapping[str, Published], name: str) -> float | None:
    return published[name].value if name in published else None
