"""Whether the places of galaxies matter: pair correlations of real, generated and uniform places."""

import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from tqdm import tqdm

from mockskies.comparison.pairs import CELLS, PIXELS, bootstrap, correlation_table, count_pairs, distance
from mockskies.errors import InputError
from mockskies.randomness import random_generator

logger = logging.getLogger(__name__)


def compare_positions(
    sets: dict[str, pd.DataFrame], side: int, seed: int, threads: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pair correlation of every set of centres, and its distance from none and from the real one's.

    Parameters
    ----------
    sets
        Columns ``Id``, ``y`` and ``x`` (px), ``real`` first. The set ``uniform`` joins them: as many galaxies
        in each frame as real ones have, uniformly at random, by which the others' p can be judged.
    side
        Of a frame, in px.

    Returns
    -------
    pairs
        ``frames``, ``kind`` (``pixels`` or ``cells``) and the columns of `correlation_table`.
    positions
        A row per set and kind: number of ``images`` with a pair, mean number of ``galaxies`` on them; chi
        squared over ``bins`` separations against no correlation, ``chi2_uniform``, and against the real
        frames, ``chi2_real``, with ``p_uniform`` and ``p_real``.

    Raises
    ------
    InputError
        If no real frame has two galaxies; a generated set without such a frame is left out with a warning.
    """
    sets = sets | {"uniform": _uniform(sets["real"], side, random_generator(seed, "uniform galaxies"))}
    tasks = [(name, places) for places in (PIXELS, CELLS) for name in sets]
    frames = {
        name: [rows[["y", "x"]].to_numpy() for _, rows in table.groupby("Id")] for name, table in sets.items()
    }

    def measure(task):
        name, places = task
        try:
            return count_pairs(frames[name], places, side, seed)
        except InputError as error:
            if name == "real":
                raise InputError(f"{name}: {error}") from error
            logger.warning("%s: %s: it is left out", name, error)
            return None

    # TreeCorr counts without the interpreter's lock.
    with ThreadPoolExecutor(threads) as pool:
        counted = list(
            tqdm(pool.map(measure, tasks), total=len(tasks), desc="pairs", unit=" sets", disable=None)
        )
    pairs, positions, xi, resampled = [], [], {}, {}
    for (name, places), counts in zip(tasks, counted, strict=True):
        if counts is None:
            continue
        key = name, places.name
        resampled[key] = bootstrap(counts, random_generator(seed, f"pairs {name} {places.name}"))
        table = correlation_table(counts, resampled[key])
        xi[key] = table["xi"].to_numpy()
        pairs.append(pd.DataFrame({"frames": name, "kind": places.name, **table}))
        positions.append({"frames": name, "kind": places.name, **_distances(key, counts, xi, resampled)})
    return pd.concat(pairs, ignore_index=True), pd.DataFrame(positions)


def _distances(key, counts, xi, resampled) -> dict[str, float]:
    real = "real", key[1]
    from_none = distance(xi[key], resampled[key])
    other = key != real
    from_real = distance(xi[key] - xi[real], resampled[key], resampled[real]) if other else (np.nan, np.nan)
    return {
        "images": len(counts.possible),
        "galaxies": float(np.mean((1 + np.sqrt(1 + 8 * counts.possible)) / 2)),
        "bins": len(xi[key]),
        "chi2_uniform": from_none[0],
        "p_uniform": from_none[1],
        "chi2_real": from_real[0],
        "p_real": from_real[1],
    }


def _uniform(real: pd.DataFrame, side: int, random: np.random.Generator) -> pd.DataFrame:
    return real.assign(y=random.integers(side, size=len(real)), x=random.integers(side, size=len(real)))
