"""Simulated galaxies: the same whoever draws them, true to their truth, and like the survey's."""

import csv
import dataclasses
import io
import zipfile

import numpy as np
import pytest
from astropy.table import QTable
from PIL import Image

from mockskies.archives.galaxies import TYPES, draw_galaxy
from mockskies.archives.galaxy_image import PIXEL, draw_frame, petrosian_r90
from mockskies.archives.galaxy_votes import answer_chances, draw_votes
from mockskies.archives.simulate_galaxies import simulate_galaxies, simulate_one
from mockskies.archives.unpack import fault
from mockskies.archives.vote_tree import COLUMNS, QUESTIONS
from mockskies.randomness import random_generator

SPIRAL = {
    "type": "spiral",
    "magnitude": 15.0,
    "radius": 5.0,
    "sersic": 2.0,
    "axis_ratio": 0.9,
    "bulge_fraction": 0.1,
    "bulge_radius": 1.0,
    "arms": 2,
    "arm_strength": 1.0,
    "bar_strength": 0.0,
    "oddity": "none",
    "seeing": 1.0,
}


def galaxy(**truth):
    return dataclasses.replace(draw_galaxy(np.random.default_rng(1)), **truth)


def simulated(folder, workers, seed=5):
    folder.mkdir()
    paths = [folder / name for name in ("images.zip", "solutions.zip", "truth.fits")]
    simulate_galaxies(seed, "galaxyzoo", 6, *paths, workers=workers, progress=iter)
    return paths


def test_the_number_of_workers_changes_nothing(tmp_path):
    one, three = simulated(tmp_path / "one", 1), simulated(tmp_path / "three", 3)
    for first, second in zip(one[:2], three[:2], strict=True):
        assert first.read_bytes() == second.read_bytes()
    truth = QTable.read(one[2])
    assert list(truth["GalaxyID"]) == list(range(100001, 100007))
    assert str(truth["radius"].unit) == "arcsec"
    with zipfile.ZipFile(one[0]) as file:
        pictures = {info.filename: file.read(info) for info in file.infolist()}
    assert list(pictures) == [f"images_training_rev1/{galaxy}.jpg" for galaxy in truth["GalaxyID"]]
    assert [fault(data) for data in pictures.values()] == [None] * 6
    with zipfile.ZipFile(one[1]) as file:
        table = file.read("training_solutions_rev1.csv").decode().splitlines()
    assert next(csv.reader(table)) == ["GalaxyID", *COLUMNS]


def test_a_galaxy_depends_on_its_seed_and_index_alone():
    assert simulate_one(1, "a", 3) == simulate_one(1, "a", 3)
    assert (
        len({simulate_one(seed, name, index)[0] for seed in (1, 2) for name in "ab" for index in (0, 1)}) == 8
    )


def test_votes_add_up():
    for index in range(40):
        stream = random_generator(3, "votes", index)
        votes = draw_votes(draw_galaxy(stream), 8.0, stream)
        assert list(votes) == list(COLUMNS)
        for question in QUESTIONS:
            reached = 1 if question.after is None else votes[question.after]
            assert sum(votes[column] for column in question.columns) == pytest.approx(reached)


@pytest.mark.parametrize(
    ("truth", "question", "answer"),
    [
        ({"type": "elliptical", "arm_strength": 0.0, "arms": 0}, 1, 0),
        ({}, 1, 1),
        ({}, 4, 0),
        ({"type": "edge_on", "axis_ratio": 0.15}, 2, 0),
        ({"bar_strength": 1.0}, 3, 0),
        ({"bulge_fraction": 0.01}, 5, 0),
        ({"bulge_fraction": 0.7}, 5, 3),
        ({"oddity": "merger"}, 6, 0),
        ({"oddity": "merger"}, 8, 5),
        ({"axis_ratio": 1.0}, 7, 0),
        ({"axis_ratio": 0.2}, 7, 2),
        ({"pitch": 10.0}, 10, 0),
        ({"pitch": 32.0}, 10, 2),
        ({"arms": 3}, 11, 2),
    ],
)
def test_most_volunteers_see_the_truth(truth, question, answer):
    chances = answer_chances(galaxy(**SPIRAL | truth), 10.0)[question]
    assert chances.argmax() == answer
    assert chances.sum() == pytest.approx(1)


