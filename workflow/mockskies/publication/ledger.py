"""The ledger: every published value beside the rebuilt one."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from mockskies.artefacts.published import Published, Value, departures, verdict

COLUMNS = [
    "paper", "artefact", "name", "group", "meaning", "place", "published", "rebuilt", "unit", "asked",
    "verdict", "because",
]  # fmt: skip


def read_values(paths: Iterable[str | Path]) -> dict[str, Value]:
    """Rebuilt values by name, from the JSON files of a paper's artefacts (``settings`` and ``values``)."""
    rebuilt = {}
    for path in paths:
        with open(path) as file:
            content = json.load(file)
        rebuilt |= content.get("settings", {})
        rebuilt |= {row["name"]: row["value"] for row in content["values"] if "value" in row}
    return rebuilt


def ledger(paper: str, published: Mapping[str, Published], rebuilt: Mapping[str, Value]) -> pd.DataFrame:
    """A row for every published value of ``paper``.

    Columns are paper, artefact, name, group, meaning, place, published, rebuilt, unit, asked (how near
    counts), verdict, and because: the settings that stand in the way of a comparison.
    """
    departed = departures(published, rebuilt)
    rows = []
    for name, value in published.items():
        judgement, obstacles = verdict(value, rebuilt, departed)
        rows.append(
            {
                "paper": paper,
                "artefact": value.artefact,
                "name": name,
                "group": value.group,
                "meaning": value.meaning,
                "place": value.place,
                "published": text(value.value),
                "rebuilt": text(rebuilt.get(name, "")),
                "unit": value.unit,
                "asked": value.describe_nearness(),
                "verdict": judgement,
                "because": " ".join(obstacles),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def differences(ledger: pd.DataFrame) -> list[str]:
    """Settings that stand in the way of a comparison, in words: ``epochs of training: 40 (paper: 36000)``."""
    named = {name for because in ledger["because"] for name in because.split()}
    rows = ledger[ledger["name"].isin(named)]
    return [
        f"{row.meaning}: {row.rebuilt or 'not recorded'} {row.unit}".rstrip() + f" (paper: {row.published})"
        for row in rows.itertuples()
    ]


def text(value: Value) -> str:
    """A value for reading: four significant digits, lists with commas."""
    if isinstance(value, list):
        return ", ".join(text(item) for item in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
