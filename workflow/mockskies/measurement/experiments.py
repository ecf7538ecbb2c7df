"""Frames drawn anew, with other places or galaxies, and scored; de Fremond et al. 2020, section III C."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

import numpy as np
import pandas as pd

from mockskies.datasets.grids import CELL
from mockskies.errors import InputError
from mockskies.measurement.columns import read_columns
from mockskies.measurement.features import columns_of, measure
from mockskies.measurement.frames import processes
from mockskies.measurement.scorers import Scorer
from mockskies.randomness import random_generator
from mockskies.sampling.frames import compose

COLUMNS = ["Id", "y", "x", "class", "patch"]


@dataclass(frozen=True)
class Arrangement:
    """The galaxies of one frame.

    Attributes
    ----------
    corners
        First pixel of each patch, y and x, ``(k, 2)``.
    patches
        Rows of the patches in the set's own, ``(k,)``.
    """

    corners: np.ndarray
    patches: np.ndarray


@dataclass(frozen=True)
class Drawn:
    """What a generator drew: galaxies with the columns `COLUMNS`, and patches ``(m, 32, 32)``, uint8."""

    galaxies: pd.DataFrame
    patches: np.ndarray

    @cached_property
    def pools(self) -> dict[int, np.ndarray]:
        """Rows of the patches of each class."""
        return {int(c): rows["patch"].unique() for c, rows in self.galaxies.groupby("class")}

    def of(self, frame: int) -> pd.DataFrame:
        """Galaxies of one frame."""
        return self.galaxies[self.galaxies["Id"] == frame]


def random_positions(
    galaxies: pd.DataFrame, pools: dict[int, np.ndarray], side: int, random: np.random.Generator
) -> Arrangement:
    """The same galaxies in as many cells of the grid, uniformly drawn instead of by the position GAN."""
    cells = -(-side // CELL)
    chosen = random.choice(cells**2, len(galaxies), replace=False)
    return Arrangement(CELL * np.stack(np.divmod(chosen, cells), axis=1), galaxies["patch"].to_numpy())


def new_galaxies(
    galaxies: pd.DataFrame, pools: dict[int, np.ndarray], side: int, random: np.random.Generator
) -> Arrangement:
    """The same places, each with another galaxy of its class from all that the generator drew."""
    patches = [random.choice(pools[c]) for c in galaxies["class"]]
    return Arrangement(galaxies[["y", "x"]].to_numpy(), np.array(patches, dtype=int))


def shuffled(
    galaxies: pd.DataFrame, pools: dict[int, np.ndarray], side: int, random: np.random.Generator
) -> Arrangement:
    """The same places and the same galaxies, paired at random."""
    return Arrangement(
        galaxies[["y", "x"]].to_numpy(), random.permutation(galaxies["patch"].to_numpy(copy=True))
    )


EXPERIMENTS = {"random_positions": random_positions, "new_galaxies": new_galaxies, "shuffled": shuffled}


@cache
def read_drawn(galaxies: str | Path, patches: str | Path) -> Drawn:
    """Read the galaxies of a generator's frames.

    Raises
    ------
    InputError
        If a file is missing or damaged, a column is missing, or a galaxy's patch is.
    """
    table = read_columns(galaxies, COLUMNS)[COLUMNS].astype(int)
    try:
        array = np.load(patches, mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{patches}: expected patches, but reading them failed: {error}") from error
    if len(table) and not (table["patch"].min() >= 0 and table["patch"].max() < len(array)):
        raise InputError(
            f"{galaxies}: expected rows of {len(array)} patches, "
            f"found {table['patch'].min()} to {table['patch'].max()}"
        )
    return Drawn(table, array)


@dataclass(frozen=True)
class Plan:
    """What is drawn anew of a generator's frames.

    Attributes
    ----------
    galaxies, patches
        Files of the generator.
    side
        Of a frame, in px.
    sets
        Ways in which each frame is drawn anew.
    seed, name
        The configuration's seed and the generator's name: streams are the same for any split into chunks.
    """

    galaxies: str
    patches: str
    side: int
    sets: int
    seed: int
    name: str


def score_experiments(
    plan: Plan, ids: Sequence[int], scorer: Scorer, number: int, progress: Callable = iter
) -> pd.DataFrame:
    """Scores of frames ``ids``, drawn anew for each of `EXPERIMENTS` in so many processes.

    ``progress`` wraps the frames as they are done, such as `tqdm.tqdm`. Columns are ``experiment``, ``Id``,
    ``set`` and ``score``.
    """
    read_drawn(plan.galaxies, plan.patches)  # an unusable file is told of here, not by each process
    redraw = partial(_redraw, plan=plan, features=scorer.features)
    tables = []
    with processes(number) as run:
        for frame, measured in zip(ids, progress(run(redraw, ids)), strict=True):
            for experiment, matrix in zip(EXPERIMENTS, measured, strict=True):
                rows = {"set": range(plan.sets), "score": scorer.predict(matrix)}
                tables.append(pd.DataFrame({"experiment": experiment, "Id": frame, **rows}))
    empty = pd.DataFrame(columns=["experiment", "Id", "set", "score"])
    return pd.concat(tables, ignore_index=True) if tables else empty


def _redraw(frame: int, plan: Plan, features: Sequence[str]) -> list[np.ndarray]:
    """Features of one frame's new drawings, ``(set, column)`` for each experiment."""
    drawn = read_drawn(plan.galaxies, plan.patches)
    galaxies = drawn.of(frame)
    measured = []
    for experiment, draw in EXPERIMENTS.items():
        matrix = np.empty((plan.sets, len(columns_of(features))), np.float32)
        for number in range(plan.sets):
            random = random_generator(plan.seed, f"{experiment} {plan.name}", frame, number)
            new = draw(galaxies, drawn.pools, plan.side, random)
            matrix[number] = measure(compose(plan.side, new.corners, drawn.patches[new.patches]), features)
        measured.append(matrix)
    return measured
