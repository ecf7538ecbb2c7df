"""How far the runs behind a figure of galaxies were trained, beside their paper."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from mockskies.artefacts.style import Provenance


def read_json(path: str | Path) -> dict:
    """What a JSON file holds."""
    with open(path) as file:
        return json.load(file)


def galaxy_provenance(
    artefact: str, records: Sequence[str | Path], schedules: Sequence[Mapping]
) -> Provenance:
    """Provenance of a figure for which several runs were made: that of the one trained least.

    Parameters
    ----------
    records
        JSON files, one for each run, that say its ``step`` and whether its data were ``simulated``: those
        beside its images or its description.
    schedules
        Of each run: run, epochs, paper_epochs and paper_steps.
    """
    found = [read_json(path) for path in records]
    made = [{**schedule, "steps": record["step"]} for record, schedule in zip(found, schedules, strict=True)]
    least = min(made, key=lambda schedule: schedule["steps"] / schedule["paper_steps"])
    return Provenance(artefact, any(record["simulated"] for record in found), subject="galaxies", **least)
