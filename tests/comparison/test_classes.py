"""Classes by the volunteers' first question, and tests of whether two sets share them out alike."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact, kstest
from scripts.comparison import compare_classes as script

from mockskies.archives.vote_tree import COLUMNS, IDENTIFIER
from mockskies.comparison.classes import CLASSES, class_fractions, compare_classes, count_classes
from mockskies.errors import InputError

PAPER = {"paper_training": [25775, 35738, 65], "paper_generated": [920, 2064, 16]}


def votes(*rows):
    return pd.DataFrame(rows, columns=["Class1.1", "Class1.2", "Class1.3"])


def test_the_most_frequent_answer_is_the_class():
    table = votes((0.1, 0.8, 0.1), (0.7, 0.3, 0.0), (0.2, 0.3, 0.5), (0.2, 0.5, 0.3), (0.45, 0.45, 0.1))
    assert list(CLASSES) == ["features", "smooth", "star"]
    assert count_classes(table, "votes").tolist() == [2, 2, 1]
    # Whatever the order of the columns, and whatever else was asked.
    other = table[["Class1.3", "Class1.2", "Class1.1"]].assign(**{"Class7.1": 1.0})
    assert count_classes(other, "votes").tolist() == [2, 2, 1]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (votes((0.1, 0.8, 0.1)).drop(columns="Class1.3"), "v.csv: expected the column Class1.3, found "),
        (votes(), "v.csv: expected votes, found no galaxy"),
    ],
)
def test_votes_on_other_questions_are_refused(table, message):
    with pytest.raises(InputError) as found:
        count_classes(table, "v.csv")
    assert str(found.value).startswith(message)


def test_shares_have_binomial_intervals():
    rows = class_fractions({"drawn": [3, 7, 0], "paper": PAPER["paper_generated"]})
    assert rows["set"].tolist() == ["drawn"] * 3 + ["paper"] * 3
    none = rows.iloc[2]
    # Clopper and Pearson's limit for none of ten: 1 - 0.025^(1 / 10).
    assert (none["fraction"], none["low"], none["high"]) == (0, 0, pytest.approx(1 - 0.025**0.1))
    spiral = rows.iloc[3]
    assert spiral["fraction"] == pytest.approx(0.30667, abs=1e-5)
    assert (spiral["low"], spiral["high"]) == pytest.approx((0.2902, 0.3235), abs=1e-4)


def test_the_paper_s_own_sets_differ():
    row = compare_classes(PAPER, [tuple(PAPER)], seed=1).iloc[0]
    assert (row["chi2"], row["dof"]) == (pytest.approx(185.01, abs=0.01), 2)
    assert row["p"] == pytest.approx(np.exp(-row["chi2"] / 2))
    assert row["p"] < 1e-40
    assert row["p_exact"] == 1e-4
    assert row["features_difference"] == pytest.approx(-0.1119, abs=1e-4)
    assert row["features_low"] < -0.1119 < row["features_high"] < -0.09


def test_sets_of_one_kind_do_not_differ_more_often_than_by_chance():
    random = np.random.default_rng(4)
    sets = {f"{i}": random.multinomial(300, [0.4, 0.55, 0.05]) for i in range(120)}
    pairs = [(f"{i}", f"{i + 1}") for i in range(0, 120, 2)]
    rows = compare_classes(sets, pairs, seed=1)
    for column in ("p", "p_exact"):
        assert kstest(rows[column], "uniform").pvalue > 0.01
    covered = (rows["smooth_low"] < 0) & (rows["smooth_high"] > 0)
    assert 0.88 < covered.mean() < 1


def test_p_of_rare_classes_is_fisher_s():
    sets = {"few": [0, 3, 9], "more": [0, 14, 5]}
    row = compare_classes(sets, [("few", "more")], seed=1).iloc[0]
    expected = fisher_exact([[3, 9], [14, 5]]).pvalue
    assert row["p_exact"] == pytest.approx(expected, abs=4 * np.sqrt(expected / 10000))
    assert row["dof"] == 1


def test_one_class_alone_does_not_differ():
    row = compare_classes({"a": [0, 5, 0], "b": [0, 9, 0]}, [("a", "b")], seed=1).iloc[0]
    assert (row["p"], row["p_exact"], row["cramers_v"]) == (1, 1, 0)


def prepare(folder, namespace, predicted):
    truth = np.random.default_rng(1).uniform(size=(40, 37))
    table = pd.DataFrame(truth, columns=list(COLUMNS))
    table.insert(0, IDENTIFIER, range(40))
    table.to_csv(folder / "votes.csv", index=False)
    np.save(folder / "real.npy", truth.astype(np.float32))
    np.save(folder / "drawn.npy", predicted)
    return namespace(
        input={"votes": folder / "votes.csv", "real": folder / "real.npy", "drawn": folder / "drawn.npy"},
        output={"fractions": folder / "classes.csv", "tests": folder / "tests.csv"},
        params={"published": PAPER, "seed": 1},
    )


def test_the_script_counts_volunteers_classifier_and_paper(namespace, tmp_path):
    drawn = np.zeros((6, 37), np.float32)
    drawn[:, 1] = 1
    script.main(prepare(tmp_path, namespace, drawn))
    fractions = pd.read_csv(tmp_path / "classes.csv")
    assert fractions["set"].unique().tolist() == ["volunteers", "real", "drawn", *PAPER]
    counts = fractions.pivot(index="set", columns="class", values="count")
    assert counts.loc["volunteers"].tolist() == counts.loc["real"].tolist()
    assert counts.loc["drawn", list(CLASSES)].tolist() == [6, 0, 0]
    tests = pd.read_csv(tmp_path / "tests.csv")
    assert tests[["first", "second"]].to_numpy().tolist() == [["real", "drawn"], list(PAPER)]


def test_a_classifier_of_other_answers_is_refused(namespace, tmp_path):
    with pytest.raises(InputError) as found:
        script.main(prepare(tmp_path, namespace, np.zeros((6, 3), np.float32)))
    assert str(found.value) == (
        f"{tmp_path}/drawn.npy: expected 37 votes a galaxy, as the volunteers cast, found 3"
    )
