"""A detector in the manner of YOLO: what its cells say, what they are told, and that it learns."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch
import yaml

from mockskies.comparison.detections import average_precision, match, precision_recall
from mockskies.configuration import SCHEMAS
from mockskies.datasets.boxes import BOX, write_boxes
from mockskies.datasets.galaxies import write_galaxies
from mockskies.errors import InputError
from mockskies.measurement.detections import detect_scenes
from mockskies.models.detector import boxes_of, build
from mockskies.sampling.draw import load_kept
from mockskies.training.batches import Scenes
from mockskies.training.data import load_batches
from mockskies.training.detection import detection_loss, overlap, responsible_cells
from mockskies.training.loop import Training
from mockskies.training.precision import Compute
from mockskies.training.run import Optimiser, Run

CPU = Compute("cpu", "float32")
RUN = Run(
    name="detector",
    seed=7,
    model="detector",
    objective={"loss": "detection", "box_weight": 2},
    networks={"detector": {"widths": [8, 12, 16], "blocks": 1, "groups": 4, "prior": 16}},
    optimiser=Optimiser({"detector": 4e-3}, 0.9, 0.999, halve_every=40),
    batch=4,
    epochs=120,
    snapshots=(120,),
    preview_every=120,
    checkpoint_seconds=1e9,
    tensorboard=False,
)
STRIDE, PRIOR, SIDE = 8, 16, 64


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


def random_boxes(*shape, seed=0, least=4):
    """Boxes within 64 px."""
    random = torch.Generator().manual_seed(seed)
    sides = least + 20 * torch.rand(*shape, 2, generator=random)
    corners = torch.rand(*shape, 2, generator=random) * (SIDE - sides)
    return torch.cat([corners, corners + sides], dim=-1)


def cells_that_say(boxes, logit=9.0):
    """What cells of 8 px must say so that the boxes ``(m, 4)`` come out, the others that there is nothing."""
    cells = torch.zeros(1, 5, SIDE // STRIDE, SIDE // STRIDE)
    cells[:, 0] = -logit
    for top, left, bottom, right in boxes.tolist():
        y, x = (top + bottom) / 2 / STRIDE, (left + right) / 2 / STRIDE
        within = torch.logit(torch.tensor([y % 1, x % 1]))
        sizes = torch.log(torch.tensor([bottom - top, right - left]) / PRIOR)
        cells[0, :, int(y), int(x)] = torch.cat([torch.tensor([logit]), within, sizes])
    return cells


# Cells and boxes.


@pytest.mark.parametrize(("size", "cells"), [((64, 64), (8, 8)), ((32, 96), (4, 12))])
def test_each_cell_says_five_things(size, cells):
    (network,) = build({"widths": [8, 8, 16], "blocks": 2, "groups": 4, "prior": 12.5}, bands=3)
    assert network.stride == STRIDE
    said = network(torch.randn(2, 3, *size))
    assert said.shape == (2, 5, *cells)
    assert said.dtype == torch.float32
    boxes, logits = boxes_of(said, network.stride, network.prior)
    # Before any training each cell has the prior in its middle, and hardly believes in it.
    assert logits.shape == (2, cells[0] * cells[1])
    assert torch.sigmoid(logits).max() < 0.02
    torch.testing.assert_close(boxes[0, 1], torch.tensor([4 - 6.25, 12 - 6.25, 4 + 6.25, 12 + 6.25]))


def test_the_shipped_detector_is_built():
    block = yaml.safe_load((SCHEMAS.parent / "runs.yaml").read_text())["runs"]["coccomini2021_detector"]
    (network,) = build(block["detector"], bands=3)
    assert network(torch.zeros(1, 3, 64, 64)).shape == (1, 5, 8, 8)


def test_boxes_come_back_from_the_cells_that_answer_for_them():
    boxes = random_boxes(9, seed=1)
    answers = responsible_cells(boxes, STRIDE, (8, 8))
    assert len(set(answers.tolist())) == 9
    found, logits = boxes_of(cells_that_say(boxes), STRIDE, PRIOR)
    torch.testing.assert_close(found[0, answers], boxes, atol=1e-3, rtol=0)
    assert sorted(torch.nonzero(logits[0] > 0).flatten().tolist()) == sorted(answers.tolist())


def test_centres_at_the_far_border_have_a_cell():
    boxes = torch.tensor([[60.0, 60.0, 68.0, 68.0], [0.0, 0.0, 2.0, 2.0]])
    assert responsible_cells(boxes, STRIDE, (8, 8)).tolist() == [63, 0]


def test_overlap_counts_pixels():
    random = np.random.default_rng(1)
    corners = random.integers(0, 12, (40, 2, 2))
    boxes = np.concatenate([corners, corners + random.integers(1, 9, (40, 2, 2))], axis=2)
    plain, generalised = overlap(*torch.from_numpy(boxes).float().unbind(1))
    for number, pair in enumerate(boxes):
        masks = np.zeros((2, 22, 22), bool)
        for mask, (top, left, bottom, right) in zip(masks, pair, strict=True):
            mask[top:bottom, left:right] = True
        union = masks.any(axis=0)
        (low_y, low_x), (high_y, high_x) = np.argwhere(union).min(axis=0), np.argwhere(union).max(axis=0)
        around = (high_y - low_y + 1) * (high_x - low_x + 1)
        share = masks.all(axis=0).sum() / union.sum()
        assert plain[number] == pytest.approx(share)
        assert generalised[number] == pytest.approx(share - (around - union.sum()) / around)
    assert generalised.min() < -0.3
    same = torch.from_numpy(boxes[:, 0]).float()
    assert all((part == 1).all() for part in overlap(same, same))


# Losses.


def loss(cells, boxes):
    return detection_loss(cells, boxes, STRIDE, PRIOR, box_weight=2).item()


def test_cells_that_say_the_truth_lose_nothing():
    boxes = random_boxes(6, seed=1)
    assert loss(cells_that_say(boxes), boxes[None]) < 0.02
    assert loss(cells_that_say(boxes[:0]), boxes[None]) > 3
    assert loss(cells_that_say(boxes), boxes[None] + torch.tensor([2.0, 2, 2, 2])) > 0.5


def test_rows_without_an_area_change_nothing():
    boxes = random_boxes(1, 3, seed=3)
    cells = torch.randn(1, 5, 8, 8, generator=torch.Generator().manual_seed(0), requires_grad=True)
    filled = torch.cat([boxes, torch.zeros(1, 5, 4)], dim=1)
    assert loss(cells, filled) == pytest.approx(loss(cells, boxes))
    nothing = detection_loss(cells, torch.zeros(1, 4, 4), STRIDE, PRIOR, 2)
    nothing.backward()
    # Without galaxies only confidences are told anything, and all of them to go down.
    assert (cells.grad[:, 0] > 0).all()
    assert not cells.grad[:, 1:].any()


def test_only_cells_that_answer_are_told_where_the_box_is():
    boxes = torch.tensor([[[8.0, 8, 24, 24], [9.0, 25, 23, 41]]])
    cells = torch.zeros(1, 5, 8, 8, requires_grad=True)
    detection_loss(cells, boxes, STRIDE, PRIOR, 2).backward()
    assert (cells.grad[0, 1:].abs().sum(dim=0) > 0).nonzero().tolist() == [[2, 2], [2, 4]]


def test_cells_over_a_galaxy_are_let_off():
    boxes = torch.tensor([[[4.0, 4.0, 36.0, 36.0]]])
    cells = torch.zeros(1, 5, 8, 8, requires_grad=True)
    detection_loss(cells, boxes, STRIDE, 32, 2).backward()
    # Cell (2, 2) answers. Beside it boxes overlap the galaxy by 3/5, across the corner by 9/23.
    untold = (cells.grad[0, 0] == 0).nonzero().tolist()
    assert untold == [[1, 2], [2, 1], [2, 3], [3, 2]]


def test_two_galaxies_in_one_cell_are_told_in_any_order():
    boxes = torch.tensor([[[10.0, 10.0, 20.0, 20.0], [8.0, 9.0, 23.0, 20.0]]])
    assert len(set(responsible_cells(boxes, STRIDE, (8, 8)).flatten().tolist())) == 1
    cells = torch.randn(1, 5, 8, 8, generator=torch.Generator().manual_seed(0))
    assert loss(cells, boxes) == pytest.approx(loss(cells, boxes.flip(1)))


# Batches.


def scenes_of(boxes):
    """Scenes ``(n, 3, 64, 64)`` in which what is in one of ``boxes`` ``(n, m, 4)`` is 255."""
    scenes = torch.zeros(len(boxes), 3, SIDE, SIDE, dtype=torch.uint8)
    for scene, found in zip(scenes, boxes.int().tolist(), strict=True):
        for top, left, bottom, right in found:
            scene[:, top:bottom, left:right] = 255
    return scenes


def test_boxes_are_turned_and_flipped_with_their_scenes():
    boxes = random_boxes(8, 1, seed=5).round()
    boxes = torch.cat([boxes, torch.zeros(8, 2, 4)], dim=1)
    data = Scenes(dataclasses.replace(RUN, batch=8), scenes_of(boxes), boxes)
    seen = set()
    for step in range(12):
        batch = data.draw(step, 0)
        assert batch.real.shape == (8, 3, SIDE, SIDE)
        assert (batch.boxes[:, 1:, 2:] <= batch.boxes[:, 1:, :2]).all()
        for image, found in zip(batch.real[:, 0], batch.boxes[:, 0], strict=True):
            bright = (image > 0).nonzero()
            assert found.tolist() == [*bright.min(dim=0)[0].tolist(), *(bright.max(dim=0)[0] + 1).tolist()]
            seen.add(tuple(found.tolist()))
    # Eight scenes in eight ways each, but for a few that chance leaves out.
    assert len(seen) > 40
    again = data.draw(3, 0)
    torch.testing.assert_close(again.boxes, data.draw(3, 0).boxes)
    assert data.preview() is None


@pytest.mark.parametrize(
    ("scenes", "message"),
    [
        (
            torch.zeros(4, 3, 60, 60, dtype=torch.uint8),
            "run detector: expected scenes whose side is a multiple of 8 px, the side of a cell, got 60 px",
        ),
        (
            torch.zeros(3, 3, 64, 64, dtype=torch.uint8),
            "run detector: a batch of 4 images is larger than the training set of 3",
        ),
    ],
)
def test_scenes_that_do_not_fit_are_refused(scenes, message):
    with pytest.raises(InputError) as caught:
        Scenes(RUN, scenes, torch.zeros(len(scenes), 1, 4))
    assert str(caught.value) == message


def blobs(count, seed):
    """Scenes of one to three Gaussian galaxies on noise, ``(n, 3, 64, 64)``, and a table of their boxes."""
    random = np.random.default_rng(seed)
    scenes, rows = [], []
    for scene in range(count):
        image = 10 + 2 * random.standard_normal((SIDE, SIDE))
        boxes = np.empty((0, 4))
        while len(boxes) < 1 + scene % 3:
            sides = random.integers(8, 22, 2)
            corner = random.integers(0, SIDE - sides)
            box = np.concatenate([corner, corner + sides])
            if (np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2]) > 0).all(axis=1).any():
                continue
            boxes = np.concatenate([boxes, box[None]])
            y, x = (
                (np.arange(SIDE) + 0.5 - (c + s / 2)) / (s / 5) for c, s in zip(corner, sides, strict=True)
            )
            image += 180 * np.exp(-(y[:, None] ** 2 + x**2) / 2)
        scenes.append(np.repeat(image[None], 3, axis=0).round().clip(0, 255).astype(np.uint8))
        rows += [[scene, *box] for box in boxes.astype(int)]
    return np.stack(scenes), pd.DataFrame(rows, columns=["scene", *BOX])


@pytest.fixture
def files(tmp_path):
    scenes, boxes = blobs(8, seed=0)
    write_galaxies(tmp_path / "scenes.npy", 8, SIDE, [scenes], {"simulated": True})
    write_boxes(tmp_path / "boxes.csv", boxes)
    return tmp_path / "scenes.npy", tmp_path / "boxes.csv"


def test_scenes_and_boxes_are_read(files):
    data, checksum = load_batches(RUN, files[:1], files[1:], "cpu")
    assert len(checksum) == 64
    scenes, boxes = blobs(8, seed=0)
    np.testing.assert_array_equal(data.scenes, scenes)
    assert data.boxes.shape == (8, 3, 4)
    for scene, group in boxes.groupby("scene"):
        np.testing.assert_array_equal(data.boxes[scene, : len(group)], group[BOX])
        assert not data.boxes[scene, len(group) :].any()


def test_boxes_of_other_scenes_are_refused(files):
    table = pd.read_csv(files[1])
    table.loc[3, "scene"] = 8
    table.to_csv(files[1], index=False)
    with pytest.raises(InputError, match=r"boxes\.csv: expected boxes of 8 scenes, found one of scene 8$"):
        load_batches(RUN, files[:1], files[1:], "cpu")


# The whole.


def test_a_few_scenes_are_learnt_by_heart(files, tmp_path):
    data, _ = load_batches(RUN, files[:1], files[1:], "cpu")
    training = Training(RUN, data, CPU, tmp_path / "state")
    training.go()
    log = pd.read_csv(training.losses)["loss_detector"]
    assert log.iloc[-1] < 0.5 * log.iloc[0]
    detector, settings = load_kept(training.weights(RUN.epochs), "detector", CPU)
    scenes, truth = blobs(8, seed=0)
    for precision in ("float32", "bfloat16"):
        found = detect_scenes(detector, scenes, settings["stretch"], Compute("cpu", precision))
        correct, _ = match(found, truth)
        curve = precision_recall(correct, found["confidence"].to_numpy(), len(truth))
        assert average_precision(*curve) > 0.8
    # Nothing is found on empty sky.
    empty = np.full((1, 3, SIDE, SIDE), 10, np.uint8)
    assert (detect_scenes(detector, empty, settings["stretch"], CPU)["confidence"] < 0.5).all()
