"""Closest matches, against a plain search."""

import numpy as np
import pandas as pd
import pytest
from measurement.galaxy_images import sersic
from scipy.spatial.distance import cdist
from scripts.measurement import fit_ellipses, gather_ellipses, match_closest

from mockskies.datasets.galaxies import write_galaxies
from mockskies.errors import InputError
from mockskies.measurement.closest import central_half, closest
from mockskies.measurement.ellipses import COLUMNS, read_ellipses
from mockskies.measurement.matches import match, read_matches
from mockskies.measurement.rows import measured_rows


def smooth(seed, number, size=32):
    """Noise on broad shapes: neighbours that coarse cells alone do not tell apart."""
    random = np.random.default_rng(seed)
    broad = np.kron(random.uniform(20, 200, (number, 3, 4, 4)), np.ones((size // 4, size // 4)))
    return np.clip(broad + random.normal(0, 20, broad.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("size", [32, 44])
def test_the_plain_search_finds_the_same(size):
    images, among = smooth(1, 7, size), smooth(2, 700, size)
    images[3] = among[650]
    flat = (central_half(some).reshape(len(some), -1).astype(float) for some in (images, among))
    distances = cdist(*flat, "cityblock")
    row, distance = closest(images, among, threads=2)
    assert row.tolist() == distances.argmin(axis=1).tolist()
    assert distance == pytest.approx(distances.min(axis=1) / (3 * (size // 2) ** 2))
    assert (row[3], distance[3]) == (650, 0)


def test_only_the_central_half_counts():
    images = smooth(3, 2)
    other = images.copy()
    other[:, :, :8], other[:, :, -8:], other[..., :8], other[..., -8:] = 0, 0, 0, 0
    row, distance = closest(images, other)
    assert (row.tolist(), distance.tolist()) == ([0, 1], [0, 0])
    assert central_half(images).shape == (2, 3, 16, 16)


def test_excluded_rows_do_not_count():
    images = smooth(4, 40)
    row, distance = closest(images, images, np.arange(40)[:, None])
    assert np.all(row != np.arange(40))
    assert np.all(distance > 0)


def test_real_galaxies_are_matched_with_the_others():
    real = smooth(5, 60)
    frame = match(real, np.arange(60), real, 20, seed=1, is_real=True)
    assert np.all(frame["real_row"] != frame["row"])
    # Its match's own closest is neither of the two.
    _, distance = closest(real[frame["real_row"]], real, frame[["real_row", "row"]].to_numpy())
    assert frame["real_distance"].to_numpy() == pytest.approx(distance)
    assert np.all(frame["sibling"] == frame["real_row"])


def test_images_of_another_size_are_refused():
    with pytest.raises(
        InputError, match=r"closest match: expected images \(3, 32, 32\) .* got \(3, 44, 44\)"
    ):
        match(smooth(1, 3, 44), np.arange(3), smooth(1, 3, 32), 2, seed=1, is_real=False)


def test_too_few_galaxies_are_refused():
    with pytest.raises(InputError, match="at least 3 real galaxies and 2 of the set, got 2 and 2"):
        match(smooth(1, 2), np.arange(2), smooth(1, 2), 2, seed=1, is_real=True)


def test_more_matches_than_measured_are_refused():
    with pytest.raises(InputError, match="closest: 4 images are to be matched, but 3 are measured"):
        match(smooth(1, 3), np.arange(3), smooth(1, 3), 4, seed=1, is_real=False)


def test_rows_are_drawn_without_replacement_for_real_sets_only():
    drawn = measured_rows("real.npy", 1000, 100, seed=1, real=True)
    assert len(set(drawn)) == 100
    assert drawn.max() > 500
    assert measured_rows("real.npy", 1000, 100, seed=1, real=True).tolist() == drawn.tolist()
    assert measured_rows("drawn.npy", 1000, 3, seed=1, real=False).tolist() == [0, 1, 2]


def test_more_measurements_than_images_are_refused():
    with pytest.raises(InputError, match=r"^real.npy: galaxies.measured asks for 9 images, found 8$"):
        measured_rows("real.npy", 8, 9, seed=1, real=True)


def test_scripts_from_images_to_tables(tmp_path, namespace):
    real = np.stack([sersic(64, 5, 0.6, 20 * i, i) for i in range(5)] + [np.zeros((3, 64, 64), np.uint8)])
    write_galaxies(tmp_path / "64.npy", 6, 64, [real], {})
    write_galaxies(tmp_path / "images.npy", 3, 64, [real[:3]], {})
    params = {"measured": 6, "real": True, "seed": 1}
    for number in (1, 2):
        job = namespace(
            input={"images": tmp_path / "64.npy"},
            output={"ellipses": tmp_path / f"{number}.csv"},
            params=params | {"chunk": f"{number}-of-2"},
            threads=number,
        )
        fit_ellipses.main(job)
    chunks = [tmp_path / "1.csv", tmp_path / "2.csv"]
    gather_ellipses.main(namespace(input={"chunks": chunks}, output={"ellipses": tmp_path / "ellipses.csv"}))
    table = read_ellipses(tmp_path / "ellipses.csv")
    assert list(table.columns) == COLUMNS
    assert table["row"].tolist() == list(range(6))
    assert table["failure"].tolist() == [""] * 5 + ["no galaxy"]
    assert np.isfinite(table[COLUMNS[1:5]].iloc[:5]).all(axis=None)
    assert table["moment_flux"].isna().tolist() == [False] * 5 + [True]

    job = namespace(
        input={"images": tmp_path / "images.npy", "real": tmp_path / "64.npy"},
        output={"closest": tmp_path / "closest.csv"},
        params={"measured": 3, "closest": 3, "real": False, "seed": 1},
    )
    match_closest.main(job)
    matches = read_matches(tmp_path / "closest.csv")
    assert matches["real_row"].tolist() == matches["row"].tolist() == [0, 1, 2]
    assert matches["distance"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("read", [read_ellipses, read_matches])
def test_tables_that_are_something_else_are_refused(read, tmp_path):
    pd.DataFrame({"x": [1]}).to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(InputError, match=r"t\.csv: expected the columns row, .*, got x"):
        read(tmp_path / "t.csv")
    with pytest.raises(InputError, match=r"none\.csv: expected a table of .*, but reading it failed"):
        read(tmp_path / "none.csv")
