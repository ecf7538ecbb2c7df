"""Verdicts, and config/published.yaml itself."""

from pathlib import Path

import pytest
import yaml

from mockskies.artefacts.published import departures, read_published, verdict
from mockskies.errors import InputError

PUBLISHED = Path(__file__).parents[2] / "config/published.yaml"


def entry(value, rule, bound=None, group="result", rests_on=()):
    near = {"rule": rule} if bound is None else {"rule": rule, "bound": bound}
    about = {"meaning": "a value", "unit": "mag", "place": "section 3", "artefact": "numbers"}
    return {**about, "value": value, "group": group, "rests_on": list(rests_on), "near": near}


@pytest.mark.parametrize(
    ("value", "rule", "bound", "near", "far"),
    [
        (3, "equal", None, 3, 4),
        ([64, 128], "equal", None, [64, 128], [64]),
        ("telescope", "equal", None, "telescope", "simulator"),
        (1.0, "within", 0.1, 0.95, 0.85),
        (0.02, "at_most", 0.02, -0.019, -0.021),
        (0.16, "at_least", 0.05, 0.05, 0.049),
    ],
)
def test_nearness(value, rule, bound, near, far):
    published = read_published({"x": entry(value, rule, bound)})["x"]
    assert published.is_near(near)
    assert not published.is_near(far)


def test_nearness_in_words():
    published = read_published({"x": entry(0.02, "at_most", 0.02), "y": entry(3, "equal")})
    assert published["x"].describe_nearness() == "at most 0.02 mag"
    assert published["y"].describe_nearness() == "equal"


@pytest.mark.parametrize(
    ("rebuilt", "expected"),
    [
        ({"epochs": 36000, "difference": 0.01}, ("as published", [])),
        ({"epochs": 36000, "difference": 0.03}, ("farther", [])),
        ({"epochs": 40, "difference": 0.01}, ("not comparable", ["epochs"])),
        ({"difference": 0.01}, ("not comparable", ["epochs"])),
        ({"epochs": 36000}, ("not rebuilt", [])),
        ({"epochs": 36000, "difference": float("nan")}, ("not rebuilt", [])),
    ],
)
def test_verdict_needs_the_settings_that_a_value_rests_on(rebuilt, expected):
    published = read_published(
        {
            "epochs": entry(36000, "equal", group="schedule"),
            "difference": entry(0.02, "at_most", 0.02, rests_on=["schedule"]),
        }
    )
    assert verdict(published["difference"], rebuilt, departures(published, rebuilt)) == expected


def test_unknown_group_is_an_error():
    message = "^published value x: rests_on: expected groups among result, got schedul$"
    with pytest.raises(InputError, match=message):
        read_published({"x": entry(1, "equal", rests_on=["schedul"])})


def test_every_published_value_is_near_itself():
    for paper in yaml.safe_load(PUBLISHED.read_text())["published"].values():
        published = read_published(paper)
        values = {name: value.value for name, value in published.items()}
        departed = departures(published, values)
        for value in published.values():
            assert verdict(value, values, departed) == ("as published", []), value.name