def test_petrosian_radius_of_an_exponential_disc():
    """Of an exponential disc of scale h: the Petrosian radius is 3.6 h, and 90 per cent lie within 3.8 h."""
    y, x = np.indices((401, 401)) - 200
    length = 20.0
    assert petrosian_r90(np.exp(-np.hypot(x, y) / length)) == pytest.approx(3.83 * length * PIXEL, rel=0.02)


@pytest.mark.parametrize("angle", [0.0, 30.0, 120.0])
@pytest.mark.parametrize("kind", ["elliptical", "edge_on", "disc"])
def test_galaxies_lie_as_their_truth_says(kind, angle):
    """The angle is counter-clockwise from the horizontal, as seen with row 0 on top."""
    truth = SPIRAL | {
        "type": kind,
        "arms": 0,
        "arm_strength": 0.0,
        "axis_ratio": 0.4,
        "position_angle": angle,
    }
    truth |= {"bulge_fraction": 1.0, "bulge_radius": 5.0} if kind == "elliptical" else {}
    frame, petro_r90 = draw_frame(galaxy(**truth, lopsidedness=0.0, clumpiness=0.0), np.random.default_rng(2))
    image = frame[1]
    centre = image.shape[0] // 2
    y, x = np.indices(image.shape) - centre
    light = np.where(np.hypot(x, y) * PIXEL < petro_r90, np.maximum(image - 0.05, 0), 0)
    upright = -y
    moments = [(light * product).sum() for product in (x * x, upright * upright, x * upright)]
    found = np.rad2deg(0.5 * np.arctan2(2 * moments[2], moments[0] - moments[1])) % 180
    assert abs((found - angle + 90) % 180 - 90) < 4


@pytest.fixture(scope="module")
def pictures():
    drawn = [simulate_one(11, "galaxyzoo", index) for index in range(40)]
    return np.stack([np.asarray(Image.open(io.BytesIO(data))) for data, _, _ in drawn]).astype(float)


def test_pictures_are_like_the_survey_s(pictures):
    """Medians of 600 real ones: sky 4, noise 3, centre 157, and 43 levels above the sky at 0.85 petroR90."""
    corner = pictures[:, :60, :60].reshape(len(pictures), -1)
    assert 2 <= np.median(corner) <= 6
    assert 1.5 <= np.median(np.median(abs(corner - np.median(corner, axis=1)[:, None]), axis=1)) * 1.48 <= 4.5
    y, x = np.indices((424, 424)) - 211.5
    distance = np.hypot(x, y)
    grey = pictures.mean(axis=-1) - np.median(corner)
    assert 140 <= np.median(grey[:, distance < 5].mean(axis=1)) <= 180
    assert 33 <= np.median(grey[:, (distance > 40) & (distance < 45)].mean(axis=1)) <= 55
    # Of neighbouring pixels' noise, 0.9; of pixels four apart, 0.3.
    sky = pictures[:, :60, :60].mean(axis=-1)
    sky -= sky.mean(axis=(1, 2), keepdims=True)
    power = (sky**2).mean(axis=(1, 2))
    assert np.median((sky[:, :, 1:] * sky[:, :, :-1]).mean(axis=(1, 2)) / power) > 0.8
    assert np.median((sky[:, :, 4:] * sky[:, :, :-4]).mean(axis=(1, 2)) / power) < 0.7


def test_every_type_is_drawn():
    drawn = {draw_galaxy(random_generator(1, "types", index)).type for index in range(100)}
    assert drawn == set(TYPES)
