"""Highest similarities of drawn images against those among real ones."""

import numpy as np
import pandas as pd
import pytest
from scripts.comparison import compare_similar

from mockskies.comparison.similarity import compare_similarities


def table(highest):
    """Two neighbours for each image, the second a tenth less similar."""
    highest = np.asarray(highest)
    rows = [
        (i, rank, i + rank, value - 0.1 * (rank - 1)) for i, value in enumerate(highest) for rank in (1, 2)
    ]
    return pd.DataFrame(rows, columns=["image", "rank", "real", "ssim"])


def similar(seed, number=200):
    return np.random.default_rng(seed).beta(8, 4, number)


def test_sets_of_one_kind_are_as_similar():
    rows = compare_similarities(table(similar(1)), table(similar(2)), 200, 1).set_index("kind")
    drawn, real = rows.loc["drawn"], rows.loc["real"]
    assert drawn["p"] > 0.05
    assert np.isnan(real["p"])
    assert real["above"] == 0.01
    assert drawn["above_low"] < 0.01 < drawn["above_high"]
    assert drawn["low"] < drawn["median"] < drawn["high"]
    assert drawn["median"] == pytest.approx(np.median(similar(1)))
    assert rows["copies"].tolist() == [0, 0]
    assert drawn["threshold"] == np.percentile(similar(2), 99)


def test_copies_are_counted_and_stand_out():
    highest = similar(1)
    highest[:80] = 1 - 1e-8
    drawn = compare_similarities(table(highest), table(similar(2)), 50, 1).iloc[0]
    assert drawn["copies"] == 80
    assert drawn["above"] >= 0.4
    assert drawn["above_low"] > 0.3
    assert drawn["p"] < 1e-4


def test_the_script_writes_both_rows(namespace, tmp_path):
    for name, seed in (("drawn", 1), ("real", 2)):
        table(similar(seed)).to_csv(tmp_path / f"{name}.csv", index=False)
    compare_similar.main(
        namespace(
            input={"drawn": tmp_path / "drawn.csv", "real": tmp_path / "real.csv"},
            output={"similarity": tmp_path / "similarity.csv"},
            params={"bootstraps": 20, "seed": 1},
        )
    )
    assert pd.read_csv(tmp_path / "similarity.csv")["kind"].tolist() == ["drawn", "real"]
