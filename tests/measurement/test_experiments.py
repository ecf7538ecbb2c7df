"""Frames drawn anew: what changes in each experiment, and what does not."""

import numpy as np
import pandas as pd
import pytest
from scripts.measurement import gather_experiments, score_experiments

from mockskies.errors import InputError
from mockskies.measurement.experiments import (
    EXPERIMENTS,
    Plan,
    new_galaxies,
    random_positions,
    read_drawn,
    shuffled,
)
from mockskies.measurement.experiments import score_experiments as score
from mockskies.measurement.scorers import TreeSettings, fit_scorer, write_scorer

SIDE = 1000


@pytest.fixture
def drawn(tmp_path):
    """Galaxies of three frames, of two classes, squares whose level says which they are; frame 3 has none."""
    random = np.random.default_rng(1)
    rows, patches = [], []
    for frame in (1, 2):
        for y, x in 32 * np.stack(np.divmod(random.choice(31**2, 30, replace=False), 31), axis=1):
            patch = np.zeros((32, 32), np.uint8)
            patch[10:20, 10:20] = 20 + len(patches)
            rows.append((frame, y, x, len(patches) % 2, len(patches)))
            patches.append(patch)
    table = pd.DataFrame(rows, columns=["Id", "y", "x", "class", "patch"])
    table.to_csv(tmp_path / "galaxies.csv", index=False)
    np.save(tmp_path / "patches.npy", np.array(patches))
    pd.DataFrame({"Id": [1, 2, 3], "score": [1.0, 2.0, 0.0]}).to_csv(tmp_path / "scores.csv", index=False)
    return read_drawn(str(tmp_path / "galaxies.csv"), str(tmp_path / "patches.npy"))


@pytest.fixture
def scorer():
    """The mean level, which is 100 times the score: the histogram alone decides."""
    random = np.random.default_rng(1)
    matrix = random.uniform(0, 2000, (300, 256)).astype(np.float32)
    settings = TreeSettings(10, 3, 1.0, 1, 0, 0.3)
    return fit_scorer(matrix, matrix[:, 0], ["histogram"], settings, 1, 1)


def places(table):
    return table[["y", "x"]].to_numpy().tolist()


def test_shuffling_keeps_places_and_galaxies(drawn):
    galaxies = drawn.of(1)
    new = shuffled(galaxies, drawn.pools, SIDE, np.random.default_rng(1))
    assert new.corners.tolist() == places(galaxies)
    assert sorted(new.patches) == sorted(galaxies["patch"])
    assert new.patches.tolist() != galaxies["patch"].tolist()


def test_new_galaxies_keep_places_and_classes(drawn):
    galaxies = drawn.of(1)
    new = new_galaxies(galaxies, drawn.pools, SIDE, np.random.default_rng(1))
    assert new.corners.tolist() == places(galaxies)
    assert (new.patches % 2).tolist() == galaxies["class"].tolist()
    # Galaxies of all frames are drawn from.
    assert set(new.patches) - set(galaxies["patch"])


def test_random_positions_keep_galaxies_and_the_grid(drawn):
    galaxies = drawn.of(1)
    new = random_positions(galaxies, drawn.pools, SIDE, np.random.default_rng(1))
    assert new.patches.tolist() == galaxies["patch"].tolist()
    assert len(np.unique(new.corners, axis=0)) == len(galaxies)
    assert not np.any(new.corners % 32)
    assert new.corners.min() >= 0
    assert new.corners.max() < SIDE
    many = [random_positions(galaxies, {}, SIDE, np.random.default_rng(i)).corners for i in range(300)]
    # 300 x 30 places among 32 x 32 cells: the mean is that of uniform ones.
    assert np.concatenate(many).mean() / 32 == pytest.approx(15.5, abs=0.3)


def plan(folder, sets=3):
    return Plan(str(folder / "galaxies.csv"), str(folder / "patches.npy"), SIDE, sets, 1, "drawn")


