"""What a detector finds: each galaxy once, in scenes and in a wide view that is seen window by window."""

import json
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from mockskies.datasets.boxes import BOX, overlap, read_boxes, tight_box
from mockskies.datasets.galaxies import write_galaxies
from mockskies.datasets.segments import segment
from mockskies.errors import InputError
from mockskies.measurement.detections import LEAST, SAME, detect, detect_scenes, non_maximum_suppression
from mockskies.measurement.view_detections import detect_view, windows
from mockskies.measurement.view_galaxies import view_galaxies
from mockskies.models import detector as model
from mockskies.models import morphology
from mockskies.sampling.draw import load_kept
from mockskies.sampling.stamps import stamp
from mockskies.sampling.tiles import View
from mockskies.sampling.view import write_view
from mockskies.training.precision import Compute
from mockskies.training.weights import network_tensors, save_tensors

CPU = Compute("cpu", "float32")
SCRIPTS = Path(__file__).resolve().parents[2] / "workflow/scripts/measurement"
SIDE = 64


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


# Each once.


def slowly(boxes, confidence):
    """Non-maximum suppression as it is defined, with each pair compared."""
    left, kept = list(np.argsort(-confidence, kind="stable")), []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [row for row in left if not overlap(boxes[best], boxes[row]) > SAME]
    return kept


@pytest.mark.parametrize("seed", range(6))
def test_suppression_is_as_defined(seed):
    random = np.random.default_rng(seed)
    corners = random.uniform(0, 60, (150, 2))
    boxes = np.concatenate([corners, corners + random.uniform(5, 25, (150, 2))], axis=1)
    # Few values, so that there are ties.
    confidence = random.integers(1, 30, 150) / 30
    kept = non_maximum_suppression(boxes, confidence)
    assert kept.tolist() == slowly(boxes, confidence)
    assert 10 < len(kept) < 140


def test_a_box_that_is_dropped_drops_no_other():
    boxes = np.array([[0, 0, 10, 10], [0, 3, 10, 13], [0, 6, 10, 16]], float)
    assert non_maximum_suppression(boxes, np.array([0.9, 0.8, 0.7])).tolist() == [0, 2]
    assert non_maximum_suppression(boxes, np.array([0.8, 0.9, 0.7])).tolist() == [1]


@pytest.mark.parametrize("number", [0, 1])
def test_few_boxes(number):
    kept = non_maximum_suppression(np.array([[0.0, 0, 1, 1]])[:number], np.array([0.5])[:number])
    assert kept.tolist() == list(range(number))


class Spots(torch.nn.Module):
    """Stands for a detector: a box of 16 px around the middle of each cell of 4 px that holds a bright pixel.

    Its confidence is the pixel's level.
    """

    stride, prior = 4, 16.0

    def forward(self, images):
        level = torch.nn.functional.max_pool2d(images[:, :1], 4).add(1).div(2).clamp(0.001, 0.999)
        return torch.cat([torch.logit(level), torch.zeros_like(level).repeat(1, 4, 1, 1)], dim=1)


def test_boxes_of_scenes_come_with_their_scene():
    scenes = np.zeros((20, 3, SIDE, SIDE), np.uint8)
    scenes[3, :, 10, 20], scenes[18, :, 40, 50], scenes[18, :, 10, 10] = 200, 100, 250
    found = detect_scenes(Spots(), scenes, "linear", CPU)
    assert found["scene"].tolist() == [3, 18, 18]
    assert found[BOX].to_numpy().tolist() == [[2, 14, 18, 30], [2, 2, 18, 18], [34, 42, 50, 58]]
    np.testing.assert_allclose(found["confidence"], np.array([200, 250, 100]) / 255, atol=1e-6)
    # Too faint to be kept.
    scenes[:] = int(255 * LEAST) - 1
    assert not len(detect_scenes(Spots(), scenes, "linear", CPU))


def test_boxes_of_one_galaxy_are_one():
    scene = np.zeros((1, 3, SIDE, SIDE), np.uint8)
    # Two cells apart: their boxes share a third.
    scene[0, :, 20, 20], scene[0, :, 20, 28] = 255, 200
    (apart,) = detect(Spots(), scene, "linear", CPU)
    assert len(apart) == 2
    wide = Spots()
    wide.prior = 32.0
    (merged,) = detect(wide, scene, "linear", CPU)
    assert merged[BOX].to_numpy().tolist() == [[6, 6, 38, 38]]


# A wide view.


