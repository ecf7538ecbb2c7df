"""How far the runs behind a figure of galaxies or of frames were trained, beside their paper."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mockskies.artefacts.notation import grouped
from mockskies.artefacts.style import Provenance
from mockskies.artefacts.tables import read_columns


@dataclass(frozen=True)
class Training:
    """Steps of a training, and the seconds that they took."""

    steps: int
    seconds: float


@dataclass(frozen=True)
class StepsProvenance:
    """As `Provenance`, of figures whose paper states no steps of its trainings.

    Attributes
    ----------
    artefact
        Such as ``defremond2020 fig2``.
    simulated
        Whether the archive's images are simulated.
    steps
        Steps of training by run; empty where none is behind the figure.
    subject
        What was simulated or observed.
    """

    artefact: str
    simulated: bool
    steps: Mapping[str, int]
    subject: str = "frames"

    def label(self) -> str:
        """What a reader must know who sees the figure alone."""
        parts = [f"simulated {self.subject}"] if self.simulated else []
        if self.steps:
            paper = self.artefact.split()[0]
            runs = (
                f"{run.removeprefix(f'{paper}_').replace('_', ' ')} {grouped(steps)}"
                for run, steps in self.steps.items()
            )
            parts.append(f"training steps (the paper states none): {', '.join(runs)}")
        return "; ".join(parts)


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


def read_training(losses: str | Path) -> Training:
    """Length of a training by its log, a row for each epoch."""
    table = read_columns(losses, ["step", "steps_per_second"])
    steps = table["step"].diff().fillna(table["step"].iloc[0])
    return Training(int(table["step"].iloc[-1]), float((steps / table["steps_per_second"]).sum()))


def frame_provenance(
    artefact: str, source: str, runs: Sequence[str] = (), losses: Sequence[str | Path] = ()
) -> StepsProvenance:
    """Provenance of a figure of sparse frames.

    Parameters
    ----------
    source
        Of the archive: ``simulate`` or ``folder``.
    runs, losses
        Runs behind the figure, and their logs.
    """
    steps = {run: read_training(path).steps for run, path in zip(runs, losses, strict=True)}
    return StepsProvenance(artefact, source == "simulate", steps)
