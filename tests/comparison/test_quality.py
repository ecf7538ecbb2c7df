"""Distances of sets of galaxies against sets whose distance is known."""

import numpy as np
import pytest

from mockskies.comparison.quality import quality, quality_rows


def gaussian(number, mean=0.0, deviation=1.0, seed=0, features=4):
    return np.random.default_rng(seed).normal(mean, deviation, (number, features)).astype(np.float32)


def test_the_frechet_distance_of_two_gaussians_is_the_formula_s():
    found = quality(gaussian(4000), gaussian(4000, 0.5, 2.0, seed=1), seed=1)
    # |mean difference|^2 + trace of (C1 + C2 - 2 sqrt(C1 C2)), each of four features.
    assert found.fid == pytest.approx(4 * (0.5**2 + (2 - 1) ** 2), rel=0.05)
    assert found.kid > 10 * found.kid_std


def test_two_halves_of_one_set_do_not_differ():
    rows = quality_rows(gaussian(1200), gaussian(600, 1.0, seed=2), seed=1).set_index("kind")
    assert rows["number"].tolist() == [600, 600]
    assert abs(rows.loc["null", "kid"]) < 3 * rows.loc["null", "kid_std"]
    assert rows.loc["null", "fid"] < 0.05 * rows.loc["generated", "fid"]
    assert rows.loc["null", "precision"] > 0.85


def test_a_collapsed_set_has_precision_without_recall():
    real = gaussian(500)
    collapsed = gaussian(500, 0, 0.05, seed=3)
    found = quality(real, collapsed, seed=1)
    assert found.precision > 0.95
    assert found.recall < 0.05


def test_a_scattered_set_has_recall_without_precision():
    found = quality(gaussian(500), gaussian(500, 0, 5.0, seed=4), seed=1)
    assert found.precision < 0.3
    assert found.recall > 0.7


def test_one_seed_gives_one_answer():
    sets = gaussian(300), gaussian(300, 0.3, seed=5)
    assert quality(*sets, seed=1) == quality(*sets, seed=1)
    assert quality(*sets, seed=1) != quality(*sets, seed=2)
