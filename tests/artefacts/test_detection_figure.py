"""Figure 4 of coccomini2021: boxes on a small view, and what is said of them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from PIL import Image
from scripts.artefacts.coccomini2021 import fig4

from mockskies.artefacts.detection_panels import Part
from mockskies.comparison.detector import judge_scenes, judge_view
from mockskies.datasets.boxes import BOX, write_boxes
from mockskies.errors import InputError
from mockskies.publication.caption import render_caption
from mockskies.sampling.tiles import View
from mockskies.sampling.view import read_view, write_view

CAPTION = Path(__file__).parents[2] / "workflow/report/coccomini2021_fig4.rst"
VIEW = View(rows=6, columns=8, tile=64)


def galaxies():
    y, x = np.mgrid[:64, :64] - 31.5
    sigma = np.array([3, 4, 5, 6])[:, None, None, None]
    images = 10 + 200 * np.exp(-(x**2 + y**2) / 2 / sigma**2) * np.ones((1, 3, 1, 1))
    return images.astype(np.uint8)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A view, and boxes of a detector that finds every second galaxy from afar and all of them near by."""
    root = tmp_path_factory.mktemp("detector")
    images = galaxies()
    about = {"simulated": True, "run": "coccomini2021_galaxies", "step": 34}
    write_view(root / "view", VIEW, images, images[:1], np.array([0]), 1, about, 1)
    tiles = pd.read_csv(root / "view/tiles.csv")
    half = 16 * tiles["scale"].to_numpy()
    centres = tiles[["y", "x"]].to_numpy()
    truth = pd.DataFrame(
        np.concatenate([centres - half[:, None], centres + half[:, None]], axis=1), columns=BOX
    )
    near = truth.assign(confidence=0.9)
    view = pd.concat([near[::2].assign(zoom=2), near.assign(zoom=1), near[:1].assign(zoom=1, confidence=0.1)])
    write_boxes(root / "view.csv", view[["zoom", *BOX, "confidence"]])
    scenes = truth.assign(scene=np.arange(len(truth)) % 6)
    found = scenes.iloc[:-4].assign(confidence=np.linspace(0.9, 0.6, len(truth) - 4))
    judged = judge_scenes(found, scenes, 6, 20, 7)
    write_boxes(root / "judged.csv", pd.concat([judged, judge_view(view, truth, [2, 1], 0.6)]))
    (root / "losses.csv").write_text("epoch,step,loss_detector,steps_per_second\n1,30,2.5,10\n2,60,1.5,10\n")
    return root


@pytest.fixture
def draw(root, namespace, tmp_path):
    def run(folder=tmp_path, **changed):
        inputs = {
            "view": root / "view", "detections": root / "view.csv", "judged": root / "judged.csv",
            "losses": root / "losses.csv",
        } | changed  # fmt: skip
        output = {kind: folder / f"fig4.{kind}" for kind in ("pdf", "png")}
        params = {"zooms": [2, 1], "detector": "coccomini2021_detector"}
        fig4.main(namespace(input=inputs, output=output, params=params))
        return output

    return run


def test_figure_is_drawn_with_its_runs_steps(draw):
    output = draw()
    pdf = output["pdf"].read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/Type3" not in pdf
    with Image.open(output["png"]) as picture:
        facts = json.loads(picture.text["Description"])
        assert np.ptp(np.asarray(picture.convert("L"))) > 200
    assert facts["artefact"] == "coccomini2021 fig4"
    assert facts["simulated"] is True
    assert facts["steps"] == {"coccomini2021_galaxies": 34, "coccomini2021_detector": 60}


def test_figure_has_the_same_bytes_each_time(draw, tmp_path):
    output, again = draw(tmp_path / "a"), draw(tmp_path / "b")
    for kind in ("pdf", "png"):
        assert output[kind].read_bytes() == again[kind].read_bytes()