@pytest.mark.parametrize(
    ("length", "side"), [(64, 64), (65, 64), (128, 64), (200, 64), (1000, 96), (767, 192)]
)
def test_windows_cover_a_side_and_answer_for_each_pixel_once(length, side):
    found = windows(length, side)
    for pixel in np.arange(length) + 0.5:
        answer = [window for window in found if window.low <= pixel < window.high]
        assert len(answer) == 1
        # Whatever is up to half a side wide is whole in that window, unless the picture ends.
        start = answer[0].start
        assert 0 <= start <= length - side
        low, high = max(pixel - side / 4, 0), min(pixel + side / 4, length)
        assert start - 1 <= low
        assert high <= start + side + 1


def reader(view):
    """Reads windows of an array, as `read_view` does of a folder; notes the largest."""

    def read(top, left, height, width):
        assert min(top, left) >= 0
        window = view[top : top + height, left : left + width]
        assert window.shape[:2] == (height, width)
        read.largest = max(read.largest, window.size)
        return window

    read.largest = 0
    return read


@pytest.mark.parametrize("zoom", [1, 3])
def test_each_spot_of_a_view_is_found_once_wherever_windows_meet(zoom):
    size = 200 * zoom + 1, 300 * zoom
    view = np.zeros((*size, 3), np.uint8)
    random = np.random.default_rng(4)
    spots = np.empty((0, 2), int)
    for spot in random.integers(0, [200, 300], (300, 2)):
        if (abs(spots - spot).max(axis=1) > 34).all():
            spots = np.vstack([spots, spot])
    for y, x in spots:
        view[zoom * y : zoom * (y + 1), zoom * x : zoom * (x + 1)] = 255
    read = reader(view)
    found = detect_view(Spots(), read, size, SIDE, zoom, "linear", CPU)
    assert len(found) == len(spots) > 25
    centres = (found[BOX].to_numpy()[:, :2] + found[BOX].to_numpy()[:, 2:]) / 2
    distances = abs(centres[:, None] - zoom * (spots + 0.5)[None]).max(axis=2)
    assert (distances.min(axis=0) <= 2 * zoom).all()
    assert (found["zoom"] == zoom).all()
    assert (found["bottom"] - found["top"] == 16 * zoom).all()
    # No more than a window at a time is read.
    assert read.largest == 3 * (SIDE * zoom) ** 2


def test_zooms_average():
    view = np.zeros((128, 128, 3), np.uint8)
    view[64, 64] = 240
    (found,) = detect_view(Spots(), reader(view), (128, 128), SIDE, 2, "linear", CPU)["confidence"]
    assert found == pytest.approx(60 / 255, abs=1e-6)


def test_a_view_smaller_than_a_window_is_refused():
    with pytest.raises(InputError) as caught:
        detect_view(Spots(), reader(np.zeros((200, 127, 3))), (200, 127), SIDE, 2, "linear", CPU)
    assert str(caught.value) == (
        "wide view: expected at least 64 x 64 px at zoom 2, the detector's window, got 100 x 63 px"
    )


# Where the view's galaxies are.


def galaxy(*, sigma=5.0, peak=150.0):
    """A round galaxy on a sky of level 10, ``(3, 64, 64)``, uint8."""
    y, x = np.indices((64, 64)) - 31.5
    return np.repeat((10 + peak * np.exp(-(y**2 + x**2) / 2 / sigma**2)).round()[None], 3, 0).astype(np.uint8)


def tiles(*rows):
    return pd.DataFrame(rows, columns=["row", "column", "image", "blank", "angle", "scale", "y", "x"])


@pytest.mark.parametrize(("scale", "angle"), [(1.0, 0.0), (1.0, 33.0), (0.5, 200.0), (31 / 64, 80.0)])
def test_boxes_of_a_view_enclose_its_light(scale, angle):
    side = round(64 * scale)
    y, x = 20 + side / 2, 40 + side / 2
    pictures = galaxy()[None]
    found = view_galaxies(
        tiles((0, 0, 0, 0, angle, scale, y, x)), pictures, (200, 200), lambda rows, total: rows
    )
    sky = np.zeros((200, 200))
    sky[20 : 20 + side, 40 : 40 + side] = stamp(pictures[0], side, angle).mean(axis=-1)
    np.testing.assert_allclose(found[BOX].to_numpy()[0], tight_box(sky > segment(pictures[0]).limit), atol=1)
    assert found[["row", "column", "image"]].to_numpy().tolist() == [[0, 0, 0]]


