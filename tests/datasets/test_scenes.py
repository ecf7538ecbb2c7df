"""Scenes of galaxies in known boxes: what is cut out of pictures, and whether the boxes are right."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mockskies.datasets.boxes import BOX, longer_side, overlap, read_boxes, tight_box, write_boxes
from mockskies.datasets.galaxies import read_galaxies, write_galaxies
from mockskies.datasets.scenes import (
    OVERLAP,
    SMALLEST,
    SceneSettings,
    compose,
    split,
    transformed,
    write_scenes,
)
from mockskies.datasets.segments import LEAST, segment, sky_at_border
from mockskies.errors import InputError
from mockskies.randomness import random_generator

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "workflow/scripts/datasets/compose_scenes.py"
REAL = ROOT.parent / "shared/data/galaxyzoo"
SETTINGS = SceneSettings(train=6, held_out=3, side=96, galaxies=4)
SKY = 10  # levels
Y, X = np.indices((64, 64)) - 31.5


def blob(sigma_y, sigma_x=None, angle=0.0, peak=150.0, y=0.0, x=0.0):
    """A Gaussian galaxy or star, ``(64, 64)``, so many px from the centre; angle from the y to the x axis."""
    cos, sin = np.cos(angle), np.sin(angle)
    along, across = cos * (Y - y) + sin * (X - x), cos * (X - x) - sin * (Y - y)
    return peak * np.exp(-((along / sigma_y) ** 2 + (across / (sigma_x or sigma_y)) ** 2) / 2)


def picture(*sources, noise=0.0, seed=0):
    """Grey sources on a sky of level 10, ``(3, 64, 64)``, uint8."""
    grain = noise * np.random.default_rng(seed).standard_normal((3, 64, 64))
    return (SKY + sum(sources, np.zeros((64, 64))) + grain).round().clip(0, 255).astype(np.uint8)


@pytest.fixture
def pictures():
    """Twenty noisy galaxies of many shapes, each with a star beside it."""
    random = np.random.default_rng(1)
    return np.stack(
        [
            picture(
                blob(random.uniform(3, 7), random.uniform(2, 4), random.uniform(0, 3)),
                blob(1.2, peak=120, y=20, x=random.uniform(-20, 20)),
                noise=2,
                seed=seed,
            )
            for seed in range(20)
        ]
    )


@pytest.fixture
def array(pictures, tmp_path):
    path = tmp_path / "64.npy"
    write_galaxies(path, len(pictures), 64, [pictures], {"archive": "galaxyzoo", "simulated": True})
    return path


# Pictures.


def test_sky_is_measured_at_the_border():
    noisy = picture(blob(5), blob(1, y=-30, x=4), noise=4)
    sky = sky_at_border(noisy)
    np.testing.assert_allclose(sky.level, SKY, atol=0.6)
    np.testing.assert_allclose(sky.noise, 4, atol=0.7)
    # The mean of three bands has less noise than each.
    assert sky.limit == pytest.approx(3 * 4 / np.sqrt(3), rel=0.2)
    # Where there is no noise the least that counts is a constant.
    assert sky_at_border(picture(blob(5))).limit == LEAST


def test_the_galaxy_is_told_from_what_is_beside_it():
    galaxy, star, far, cut = blob(5, 3), blob(1, y=22), blob(4, x=22), blob(1.5, y=-31, x=10)
    found = segment(picture(galaxy, star, far, cut))
    inside = (galaxy > LEAST + 1) & ~(star > 1)
    assert found.galaxy[inside].all()
    assert not found.galaxy[galaxy < LEAST / 2].any()
    light = found.light.mean(axis=0)
    # The star comes along; what is as large as a galaxy, or cut off by the border, does not.
    np.testing.assert_allclose(light[star > 20], (galaxy + star)[star > 20], atol=1)
    assert not light[far > 20].any()
    assert not light[cut > 20].any()


def test_wings_fade_and_leave_no_edge():
    found = segment(picture(blob(5)))
    light = found.light.mean(axis=0)
    assert abs(np.diff(light, axis=0)[31:]).max() < 25
    outside = light[~found.galaxy]
    assert 0 < outside.max() <= LEAST + 0.5
    assert not light[np.hypot(Y, X) > 25].any()


@pytest.mark.parametrize(
    "sources",
    [(), (blob(3, y=15),), (blob(5, 30),), (blob(200, peak=50),)],
    ids=["empty", "away from the centre", "beyond the border", "gradient"],
)
def test_pictures_without_a_whole_galaxy_are_of_no_use(sources):
    assert segment(picture(*sources, noise=1)) is None


# Boxes.


@pytest.mark.parametrize("scale", [1.0, 0.6])
@pytest.mark.parametrize("angle", [0.0, 0.7, 2.2, 4.0])
def test_boxes_of_turned_galaxies_follow_from_the_ellipse(angle, scale):
    """An isophote of a Gaussian is an ellipse, whose extent is known."""
    sigmas, peak = (7.0, 3.0), 180.0
    source = segment(picture(blob(*sigmas, angle=0.3, peak=peak)))
    light, box = transformed(source, angle, scale, LEAST)
    # Whichever way it is turned, by this angle or against it, one of the two is meant.
    radius = scale * np.sqrt(2 * np.log(peak / LEAST))
    extents = [
        2
        * radius
        * np.hypot(sigmas[0] * np.array([np.cos(a), np.sin(a)]), sigmas[1] * np.array([np.sin(a), np.cos(a)]))
        for a in (0.3 + angle, 0.3 - angle)
    ]
    found = box[2:] - box[:2]
    assert min(abs(found - extent).max() for extent in extents) < 2
    np.testing.assert_allclose((box[2:] + box[:2]) / 2, light.shape[-1] / 2, atol=1)


@pytest.mark.parametrize("seed", range(12))
def test_boxes_are_tight(seed):
    """Without noise what is brighter than the limit in a scene is the galaxy, and there is but one."""
    pictures = np.stack([picture(blob(6, 3, 0.5)), picture(blob(4))])
    scene, boxes = compose(
        pictures, np.arange(2), SceneSettings(1, 1, 96, 1), random_generator(5, "tight", seed)
    )
    bright = scene.mean(axis=0) - SKY
    if not len(boxes):
        assert bright.max() == 0
        return
    box = boxes[BOX].to_numpy()[0]
    # Levels are rounded: the box lies between those of two levels.
    inner, outer = tight_box(bright > LEAST), tight_box(bright >= LEAST)
    assert (outer[:2] <= box[:2]).all()
    assert (box[:2] <= inner[:2]).all()
    assert (inner[2:] <= box[2:]).all()
    assert (box[2:] <= outer[2:]).all()


def test_some_scenes_are_empty_and_some_are_full(pictures):
    counts = [
        len(compose(pictures, np.arange(20), SETTINGS, random_generator(2, "counts", i))[1])
        for i in range(40)
    ]
    assert set(counts) == {0, 1, 2, 3, 4}


def test_boxes_lie_within_the_scene_and_hardly_share(pictures):
    crowded = SceneSettings(1, 1, 96, 30)
    most = 0.0
    for index in range(8):
        scene, boxes = compose(pictures, np.arange(20), crowded, random_generator(3, "crowded", index))
        assert scene.shape == (3, 96, 96)
        found = boxes[BOX].to_numpy()
        assert (found >= 0).all()
        assert (found <= 96).all()
        assert (longer_side(found) >= SMALLEST).all()
        areas = (found[:, 2:] - found[:, :2]).prod(axis=1)
        for i in range(len(found)):
            for j in range(i):
                extent = np.minimum(found[i, 2:], found[j, 2:]) - np.maximum(found[i, :2], found[j, :2])
                most = max(most, extent.clip(0).prod() / min(areas[i], areas[j]))
    assert 0 < most <= OVERLAP


def test_overlap_counts_pixels():
    random = np.random.default_rng(0)
    corners = random.integers(0, 20, (50, 2, 2))
    boxes = np.concatenate([corners, corners + random.integers(1, 20, (50, 2, 2))], axis=2)
    for first, second in boxes:
        masks = np.zeros((2, 50, 50), bool)
        for mask, (top, left, bottom, right) in zip(masks, (first, second), strict=True):
            mask[top:bottom, left:right] = True
        assert overlap(first, second) == pytest.approx(
            (masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum()
        )


# Both parts.


def test_no_galaxy_is_in_both_parts_and_none_is_left_out():
    parts = split(7, 61, SETTINGS)
    assert sorted(np.concatenate(list(parts.values()))) == list(range(61))
    assert {name: len(rows) for name, rows in parts.items()} == {"train": 41, "held_out": 20}
    assert not np.array_equal(parts["held_out"], split(8, 61, SETTINGS)["held_out"])


@pytest.mark.parametrize(
    ("galaxies", "part", "got"), [(9, "held_out", "3 of 9"), (2, "train", "2 of 2")], ids=["few", "fewer"]
)
def test_too_few_galaxies_are_refused(galaxies, part, got):
    message = f"coccomini2021.scenes: expected at least 4 galaxies for scenes of part '{part}', got {got}"
    with pytest.raises(InputError) as caught:
        split(7, galaxies, SETTINGS)
    assert str(caught.value) == message


def write(array, folder, part="train", workers=1, settings=SETTINGS):
    folder.mkdir(exist_ok=True)
    write_scenes(
        array,
        settings,
        7,
        part,
        folder / f"{part}.npy",
        folder / f"{part}.csv",
        workers=workers,
        progress=iter,
    )


def test_the_number_of_workers_changes_nothing(array, tmp_path, monkeypatch):
    monkeypatch.setattr("mockskies.datasets.scenes.SCENES", 2)
    for workers in (1, 2):
        write(array, tmp_path / str(workers), workers=workers)
    for name in ("train.npy", "train.json", "train.csv"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_scene_is_the_same_among_more_of_them(array, tmp_path):
    write(array, tmp_path / "few")
    # As many more held-out ones, so that galaxies fall to the parts as before.
    write(array, tmp_path / "many", settings=SceneSettings(8, 4, 96, 4))
    few, many = (np.load(tmp_path / name / "train.npy") for name in ("few", "many"))
    np.testing.assert_array_equal(few, many[:6])


def test_scripts_write_both_parts(array, tmp_path, namespace):
    names = {
        "train": "scenes.npy", "train_boxes": "boxes.csv", "held_out": "held_out.npy",
        "held_out_boxes": "held_out_boxes.csv",
    }  # fmt: skip
    output = {key: tmp_path / "out" / name for key, name in names.items()}
    scenes = {"train": 6, "held_out": 3, "side": 96, "galaxies": 4}
    main = runpy.run_path(str(SCRIPT))["main"]
    main(namespace(input={"array": array}, output=output, params={"scenes": scenes, "seed": 7}))
    tables = {}
    for part, count in (("train", 6), ("held_out", 3)):
        scenes, about = read_galaxies(output[part])
        assert scenes.shape == (count, 3, 96, 96)
        assert about["simulated"] is True
        assert about["archive"] == "galaxyzoo"
        tables[part] = read_boxes(output[f"{part}_boxes"], ["scene", "galaxy"])
        assert tables[part]["scene"].is_monotonic_increasing
        assert tables[part]["scene"].max() < count
    assert set(tables["train"]["galaxy"]).isdisjoint(tables["held_out"]["galaxy"])


def test_pictures_without_galaxies_are_refused_and_leave_nothing(tmp_path):
    path = tmp_path / "64.npy"
    empty = np.stack([picture(noise=2, seed=seed) for seed in range(12)])
    write_galaxies(path, 12, 64, [empty], {"archive": "galaxyzoo", "simulated": False})
    with pytest.raises(
        InputError, match=r"64\.npy: expected galaxies that stand above their sky, found none in"
    ):
        write(path, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


# Tables.


def test_tables_of_boxes_come_back(tmp_path):
    table = pd.DataFrame({"scene": [0, 4], "top": [1, 2], "left": [3, 4], "bottom": [5, 6], "right": [7, 8]})
    write_boxes(tmp_path / "boxes.csv", table)
    pd.testing.assert_frame_equal(read_boxes(tmp_path / "boxes.csv", ["scene"]), table)
    write_boxes(tmp_path / "none.csv", table[:0])
    assert read_boxes(tmp_path / "none.csv", ["scene"]).dtypes.tolist() == [float] * 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "expected a table of boxes, but reading it failed: "),
        ("", "expected a table of boxes, but reading it failed: "),
        (
            "scene,top,left\n0,1,2\n",
            "expected the columns scene, top, left, bottom, right, got scene, top, left",
        ),
        (
            "scene,top,left,bottom,right\n0,1,2,3,4\n1,5,5,5,9\n",
            "expected boxes with top < bottom and left < right, found [5, 5, 5, 9]",
        ),
    ],
)
def test_other_tables_are_refused(tmp_path, text, message):
    path = tmp_path / "boxes.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_boxes(path, ["scene"])
    assert str(caught.value).startswith(f"{path}: {message}")


@pytest.mark.skipif(not REAL.is_dir(), reason="needs ../shared/data/galaxyzoo")
def test_most_real_galaxies_are_told_from_their_sky():
    files = sorted(REAL.glob("*/*.jpg"))[::12]
    found = []
    for file in files:
        with Image.open(file) as image:
            small = np.asarray(image.convert("RGB").resize((64, 64), Image.Resampling.NEAREST))
        found.append(segment(small.transpose(2, 0, 1)))
    whole = [source for source in found if source is not None]
    assert len(whole) > 0.9 * len(files)
    sizes = [longer_side(tight_box(source.galaxy)[None])[0] for source in whole]
    assert 15 < np.median(sizes) < 35
