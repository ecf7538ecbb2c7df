"""Precision, recall and the area under their curve: by hand, by a second implementation, by resampling."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mockskies.comparison.detections import average_precision, match, precision_recall
from mockskies.comparison.detector import COLUMNS, judge_scenes, judge_view
from mockskies.datasets.boxes import BOX, write_boxes
from mockskies.datasets.galaxies import write_galaxies

SCRIPT = Path(__file__).resolve().parents[2] / "workflow/scripts/comparison/judge_detector.py"


def boxes(*rows):
    return pd.DataFrame(rows, columns=["scene", *BOX])


def found(*rows):
    return pd.DataFrame(rows, columns=["scene", *BOX, "confidence"])


NONE = found().astype(float)
TRUTH = boxes((0, 0, 0, 10, 10), (0, 20, 20, 40, 40), (3, 0, 0, 10, 10))


def area(detections, truth):
    correct, _ = match(detections, truth)
    return average_precision(*precision_recall(correct, detections["confidence"].to_numpy(), len(truth)))


def slowly(detections, truth):
    """Average precision as PASCAL VOC's development kit computes it, step by step."""
    taken, right, wrong = set(), [], []
    for index in sorted(range(len(detections)), key=lambda i: -detections["confidence"].iloc[i]):
        row = detections.iloc[index]
        best, highest = None, -1.0
        for number, box in truth[truth["scene"] == row["scene"]].iterrows():
            height = min(row["bottom"], box["bottom"]) - max(row["top"], box["top"])
            width = min(row["right"], box["right"]) - max(row["left"], box["left"])
            if height <= 0 or width <= 0:
                continue
            areas = [(b["bottom"] - b["top"]) * (b["right"] - b["left"]) for b in (row, box)]
            share = height * width / (sum(areas) - height * width)
            if share > highest:
                best, highest = number, share
        hit = highest >= 0.5 and best not in taken
        if hit:
            taken.add(best)
        right.append(int(hit))
        wrong.append(int(not hit))
    recall = [0.0, *(sum(right[: i + 1]) / len(truth) for i in range(len(right))), 1.0]
    precision = [0.0, *(sum(right[: i + 1]) / (i + 1) for i in range(len(right))), 0.0]
    for i in range(len(precision) - 2, -1, -1):
        precision[i] = max(precision[i], precision[i + 1])
    return sum(
        (recall[i] - recall[i - 1]) * precision[i]
        for i in range(1, len(recall))
        if recall[i] != recall[i - 1]
    )


def crowd(seed, scenes=6, galaxies=5, others=6):
    """Galaxies, most of them found more or less well, some of them twice, and boxes where there are none."""
    random = np.random.default_rng(seed)

    def scattered(number):
        corners = random.integers(0, 80, (number, 2))
        return np.concatenate([corners, corners + random.integers(8, 30, (number, 2))], axis=1)

    truth, detections = [], []
    for scene in range(scenes):
        real = scattered(random.integers(galaxies + 1) if scene else galaxies)
        truth += [(scene, *box) for box in real]
        kept = real[random.random(len(real)) < 0.8]
        again = real[random.random(len(real)) < 0.3]
        for box in [*kept, *again, *scattered(others)]:
            moved = box + random.integers(-3, 4, 4)
            detections.append((scene, *moved, random.random()))
    return boxes(*truth), found(*detections)


# One number.


def test_all_found_is_one_and_nothing_found_is_none():
    assert area(TRUTH.assign(confidence=[0.3, 0.9, 0.5]), TRUTH) == 1
    assert area(NONE, TRUTH) == 0
    assert area(TRUTH.assign(scene=7, confidence=0.9), TRUTH) == 0
    assert area(found((0, 50, 50, 60, 60, 0.9)), TRUTH) == 0


