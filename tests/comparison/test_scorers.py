"""Errors of scorers, their calibration and what they look at."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scripts.comparison import collect_scorers, cross_validate, examine_scorer, judge_network
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from mockskies.comparison.calibration import calibration
from mockskies.comparison.cross_validation import out_of_fold, summarise
from mockskies.comparison.importance import importance
from mockskies.datasets.folds import fold_of
from mockskies.errors import InputError
from mockskies.measurement.features import PROPERTY_SETS
from mockskies.measurement.scorers import TreeSettings, fit_scorer, new_regressor, write_scorer
from mockskies.randomness import random_generator

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared/data/sparse"
TREES = {"trees": 20, "depth": 4, "colsample": 0.7, "lambda": 2, "alpha": 2, "rate": 0.3}


def test_predictions_are_those_of_scikit_learn():
    random = np.random.default_rng(1)
    matrix = random.normal(size=(60, 4))
    scores = matrix @ [1, 2, 3, 4] + random.normal(size=60)
    fold = fold_of(1, 60, 5)
    expected = cross_val_predict(LinearRegression(), matrix, scores, cv=PredefinedSplit(fold))
    predicted = out_of_fold(matrix, scores, fold, lambda number: LinearRegression())
    np.testing.assert_allclose(predicted, expected)


def test_errors_and_their_spread():
    table = pd.DataFrame({"fold": [0, 0, 1, 1], "actual": [0.0, 0, 0, 0], "predicted": [1.0, -1, 2, 4]})
    found = summarise(table)
    assert (found["n"], found["mae"], found["mae_fold0"], found["mae_fold1"]) == (4, 2, 1, 3)
    assert found["mae_std"] == pytest.approx(np.sqrt(2))
    assert found["mae_error"] == pytest.approx(np.std([1, 1, 2, 4], ddof=1) / 2)


def test_features_of_other_frames_are_refused():
    with pytest.raises(InputError, match=r"^features: expected those of 5 scored frames, got 4$"):
        out_of_fold(np.zeros((4, 2)), np.zeros(5), np.zeros(5, int), lambda number: LinearRegression())


def predictions(bias=0.0, seed=1, number=4000):
    random = np.random.default_rng(seed)
    predicted = random.uniform(0, 4, number)
    actual = predicted - bias + random.normal(0, 0.3, number)
    return pd.DataFrame({"fold": np.arange(number) % 5, "actual": actual, "predicted": predicted})


def test_a_fair_scorer_is_calibrated():
    table = calibration(predictions())
    assert len(table) == 11
    assert table["n"].tolist() == [400] * 10 + [4000]
    assert np.abs(table["bias"]).max() < 4 * 0.3 / 20
    assert table["coverage_68"].iloc[-1] == pytest.approx(0.68, abs=0.02)
    assert table["coverage_95"].iloc[-1] == pytest.approx(0.95, abs=0.01)
    assert table["scatter"].to_numpy() == pytest.approx(0.3, rel=0.2)


def test_a_biased_scorer_is_found_out():
    assert calibration(predictions(bias=0.5))["bias"].to_numpy() == pytest.approx(0.5, abs=0.06)


def test_an_interval_covers_less_where_errors_are_larger():
    table = predictions()
    high = table["predicted"] > 2
    table.loc[high, "actual"] = table["predicted"] + 4 * (table["actual"] - table["predicted"])
    coverage = calibration(table, bins=2)["coverage_68"]
    assert coverage[0] > 0.9
    assert coverage[1] < 0.5


def test_what_a_scorer_looks_at():
    random = np.random.default_rng(1)
    matrix = random.uniform(0, 1, (400, 506)).astype(np.float32)
    scores = matrix[:, 3] + 2 * matrix[:, 10 + 40]
    table = importance(fit_scorer(matrix, scores, ["lbp", "power"], TreeSettings.from_block(TREES), 1, 1))
    assert len(table) == 506
    assert table["gain"].sum() == pytest.approx(1)
    best = table.sort_values("gain", ascending=False).head(2)
    assert best["column"].tolist() == ["ring_42", "pattern_3"]
    assert best[["feature", "index"]].to_numpy().tolist() == [["power", 42], ["lbp", 3]]
    assert best["gain"].sum() > 0.9


@pytest.fixture
def scored(tmp_path):
    """Patterns and actual scores of 40 frames."""
    random = np.random.default_rng(1)
    matrix = random.uniform(0, 4, (40, 10)).astype(np.float32)
    np.save(tmp_path / "lbp.npy", matrix)
    table = pd.DataFrame({"Id": np.arange(40) + 100, "Actual": matrix[:, 2]})
    table.iloc[::-1].to_csv(tmp_path / "scored.csv", index=False)
    return tmp_path


def job(namespace, folder, **params):
    settings = {"model": "xgboost", "features": ["lbp"], "trees": TREES, "folds": 5, "seed": 1}
    return namespace(
        input={"features": [folder / "lbp.npy"], "scores": folder / "scored.csv"},
        output={"predictions": folder / f"{params['name']}.csv"},
        params=settings | params,
    )


def test_scripts_from_features_to_the_table_of_scorers(scored, namespace):
    for name, model in (("trees", "xgboost"), ("wood", "forest")):
        cross_validate.main(job(namespace, scored, name=name, model=model))
    fold = fold_of(1, 40, 5)
    table = pd.read_csv(scored / "trees.csv")
    assert table.columns.tolist() == ["Id", "fold", "actual", "predicted"]
    assert table["Id"].tolist() == list(range(100, 140))
    assert table["fold"].tolist() == fold.tolist()
    guess = table["actual"].mean()
    assert summarise(table)["mae"] < 0.5 * np.abs(table["actual"] - guess).mean()

    network = table[["Id", "fold"]].assign(score=table["actual"] + 0.25)
    network.to_csv(scored / "network_predictions.csv", index=False)
    files = {"predictions": scored / "network_predictions.csv", "scores": scored / "scored.csv"}
    judge_network.main(namespace(input=files, output={"predictions": scored / "network.csv"}))
    blocks = {
        "trees": {"model": "xgboost", "features": ["lbp", "power"]},
        "wood": {"model": "forest", "features": ["lbp"]},
        "network": {"model": "network", "run": "some"},
    }
    collect = namespace(
        input={"predictions": [scored / f"{name}.csv" for name in blocks]},
        output={"scorers": scored / "scorers.csv"},
        params={"scorers": blocks, "initial_weights": {"network": "random"}},
    )
    collect_scorers.main(collect)
    errors = pd.read_csv(scored / "scorers.csv", keep_default_na=False)
    assert errors["scorer"].tolist() == list(blocks)
    assert errors["features"].tolist() == ["lbp+power", "lbp", ""]
    assert errors["initial_weights"].tolist() == ["", "", "random"]
    assert errors["mae"][2] == pytest.approx(0.25)
    assert errors[[f"mae_fold{i}" for i in range(5)]].iloc[0].mean() == pytest.approx(
        errors["mae"][0], rel=0.01
    )

    scorer = fit_scorer(
        np.load(scored / "lbp.npy"), table["actual"], ["lbp"], TreeSettings.from_block(TREES), 1, 1
    )
    write_scorer(scored / "scorer.json", scorer)
    files = {"predictions": scored / "trees.csv", "scorer": scored / "scorer.json"}
    outputs = {name: scored / f"{name}.csv" for name in ("calibration", "importance")}
    examine_scorer.main(namespace(input=files, output=outputs))
    assert pd.read_csv(outputs["calibration"])["n"].sum() == 80
    assert pd.read_csv(outputs["importance"])["gain"].idxmax() == 2


def test_fewer_frames_than_folds_are_refused(scored, namespace):
    with pytest.raises(
        InputError, match=r"^folds: expected at least as many images as the 41 folds, got 40$"
    ):
        cross_validate.main(job(namespace, scored, name="trees", folds=41))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop(columns="score"), r"p.csv: expected the column score, found Id, fold"),
        (lambda table: table.assign(score=np.nan), r"p.csv: line 2: expected a number in the column score"),
        (lambda table: table.iloc[1:], r"p.csv: expected the Ids of .*scored.csv, found other ones"),
    ],
)
def test_damaged_predictions_are_refused(scored, namespace, change, message):
    table = pd.DataFrame({"Id": np.arange(40) + 100, "fold": 0, "score": 1.0})
    change(table).to_csv(scored / "p.csv", index=False)
    files = {"predictions": scored / "p.csv", "scores": scored / "scored.csv"}
    with pytest.raises(InputError, match=message):
        judge_network.main(namespace(input=files, output={"predictions": scored / "x.csv"}))


@pytest.mark.skipif(not REAL.exists(), reason="needs the real table of features in ../shared")
@pytest.mark.parametrize(
    ("features", "mae"),
    # Published: 0.544, 0.345 and 0.345 on a test set that is not public; docs/scorers.md says why.
    [(["basic"], 0.620), (["individual"], 0.377), (["individual", "interactions"], 0.373)],
)
def test_errors_on_the_real_table(features, mae):
    """Five folds of 9600 real frames, with the configuration's own trees."""
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    settings = TreeSettings.from_block(config["defremond2020"]["trees"])
    columns = [column for name in features for column in PROPERTY_SETS[name]]
    matrix = pd.read_csv(REAL / "train_X.csv")[columns].to_numpy(np.float32)
    scores = pd.read_csv(REAL / "train_y.csv")["score"].to_numpy()
    fold = fold_of(config["seed"], len(scores), config["defremond2020"]["folds"])
    predicted = out_of_fold(
        matrix,
        scores,
        fold,
        lambda number: new_regressor(
            "xgboost", settings, random_generator(config["seed"], "test", number), 2
        ),
    )
    found = summarise(pd.DataFrame({"fold": fold, "actual": scores, "predicted": predicted}))
    assert found["mae"] == pytest.approx(mae, abs=0.004)
    assert found["mae_std"] < 0.02
