"""Rebuilt values beside published ones, and whether they are as near as config/published.yaml asks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mockskies.errors import InputError

Value = float | str | list[float]

AS_PUBLISHED = "as published"
FARTHER = "farther"
NOT_COMPARABLE = "not comparable"
NOT_REBUILT = "not rebuilt"


@dataclass(frozen=True)
class Published:
    """One value that a paper states; `config/published.yaml` says what the fields mean."""

    name: str
    meaning: str
    value: Value
    unit: str
    place: str
    artefact: str
    group: str
    rests_on: tuple[str, ...]
    rule: str
    bound: float | None

    def is_near(self, rebuilt: Value) -> bool:
        """Whether ``rebuilt`` (in ``unit``) is as near to the published value as is asked; NaN never is."""
        match self.rule:
            case "equal":
                return rebuilt == self.value
            case "within":
                return bool(abs(rebuilt - self.value) <= self.bound)
            case "at_most":
                return bool(abs(rebuilt) <= self.bound)
            case "at_least":
                return bool(rebuilt >= self.bound)

    def describe_nearness(self) -> str:
        """What is asked, in words: ``within 0.02 mag``."""
        words = self.rule.replace("_", " ")
        return words if self.bound is None else f"{words} {self.bound:g} {self.unit}".rstrip()


def read_published(block: Mapping[str, dict]) -> dict[str, Published]:
    """Values of one paper's block of ``config/published.yaml``, by name.

    Raises
    ------
    InputError
        If a value rests on a group that no value belongs to.
    """
    values = {}
    for name, entry in block.items():
        near, rests_on = entry["near"], tuple(entry["rests_on"])
        others = {key: entry[key] for key in entry if key not in ("near", "rests_on")}
        rule, bound = near["rule"], near.get("bound")
        values[name] = Published(name=name, rests_on=rests_on, rule=rule, bound=bound, **others)
    groups = {value.group for value in values.values()}
    for value in values.values():
        if unknown := set(value.rests_on) - groups:
            expected = ", ".join(sorted(groups))
            raise InputError(
                f"published value {value.name}: rests_on: expected groups among {expected}, "
                f"got {', '.join(sorted(unknown))}"
            )
    return values


def departures(published: Mapping[str, Published], rebuilt: Mapping[str, Value]) -> dict[str, list[str]]:
    """For each group, the names of its values that are not as published (missing ones included)."""
    found: dict[str, list[str]] = {value.group: [] for value in published.values()}
    for name, value in published.items():
        if name not in rebuilt or not value.is_near(rebuilt[name]):
            found[value.group].append(name)
    return found


def verdict(
    value: Published, rebuilt: Mapping[str, Value], departed: Mapping[str, list[str]]
) -> tuple[str, list[str]]:
    """Verdict on one value, and the settings that stand in the way where it is not comparable.

    Parameters
    ----------
    rebuilt
        All rebuilt values, by name.
    departed
        What `departures` returns.
    """
    if value.name not in rebuilt or _is_nan(rebuilt[value.name]):
        return NOT_REBUILT, []
    if obstacles := [name for group in value.rests_on for name in departed[group]]:
        return NOT_COMPARABLE, obstacles
    return (AS_PUBLISHED if value.is_near(rebuilt[value.name]) else FARTHER), []


def _is_nan(value: Value) -> bool:
    return isinstance(value, float) and bool(np.isnan(value))