def test_a_score_that_sees_no_places_stays_when_they_change(drawn, scorer, tmp_path):
    table = score(plan(tmp_path), [1, 2, 3], scorer, 1)
    assert table.columns.tolist() == ["experiment", "Id", "set", "score"]
    assert len(table) == 3 * 3 * 3
    assert set(table["experiment"]) == set(EXPERIMENTS)
    spread = table.groupby(["experiment", "Id"])["score"].std()
    # Squares keep clear of their cells' border, and no cell is cut: the histogram is the same.
    assert spread["shuffled"].tolist() == [0, 0, 0]
    assert spread["new_galaxies"][3] == 0


def test_neither_chunks_nor_processes_change_a_score(drawn, scorer, tmp_path, namespace):
    write_scorer(tmp_path / "scorer.json", scorer)
    files = {name.split(".")[0]: tmp_path / name for name in ("scorer.json", "scores.csv")}
    files |= {"galaxies": str(tmp_path / "galaxies.csv"), "patches": str(tmp_path / "patches.npy")}
    for chunks in (1, 2):
        for number in range(1, chunks + 1):
            params = {"name": "drawn", "side": SIDE, "images": 3, "sets": 2, "seed": 1}
            job = namespace(
                input=files,
                output={"scores": tmp_path / f"{chunks}_{number}.csv"},
                params=params | {"chunk": f"{number}-of-{chunks}"},
                threads=3 - chunks,
            )
            score_experiments.main(job)
        paths = [tmp_path / f"{chunks}_{number}.csv" for number in range(1, chunks + 1)]
        gather_experiments.main(
            namespace(input={"chunks": paths}, output={"scores": tmp_path / f"{chunks}.csv"})
        )
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()
    assert len(pd.read_csv(tmp_path / "1.csv")) == 3 * 3 * 2


def test_more_frames_than_were_drawn_are_refused(drawn, scorer, tmp_path, namespace):
    write_scorer(tmp_path / "scorer.json", scorer)
    files = {
        "scorer": tmp_path / "scorer.json",
        "scores": tmp_path / "scores.csv",
        "galaxies": "",
        "patches": "",
    }
    params = {"name": "drawn", "side": SIDE, "images": 4, "sets": 2, "chunk": "1-of-1", "seed": 1}
    with pytest.raises(
        InputError, match=r"scores.csv: expected 4 frames as defremond2020.experiments .* found 3$"
    ):
        score_experiments.main(namespace(input=files, output={"scores": tmp_path / "x"}, params=params))


def test_a_set_without_galaxies_is_refused(tmp_path, scorer):
    with pytest.raises(
        InputError, match=r"galaxies.csv: expected a table, but reading it failed: .*No such file"
    ):
        score(plan(tmp_path), [1], scorer, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Id,y,x,patch\n1,0,0,0\n", "galaxies.csv: expected the column class, found Id, y, x, patch"),
        ("Id,y,x,class,patch\n1,0,,0,0\n", "galaxies.csv: line 2: expected a number in the column x"),
        ("Id,y,x,class,patch\n1,0,0,0,7\n", "galaxies.csv: expected rows of 2 patches, found 7 to 7"),
    ],
)
def test_damaged_galaxies_are_refused(tmp_path, scorer, text, message):
    (tmp_path / "galaxies.csv").write_text(text)
    np.save(tmp_path / "patches.npy", np.zeros((2, 32, 32), np.uint8))
    with pytest.raises(InputError, match=message):
        score(plan(tmp_path), [1], scorer, 1)


def test_missing_patches_are_refused(tmp_path, scorer):
    (tmp_path / "galaxies.csv").write_text("Id,y,x,class,patch\n1,0,0,0,0\n")
    with pytest.raises(InputError, match=r"patches.npy: expected patches, but reading them failed"):
        score(plan(tmp_path), [1], scorer, 1)
