"""Scorers: how they are kept, what they predict, and what they refuse."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from scripts.measurement import fit_scorer as fit_script
from scripts.measurement import score_frames

from mockskies.datasets.folds import fold_of
from mockskies.errors import InputError
from mockskies.measurement.cluster_properties import PROPERTIES
from mockskies.measurement.features import columns_of
from mockskies.measurement.networks import predict_held_out
from mockskies.measurement.scorers import TreeSettings, fit_scorer, new_regressor, read_scorer, write_scorer
from mockskies.training.precision import Compute

TREES = {"trees": 20, "depth": 4, "colsample": 0.7, "lambda": 2, "alpha": 2, "rate": 0.3}
SETTINGS = TreeSettings.from_block(TREES)


def learnable(number, columns, seed=1):
    """Features of which the third is the score, but for noise."""
    random = np.random.default_rng(seed)
    matrix = random.uniform(0, 5, (number, columns)).astype(np.float32)
    return matrix, matrix[:, 2] + random.normal(0, 0.05, number)


def test_settings_are_the_configurations():
    assert TreeSettings(20, 4, 0.7, l2=2, l1=2, rate=0.3) == SETTINGS
    model = new_regressor("xgboost", SETTINGS, np.random.default_rng(1), 1)
    kept = model.get_params()
    assert [kept[n] for n in ("n_estimators", "max_depth", "colsample_bytree", "learning_rate")] == [
        20,
        4,
        0.7,
        0.3,
    ]
    assert (kept["reg_lambda"], kept["reg_alpha"]) == (2, 2)


@pytest.mark.parametrize("model", ["xgboost", "forest"])
def test_a_regressor_learns_and_repeats_itself(model):
    matrix, scores = learnable(300, 6)
    other, truth = learnable(100, 6, seed=2)
    predicted = [
        new_regressor(model, SETTINGS, np.random.default_rng(1), threads).fit(matrix, scores).predict(other)
        for threads in (1, 2)
    ]
    assert np.abs(predicted[0] - truth).mean() < 0.25 * np.abs(truth - truth.mean()).mean()
    # Forests sum their trees in the order in which threads end.
    np.testing.assert_allclose(*predicted, rtol=1e-12)


def test_a_scorer_is_kept_in_xgboosts_own_json(tmp_path):
    matrix, scores = learnable(200, 506)
    scorer = fit_scorer(matrix, scores, ["lbp", "power"], SETTINGS, seed=1, threads=1)
    write_scorer(tmp_path / "scorer.json", scorer)
    kept = json.loads((tmp_path / "scorer.json").read_text())["learner"]
    assert kept["attributes"]["features"] == "lbp,power"
    assert kept["feature_names"] == columns_of(["lbp", "power"])
    read = read_scorer(tmp_path / "scorer.json", threads=1)
    assert read.features == ("lbp", "power")
    np.testing.assert_array_equal(read.predict(matrix), scorer.model.predict(matrix))
    assert read.predict(matrix[:0]).shape == (0,)
    before = (tmp_path / "scorer.json").read_bytes()
    write_scorer(tmp_path / "again.json", fit_scorer(matrix, scores, ["lbp", "power"], SETTINGS, 1, 2))
    assert (tmp_path / "again.json").read_bytes() == before


def test_features_of_another_length_are_refused(tmp_path):
    matrix, scores = learnable(50, 10)
    scorer = fit_scorer(matrix, scores, ["lbp"], SETTINGS, 1, 1)
    with pytest.raises(
        InputError, match=r"^scorer: expected 10 features \(lbp\) .* got an array of \(50, 9\)$"
    ):
        scorer.predict(matrix[:, :9])
    write_scorer(tmp_path / "scorer.json", scorer)
    text = (tmp_path / "scorer.json").read_text()
    (tmp_path / "other.json").write_text(text.replace('"features":"lbp"', '"features":"power"'))
    with pytest.raises(InputError, match=r"other.json: expected a scorer of 496 features, found one of 10"):
        read_scorer(tmp_path / "other.json", 1)
    (tmp_path / "other.json").write_text(text.replace('"features":"lbp"', '"features":"colour"'))
    with pytest.raises(InputError, match="expected a scorer of known features, found 'colour'"):
        read_scorer(tmp_path / "other.json", 1)


def test_damaged_scorers_are_refused(tmp_path):
    (tmp_path / "scorer.json").write_text('{"learner": 3')
    for name in ("scorer.json", "none.json"):
        with pytest.raises(InputError, match=rf"{name}: expected a scorer in XGBoost's JSON, but reading it"):
            read_scorer(tmp_path / name, 1)


@pytest.fixture
def measured(tmp_path):
    """Properties and patterns of 60 frames, whose scores can be learnt, and their files."""
    matrix, scores = learnable(60, 10)
    ids = np.arange(60) * 7 + 3
    np.save(tmp_path / "lbp.npy", matrix)
    table = pd.DataFrame(np.zeros((60, 29)), columns=PROPERTIES)
    table.insert(0, "Id", ids)
    table.to_csv(tmp_path / "properties.csv", index=False)
    shuffled = np.random.default_rng(1).permutation(60)
    actual = pd.DataFrame({"Id": ids, "Actual": np.clip(scores, 0, 8)}).iloc[shuffled]
    actual.to_csv(tmp_path / "scored.csv", index=False)
    return scores


def fit_job(folder, namespace, **params):
    settings = {"name": "best", "model": "xgboost", "features": ["lbp"], "trees": TREES, "seed": 1}
    return namespace(
        input={"features": [folder / "lbp.npy"], "scores": folder / "scored.csv"},
        output={"scorer": folder / "scorer.json"},
        params=settings | params,
    )


def test_scripts_from_features_to_scores(tmp_path, namespace, measured):
    fit_script.main(fit_job(tmp_path, namespace))
    job = namespace(
        input={
            "scorer": tmp_path / "scorer.json",
            "features": [tmp_path / "lbp.npy"] * 2,
            "properties": [tmp_path / "properties.csv"] * 2,
        },
        output={"scores": [tmp_path / "a.csv", tmp_path / "b.csv"]},
        params={"frames": ["a", "b"]},
    )
    score_frames.main(job)
    table = pd.read_csv(tmp_path / "a.csv")
    assert table["Id"].tolist() == [7 * i + 3 for i in range(60)]
    # Scores came in another order of frames, and were put in this one.
    assert np.corrcoef(table["score"], measured)[0, 1] > 0.9
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "a.csv").read_bytes()


def test_a_forest_cannot_judge_generators(tmp_path, namespace, measured):
    with pytest.raises(
        InputError, match=r"defremond2020.best: expected a scorer of model 'xgboost', got 'f'"
    ):
        fit_script.main(fit_job(tmp_path, namespace, model="forest", name="f"))


def test_scores_of_other_frames_are_refused(tmp_path, namespace, measured):
    pd.read_csv(tmp_path / "scored.csv").iloc[:50].to_csv(tmp_path / "scored.csv", index=False)
    with pytest.raises(InputError, match=r"scored.csv: expected 60 scores as there are frames, found 50$"):
        fit_script.main(fit_job(tmp_path, namespace))


def test_a_network_predicts_only_what_it_has_not_seen():
    """Each fold's network gives its own number, here as many tenths."""

    class Constant(torch.nn.Module):
        def __init__(self, value):
            super().__init__()
            self.value = value

        def forward(self, frames):
            return self.value + (frames.mean(dim=(1, 2, 3)) + 1) * 127.5 * 1000

    fold = fold_of(1, 150, 3)
    frames = np.zeros((150, 1, 4, 4), np.uint8)
    frames[:, 0] = np.arange(150)[:, None, None]
    scorers = [Constant(number / 10) for number in range(3)]
    scores = predict_held_out(scorers, "linear", frames, fold, Compute("cpu", "float32"))
    np.testing.assert_allclose(scores, 1000 * np.arange(150) + fold / 10, rtol=1e-5)
