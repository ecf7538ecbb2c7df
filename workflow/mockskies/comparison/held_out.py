"""Generated sources against the area that a run was trained on, and against the quadrant that it never saw.

What is real differs from what is real as well: each quadrant of the field is compared with the other three.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
from astropy.table import Table, vstack
from scipy.stats import chi2

from mockskies.comparison.statistics import ComparisonSettings, compare
from mockskies.measurement.table import bands

BIN = 0.5  # mag
BRIGHTEST, FAINTEST = 18.0, 32.0
CONFIDENCE = 0.95


def quadrants(table: Table) -> dict[str, Table]:
    """Sources of the four quadrants of a field, by name; ``upper right`` is the one that is held out.

    Rows and columns from the middle one on are upper and right, as `mockskies.training.crops` has them.
    """
    up = np.asarray(table["Y_IMAGE"]) > table.meta["YSIZE"] // 2 + 0.5
    right = np.asarray(table["X_IMAGE"]) > table.meta["XSIZE"] // 2 + 0.5
    height, width = table.meta["YSIZE"], table.meta["XSIZE"]
    parts = {}
    for upper, rightmost in product((False, True), repeat=2):
        part = table[(up == upper) & (right == rightmost)]
        rows = height - height // 2 if upper else height // 2
        columns = width - width // 2 if rightmost else width // 2
        part.meta = table.meta | {"AREA": table.meta["AREA"] * rows * columns / (height * width)}
        parts[f"{'upper' if upper else 'lower'} {'right' if rightmost else 'left'}"] = part
    return parts


HELD_OUT = "upper right"


def joined(tables: Sequence[Table]) -> Table:
    """Sources of several areas as those of one."""
    table = vstack(list(tables), metadata_conflicts="silent")
    table.meta["AREA"] = sum(part.meta["AREA"] for part in tables)
    return table


def trained_and_held_out(real: Table) -> tuple[Table, Table]:
    """Sources of the three quadrants of a training, and of the fourth."""
    parts = quadrants(real)
    held_out = parts.pop(HELD_OUT)
    return joined(list(parts.values())), held_out


def real_pairs(real: Table) -> list[tuple[str, Table, Table]]:
    """Each quadrant of a real field by name, itself, and the other three as one."""
    parts = quadrants(real)
    return [
        (name, part, joined([other for key, other in parts.items() if key != name]))
        for name, part in parts.items()
    ]


def compare_held_out(real: Table, generated: Sequence[Table], settings: ComparisonSettings) -> pd.DataFrame:
    """Statistics of every property, as `mockskies.comparison.statistics.compare` has them.

    Kinds are ``trained`` and ``held out`` (that area against what was generated) and ``real`` (each quadrant,
    named by ``pair``, against the other three).
    """
    trained, held_out = trained_and_held_out(real)
    rows = [
        compare("trained", "three quadrants, generated", trained, generated, settings),
        compare("held out", "upper right, generated", held_out, generated, settings),
    ]
    rows += [
        compare("real", f"others, {name}", rest, [part], settings) for name, part, rest in real_pairs(real)
    ]
    return pd.concat(rows, ignore_index=True)


def count_magnitudes(real: Table, generated: Sequence[Table]) -> pd.DataFrame:
    """Sources per square arcmin in bins of half a magnitude, in every band.

    Returns
    -------
    DataFrame
        ``band``, ``low`` and ``high`` edge of the bin (AB mag); for each of ``trained``, ``held_out`` and
        ``generated`` the ``<set>_number``, its ``<set>_density`` and the 95 per cent interval of Poisson
        counts, ``<set>_least`` to ``<set>_most``; ``excess``, generated over trained density less 1.
    """
    trained, held_out = trained_and_held_out(real)
    sets = {"trained": trained, "held_out": held_out, "generated": joined(generated)}
    edges = np.arange(BRIGHTEST, FAINTEST + BIN, BIN)
    frames = []
    for band in bands(real):
        frame = pd.DataFrame({"band": band, "low": edges[:-1], "high": edges[1:]})
        for name, table in sets.items():
            number, area = np.histogram(table[f"MAG_AUTO_{band}"], edges)[0], table.meta["AREA"]
            frame[f"{name}_number"], frame[f"{name}_density"] = number, number / area
            least, most = _poisson_interval(number)
            frame[f"{name}_least"], frame[f"{name}_most"] = least / area, most / area
        frame["excess"] = frame["generated_density"] / frame["trained_density"].replace(0, np.nan) - 1
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _poisson_interval(number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exact interval of the mean of a Poisson count (Garwood 1936)."""
    tail = (1 - CONFIDENCE) / 2
    least = np.where(number > 0, chi2.ppf(tail, 2 * number) / 2, 0)
    return np.nan_to_num(least), chi2.ppf(1 - tail, 2 * (number + 1)) / 2
