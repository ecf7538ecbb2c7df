"""The largest square, against trying every one."""

import time

import numpy as np
import pytest

from mockskies.datasets.crop import best_square, largest_square


def largest_by_trial(observed):
    height, width = observed.shape
    return max(
        size
        for size in range(1, min(height, width) + 1)
        for y in range(height - size + 1)
        for x in range(width - size + 1)
        if observed[y : y + size, x : x + size].all()
    )


@pytest.mark.parametrize("seed", range(40))
def test_largest_square_by_trial(seed):
    random = np.random.default_rng(seed)
    observed = random.random(random.integers(1, 14, 2)) < random.choice([0.3, 0.8, 0.95, 1.0])
    observed.flat[random.integers(observed.size)] = True
    y, x, size = largest_square(observed)
    assert size == largest_by_trial(observed)
    assert observed[y : y + size, x : x + size].all()
    assert observed[y : y + size, x : x + size].shape == (size, size)


def test_a_square_with_room_to_spare_is_centred():
    observed = np.zeros((100, 120), bool)
    observed[10:70, 20:110] = True
    assert largest_square(observed) == (10, 35, 60)
    assert best_square(observed, 40) == (20, 45, 1.0)


def test_a_square_too_large_lies_where_most_is_observed():
    observed = np.zeros((100, 100), bool)
    observed[:30, :20] = True
    assert best_square(observed, 30) == (0, 0, 600 / 900)


def test_a_full_mosaic_takes_less_than_two_seconds():
    rows = np.abs(np.arange(5250) - 2624.5)
    observed = (rows < 1850) & (rows[:, None] < 1850)
    start = time.process_time()
    *_, size = largest_square(observed)
    assert time.process_time() - start < 2
    assert size == 3700