def test_panels_show_the_boxes_of_their_zoom(draw, root, monkeypatch):
    saved = []
    monkeypatch.setattr(fig4, "save", lambda figure, *_: saved.append(figure))
    draw()
    (figure,) = saved
    whole, first, second = figure.axes[:3]
    boxes = [
        [line for c in axes.collections if isinstance(c, LineCollection) for line in c.get_segments()]
        for axes in (whole, first, second)
    ]
    assert len(boxes[0]) == 24
    assert whole.get_title(loc="left") == "(a) 384 by 512 px, seen at 1:2: 24 boxes"
    # A part is a third of the view, and shows the pixels that it is of.
    top, left = round(0.3 * 384 - 127 / 2), round(0.3 * 512 - 170 / 2)
    picture = np.asarray(first.images[0].get_array())
    np.testing.assert_array_equal(picture, read_view(root / "view", top, left, 127, 170)[::-1])
    assert 0 < len(boxes[1]) < 24
    assert first.get_title(loc="left") == f"(b) 127 by 170 px, seen pixel for pixel: {len(boxes[1])} boxes"
    # Upwards, as the picture is: a box lies on its galaxy, which is brighter than the sky around.
    for corners in boxes[1]:
        (x, y), (right, high) = corners.min(axis=0), corners.max(axis=0)
        middle = np.array([(y + high) / 2, (x + right) / 2])
        row, column = (len(picture) - 1 - middle[0]), middle[1]
        if 2 < row < 125 and 2 < column < 168:
            shown = picture[::-1][int(row) - 1 : int(row) + 3, int(column) - 1 : int(column) + 3]
            assert shown.max() > 60
    words = " ".join(text.get_text() for text in figure.axes[3].texts)
    assert "48 galaxies" in words
    labels = [text.get_text() for text in figure.axes[4].get_legend().get_texts()]
    assert labels == ["held-out scenes", "view, 1:1 (largest quarter: 1.00)", labels[2]]
    assert labels[2].startswith("view, 1:2 (largest quarter: 0.")


def test_a_part_takes_boxes_by_their_centre():
    part = Part(np.zeros((4, 4, 3), np.uint8), 10, 20, 30, 40, 1)
    boxes = np.array(
        [[5, 30, 16, 40], [5, 30, 14, 40], [35, 55, 44, 64], [35, 55, 46, 64], [20, 55, 30, 66]], float
    )
    assert part.inside(boxes).tolist() == boxes[[0, 2]].tolist()


def test_a_view_in_which_nothing_is_found(draw, root, tmp_path):
    pd.read_csv(root / "view.csv")[:0].to_csv(tmp_path / "none.csv", index=False)
    judged = pd.read_csv(root / "judged.csv")
    judged = judged[~judged["kind"].isin(["view_large", "view_size", "curve"])]
    judged.to_csv(tmp_path / "judged.csv", index=False)
    output = draw(detections=tmp_path / "none.csv", judged=tmp_path / "judged.csv")
    assert output["png"].exists()


def test_other_tables_are_refused(draw, root, tmp_path):
    table = pd.read_csv(root / "view.csv").drop(columns="confidence")
    table.to_csv(tmp_path / "view.csv", index=False)
    with pytest.raises(InputError, match=r"view\.csv: expected the column confidence, found zoom, top, left"):
        draw(detections=tmp_path / "view.csv")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("simulate", "learnt from are simulated</strong>, not observed."),
        ("retrieve", "Galaxy Zoo as an archive serves it"),
        ("folder", "galaxies in a folder of the user"),
    ],
)
def test_caption_says_where_the_galaxies_come_from(source, words):
    params = {
        "zooms": [8, 2, 1], "scenes": {"held_out": 400}, "source": source,
        "epochs": {"coccomini2021_galaxies": 9, "coccomini2021_detector": 60},
    }  # fmt: skip
    text = " ".join(render_caption(CAPTION, params).split())
    assert words in text
    assert "in the place of 8 x 8" in text
    assert "in 400 such scenes" in text
    assert "60" in text