def test_by_hand():
    detections = found(
        (0, 0, 0, 10, 10, 0.9),  # right
        (0, 50, 50, 60, 60, 0.8),  # where there is nothing
        (0, 20, 20, 40, 41, 0.7),  # right
        (0, 20, 20, 40, 40, 0.6),  # right, but found already
    )
    correct, sure = match(detections, TRUTH)
    assert correct.tolist() == [True, False, True, False]
    np.testing.assert_array_equal(sure, [0.9, 0.7, np.nan])
    precision, recall = precision_recall(correct, detections["confidence"].to_numpy(), 3)
    np.testing.assert_allclose(precision, [1, 1 / 2, 2 / 3, 1 / 2])
    np.testing.assert_allclose(recall, [1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert average_precision(precision, recall) == pytest.approx(1 / 3 * 1 + 1 / 3 * 2 / 3)


def test_precision_is_the_highest_at_any_higher_recall():
    detections = found((0, 50, 50, 60, 60, 0.9), (0, 0, 0, 10, 10, 0.8), (0, 20, 20, 40, 40, 0.7))
    # Half and two thirds: two thirds hold from the first galaxy on.
    assert area(detections, TRUTH[:2]) == pytest.approx(2 / 3)


@pytest.mark.parametrize(("right", "counts"), [(20, True), (19.99, False)])
def test_a_half_of_overlap_is_enough(right, counts):
    correct, _ = match(found((0, 0, 0, 10, right, 0.9)), boxes((0, 0, 0, 10, 40)))
    assert correct.tolist() == [counts]


def test_a_detection_belongs_to_the_galaxy_that_it_overlaps_most():
    truth = boxes((0, 0, 0, 10, 10), (0, 0, 2, 10, 12))
    # The second is nearest to both: the less sure of them is false, though the first galaxy is free.
    correct, sure = match(found((0, 0, 2, 10, 12, 0.9), (0, 0, 2, 10, 13, 0.8)), truth)
    assert correct.tolist() == [True, False]
    np.testing.assert_array_equal(sure, [np.nan, 0.9])


@pytest.mark.parametrize("seed", range(8))
def test_second_implementation(seed):
    truth, detections = crowd(seed)
    value = area(detections, truth)
    assert value == pytest.approx(slowly(detections, truth))
    assert 0.1 < value < 0.9
    # In whatever order detections come.
    assert area(detections.sample(frac=1, random_state=seed), truth) == pytest.approx(value)


# What is said of a detector.


def test_weights_are_repetitions():
    truth, detections = crowd(1)
    correct, _ = match(detections, truth)
    confidence = detections["confidence"].to_numpy()
    times = np.array([2, 0, 1, 1, 3, 1])
    weighted = precision_recall(
        correct,
        confidence,
        times @ np.bincount(truth["scene"], minlength=6),
        times[detections["scene"]].astype(float),
    )
    drawn = np.repeat(np.arange(6), times)
    repeated = [
        pd.concat([table[table["scene"] == scene].assign(scene=i) for i, scene in enumerate(drawn)])
        for table in (detections, truth)
    ]
    assert average_precision(*weighted) == pytest.approx(area(*repeated))


def test_held_out_scenes_are_judged():
    truth, detections = crowd(2, scenes=30)
    judged = judge_scenes(detections, truth, 30, bootstraps=200, seed=7)
    assert judged.columns.tolist() == COLUMNS
    kinds = judged.set_index("kind")
    total = kinds.loc["average_precision"]
    assert total["value"] == pytest.approx(area(detections, truth))
    assert total["low"] < total["value"] < total["high"]
    assert 0.01 < total["high"] - total["low"] < 0.4
    assert total["number"] == len(truth)
    curve, point = kinds.loc["curve"], kinds.loc["working_point"]
    assert len(curve) == len(detections)
    assert (curve["recall"].diff().dropna() >= 0).all()
    f1 = 2 * curve["precision"] * curve["recall"] / (curve["precision"] + curve["recall"])
    assert point["value"] == pytest.approx(f1.max())
    # Recall by size, put together, is that of the working point.
    sizes = kinds.loc["size"]
    assert sizes["number"].sum() == len(truth)
    assert (sizes["value"] * sizes["number"]).sum() / len(truth) == pytest.approx(point["recall"])
    assert ((sizes["low"] <= sizes["value"] + 1e-9) & (sizes["value"] <= sizes["high"] + 1e-9)).all()
    pd.testing.assert_frame_equal(judged, judge_scenes(detections, truth, 30, bootstraps=200, seed=7))


def test_scenes_that_are_all_alike_leave_no_doubt():
    truth, detections = crowd(3, scenes=1)
    many = [
        pd.concat([table.assign(scene=scene) for scene in range(5)], ignore_index=True)
        for table in (detections, truth)
    ]
    total = judge_scenes(*many, 5, bootstraps=30, seed=7).set_index("kind").loc["average_precision"]
    assert total["low"] == pytest.approx(total["high"])


def test_an_interval_covers_what_it_should():
    """Of samples of 40 scenes about 95 per cent have the whole population's value in their interval."""
    truth, detections = crowd(4, scenes=600, galaxies=3, others=2)
    whole = area(detections, truth)
    covered = 0
    for sample in range(15):
        part = [
            t[t["scene"] // 40 == sample].assign(scene=lambda t: t["scene"] % 40) for t in (detections, truth)
        ]
        total = judge_scenes(*part, 40, bootstraps=100, seed=7).set_index("kind").loc["average_precision"]
        covered += total["low"] <= whole <= total["high"]
    assert covered >= 12


def test_a_detector_that_finds_nothing():
    judged = judge_scenes(NONE, TRUTH, 4, bootstraps=10, seed=7).set_index("kind")
    assert judged.loc["average_precision", ["value", "low", "high"]].tolist() == [0, 0, 0]
    assert judged.loc["working_point", "confidence"] == 1
    assert "curve" not in judged.index
    assert (judged.loc["size", "value"] == 0).all()


def test_a_wide_view_is_judged_at_each_zoom():
    truth = boxes((0, 0, 0, 8, 8), (0, 20, 20, 29, 30), (0, 50, 50, 70, 70), (0, 90, 90, 130, 130))[BOX]
    detections = pd.DataFrame(
        [
            (4, 90, 90, 130, 130, 0.9),
            (4, 50, 50, 70, 70, 0.1),
            (1, 50, 50, 70, 70, 0.9),
            (1, 20, 20, 29, 30, 0.8),
            (1, 0, 20, 9, 30, 0.8),
            (1, 0, 0, 8, 8, 0.7),
        ],
        columns=["zoom", *BOX, "confidence"],
    )
    judged = judge_view(detections, truth, [4, 1, 9], 0.5).set_index(["kind", "zoom"])
    view = judged.loc["view"]
    assert view["number"].tolist() == [1, 4, 0]
    assert view["value"].tolist() == [4, 4, 4]
    assert view["recall"].tolist() == [0.25, 0.75, 0]
    np.testing.assert_array_equal(view["precision"], [1, 0.75, np.nan])
    large = judged.loc["view_large"]
    assert large["value"].tolist() == [1, 0, 0]
    assert large["size_low"].tolist() == [40, 40, 40]
    sizes = judged.loc["view_size"].loc[1]
    assert sizes["size_low"].tolist() == pytest.approx([8, 16, 32])
    assert sizes["value"].tolist() == [1, 1, 0]
    # A view in which no picture holds a galaxy.
    alone = judge_view(detections, truth[:0], [4], 0.5)
    assert alone["kind"].tolist() == ["view"]
    assert alone["value"].tolist() == [0]


def test_script_writes_one_table(tmp_path, namespace):
    truth, detections = crowd(5, scenes=4)
    view = detections.rename(columns={"scene": "zoom"}).assign(zoom=lambda t: t["zoom"] % 2 + 1)
    tables = {
        "held_out": detections, "held_out_boxes": truth, "view": view, "view_boxes": truth[BOX]
    }  # fmt: skip
    for name, table in tables.items():
        write_boxes(tmp_path / f"{name}.csv", table)
    write_galaxies(tmp_path / "scenes.npy", 4, 8, [np.zeros((4, 3, 8, 8), np.uint8)], {"simulated": True})
    runpy.run_path(str(SCRIPT))["main"](
        namespace(
            input={name: tmp_path / f"{name}.csv" for name in tables} | {"scenes": tmp_path / "scenes.npy"},
            output={"table": tmp_path / "detector.csv"},
            params={"bootstraps": 20, "seed": 7, "zooms": [2, 1]},
        )
    )
    judged = pd.read_csv(tmp_path / "detector.csv")
    assert judged.columns.tolist() == COLUMNS
    assert set(judged["kind"]) == {
        "average_precision", "working_point", "size", "curve", "view", "view_large", "view_size"
    }  # fmt: skip
