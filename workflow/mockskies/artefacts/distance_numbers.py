"""The numbers of coccomini2021: FID and what it must be read against, the search for copies, and times."""

from collections.abc import Iterator, Mapping

import pandas as pd

from mockskies.artefacts.schedule import Training

SUBJECTS = {"bodies": "photographs", "galaxies": "galaxies"}


def distance_numbers(
    fid: pd.DataFrame, similarity: pd.DataFrame, error: pd.DataFrame, trainings: Mapping[str, Training]
) -> pd.DataFrame:
    """Rows under the names of ``config/published.yaml`` where the paper has the number.

    The null is the same number of two real halves or, for similarities, of real galaxies among the others.

    Parameters
    ----------
    fid
        ``comparison/coccomini2021_fid.csv``.
    similarity
        ``comparison/coccomini2021_similarity.csv``.
    error
        ``comparison/<classifier>/error.csv``.
    trainings
        Of the networks that draw ``bodies`` and ``galaxies``.
    """
    return pd.DataFrame([*_distances(fid), *_similarities(similarity), *_errors(error), *_times(trainings)])


def _distances(fid: pd.DataFrame) -> Iterator[dict]:
    (whole,) = fid[fid["kind"] == "all"].to_dict("records")
    sets = f"{int(whole['images'])} generated against all {int(whole['real'])} training galaxies"
    yield _fid("fid", sets, whole)
    drawn, null = (fid[fid["kind"] == kind].to_dict("records") for kind in ("drawn", "halves"))
    for row, other in zip(drawn, null, strict=True):
        infinite = row["images"] == float("inf")
        name = "infinite" if infinite else int(row["images"])
        words = "extrapolated to infinite sets" if infinite else f"{name} galaxies on each side"
        yield _fid(f"fid_{name}", words, row) | {"null_halves": other["fid"]}
    # The last two rows have the same: KID has no bias.
    half = 1.96 * drawn[-1]["kid_error"]
    kid = {
        "name": "kid",
        "meaning": "KID",
        "unit": "",
        "value": drawn[-1]["kid"],
        "null_halves": null[-1]["kid"],
    }
    yield kid | {"low": kid["value"] - half, "high": kid["value"] + half}


def _fid(name: str, words: str, row: dict) -> dict:
    # A warning stands with its number.
    note = f" ({row['note']})" if isinstance(row["note"], str) else ""
    values = {"value": row["fid"], "low": row["fid_low"], "high": row["fid_high"]}
    return {"name": name, "meaning": f"FID, {words}{note}", "unit": ""} | values


def _similarities(similarity: pd.DataFrame) -> Iterator[dict]:
    drawn, real = (similarity[similarity["kind"] == kind].iloc[0] for kind in ("drawn", "real"))
    yield {
        "name": "copies",
        "meaning": f"of {drawn['images']} generated galaxies, those identical to a real one",
        "unit": "",
        "value": int(drawn["copies"]),
        "null_halves": int(real["copies"]),
    }
    yield {
        "name": "similarity",
        "meaning": "median SSIM of generated galaxies with the most similar real one",
        "unit": "",
        "value": drawn["median"],
        "low": drawn["low"],
        "high": drawn["high"],
        "null_halves": real["median"],
    }
    yield {
        "name": "similarity_above",
        "meaning": "generated galaxies whose SSIM is above the 99th percentile of real ones",
        "unit": "per cent",
        "value": 100 * drawn["above"],
        "low": 100 * drawn["above_low"],
        "high": 100 * drawn["above_high"],
        "null_halves": 100 * real["above"],
    }
    for key, words in (("ks", "D"), ("p", "p")):
        meaning = f"Kolmogorov-Smirnov {words} of these SSIM against those of real galaxies"
        yield {"name": f"similarity_{key}", "meaning": meaning, "unit": "", "value": drawn[key]}


def _errors(error: pd.DataFrame) -> Iterator[dict]:
    row = error.set_index("answer").loc["all"]
    for name, words in (("classifier", "of the classifier"), ("mean_vote", "if all had the mean votes")):
        meaning = f"error of votes on galaxies held out, {words} (root mean square)"
        yield {"name": f"error_{name}", "meaning": meaning, "unit": "", "value": row[f"rmse_{name}"]}


def _times(trainings: Mapping[str, Training]) -> Iterator[dict]:
    for name, training in trainings.items():
        meaning = f"time to train on {SUBJECTS[name]}, {training.steps} steps"
        yield {"name": f"training_{name}", "meaning": meaning, "unit": "h", "value": training.seconds / 3600}