def test_blanks_and_pictures_without_galaxies_have_no_boxes_and_the_view_ends():
    pictures = np.stack([np.full((3, 64, 64), 10, np.uint8), galaxy()])
    table = tiles(
        (0, 0, 0, 0, 0.0, 1.0, 32, 32), (0, 1, 1, 1, 0.0, 1.0, 32, 96), (1, 1, 1, 0, 0.0, 1.0, 124, 96)
    )
    found = view_galaxies(table, pictures, (128, 128), lambda rows, total: rows)
    assert found[["row", "column", "image"]].to_numpy().tolist() == [[1, 1, 1]]
    top, left, bottom, right = found[BOX].to_numpy()[0]
    assert bottom == 128
    assert right - left == pytest.approx(2 * 5 * np.sqrt(2 * np.log(150 / 4)), abs=2)
    assert top + (right - left) / 2 == pytest.approx(124, abs=1)
    nothing = view_galaxies(table[:2], pictures, (128, 128), lambda rows, total: rows)
    assert list(nothing.columns) == ["row", "column", "image", *BOX]
    assert not len(nothing)


# Scripts.


def save(folder, name, network, architecture):
    settings = {
        "architecture": architecture,
        "bands": 3,
        "stretch": "linear",
        "run": "any",
        "epoch": 1,
        "step": 9,
    }
    save_tensors(folder / "000001.safetensors", network_tensors(name, network), settings)


@pytest.fixture
def weights(tmp_path):
    """Of a detector that is not trained but has some confidence in everything."""
    shape = {"widths": [4, 4, 4], "blocks": 0, "groups": 2, "prior": 16}
    torch.manual_seed(0)
    (network,) = model.build(shape, 3)
    torch.nn.init.normal_(network.judge.weight, 0, 0.3)
    torch.nn.init.zeros_(network.judge.bias)
    save(tmp_path / "weights", "detector", network, {"model": "detector", "detector": shape})
    return tmp_path / "weights"


def test_weights_of_another_model_are_refused(tmp_path):
    shape = {"widths": [4, 4], "groups": 2, "answers": 3}
    (network,) = morphology.build(shape, 3)
    save(tmp_path, "classifier", network, {"model": "morphology", "classifier": shape})
    with pytest.raises(InputError) as caught:
        load_kept(tmp_path / "000001.safetensors", "detector", CPU)
    expected = "expected weights of a detector, found those of model 'morphology'"
    assert str(caught.value) == f"{tmp_path / '000001.safetensors'}: {expected}"


def test_scripts_read_a_view_and_write_tables(weights, tmp_path, namespace):
    pictures = np.stack([galaxy(sigma=sigma) for sigma in (3, 4, 5, 6)])
    write_galaxies(tmp_path / "images.npy", 4, 64, [pictures], {"simulated": True})
    about = {"simulated": True, "run": "galaxies", "step": 9}
    view = tmp_path / "view"
    write_view(view, View(3, 4, 64), pictures, pictures[:1], np.array([0]), 7, about, threads=1)

    common = {"weights": "000001.safetensors", "precision": "float32"}
    write_galaxies(tmp_path / "held_out.npy", 4, 64, [pictures], {"simulated": True})
    runpy.run_path(str(SCRIPTS / "detect_held_out.py"))["main"](
        namespace(
            input={"weights": weights, "scenes": tmp_path / "held_out.npy"},
            output={"detections": tmp_path / "held_out.csv"},
            params=common,
        )
    )
    found = read_boxes(tmp_path / "held_out.csv", ["scene", "confidence"])
    assert set(found["scene"]) == {0, 1, 2, 3}

    runpy.run_path(str(SCRIPTS / "detect_view.py"))["main"](
        namespace(
            input={"weights": weights, "view": view},
            output={"detections": tmp_path / "view.csv"},
            params=common | {"side": 64, "zooms": [3, 1]},
        )
    )
    found = read_boxes(tmp_path / "view.csv", ["zoom", "confidence"])
    assert set(found["zoom"]) == {3, 1}
    # The whole of the view is seen at either zoom.
    for _, group in found.groupby("zoom"):
        assert group["bottom"].max() > 150
        assert group["right"].max() > 200

    runpy.run_path(str(SCRIPTS / "locate_view_galaxies.py"))["main"](
        namespace(
            input={"view": view, "images": tmp_path / "images.npy"},
            output={"boxes": tmp_path / "boxes.csv"},
            params={},
        )
    )
    boxes = read_boxes(tmp_path / "boxes.csv", ["row", "column", "image"])
    shown = pd.read_csv(view / "tiles.csv").query("blank == 0")
    assert boxes[["row", "column"]].to_numpy().tolist() == shown[["row", "column"]].to_numpy().tolist()
    record = json.loads((view / "view.json").read_text())
    assert boxes["bottom"].max() <= record["height"]
