"""The sets of features that scorers of sparse frames read; de Fremond et al. 2020, table I."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mockskies.archives.frames import SIDE
from mockskies.errors import InputError
from mockskies.measurement.binary_patterns import LENGTH as PATTERNS
from mockskies.measurement.binary_patterns import binary_patterns
from mockskies.measurement.cluster_properties import PROPERTIES, cluster_properties
from mockskies.measurement.columns import read_columns
from mockskies.measurement.fourier_row import fourier_row
from mockskies.measurement.gradients import LENGTH as GRADIENTS
from mockskies.measurement.gradients import oriented_gradients
from mockskies.measurement.histogram import LEVELS, histogram
from mockskies.measurement.power_spectrum import WINDOW, power_spectrum

# Of a frame ``(1000, 1000)``, uint8, each returns as many numbers as it has columns.
MEASURES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "properties": lambda frame: np.array(list(cluster_properties(frame).values())),
    "histogram": histogram,
    "hog": oriented_gradients,
    "lbp": binary_patterns,
    "fourier": fourier_row,
    "power": power_spectrum,
}

# The text has three "basic" properties and does not name them: number, size and intensity stand for them.
# Properties that need two clusters, or two properties of one, are interactions.
PROPERTY_SETS = {
    "basic": ("cluster_num", "cluster_sizes_avg", "cluster_peak_intensities_avg"),
    "individual": PROPERTIES[: PROPERTIES.index("largest_clusters_distance")],
    "interactions": PROPERTIES[PROPERTIES.index("largest_clusters_distance") :],
}

COLUMNS: dict[str, tuple[str, ...]] = {
    "properties": PROPERTIES,
    "histogram": tuple(f"level_{level}" for level in range(LEVELS)),
    "hog": tuple(f"gradient_{i}" for i in range(GRADIENTS)),
    "lbp": tuple(f"pattern_{i}" for i in range(PATTERNS)),
    "fourier": tuple(f"frequency_{x}" for x in range(SIDE // 2)),
    # By the ring at the centre of the window, in cycles a frame.
    "power": tuple(f"ring_{r + WINDOW // 2}" for r in range(SIDE // 2 - WINDOW + 1)),
    **PROPERTY_SETS,
}


def columns_of(features: Sequence[str]) -> list[str]:
    """Names of the columns of sets of ``features`` side by side."""
    return [column for name in features for column in COLUMNS[name]]


def measure(frame: np.ndarray, features: Sequence[str]) -> np.ndarray:
    """``features``, keys of `MEASURES`, of ``frame`` ``(1000, 1000)``, uint8, side by side; float32."""
    return np.concatenate([MEASURES[name](frame) for name in features]).astype(np.float32)


def read_properties(path: str | Path) -> pd.DataFrame:
    """Table of the 29 properties by ``Id``, in the order of the file; errors are those of `read_columns`."""
    return read_columns(path, ["Id", *PROPERTIES]).set_index("Id")


def read_features(paths: Sequence[str | Path], features: Sequence[str]) -> np.ndarray:
    """Sets of ``features`` side by side, a row per frame; ``(n, column)``, float32.

    Parameters
    ----------
    paths
        File of each set: the table of properties for one of `PROPERTY_SETS`, else its array.

    Raises
    ------
    InputError
        If a file is missing or damaged, has other columns than its set, or other rows than the first.
    """
    parts = []
    for path, name in zip(paths, features, strict=True):
        if name in PROPERTY_SETS:
            part = read_properties(path)[list(PROPERTY_SETS[name])].to_numpy(np.float32)
        else:
            part = _read_array(path, name)
        if parts and len(part) != len(parts[0]):
            raise InputError(f"{path}: expected {len(parts[0])} frames as {paths[0]} has, found {len(part)}")
        parts.append(part)
    return np.concatenate(parts, axis=1)


def _read_array(path: str | Path, name: str) -> np.ndarray:
    try:
        array = np.load(path)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path}: expected features, but reading it failed: {error}") from error
    if array.ndim != 2 or array.shape[1] != len(COLUMNS[name]):
        raise InputError(
            f"{path}: expected {len(COLUMNS[name])} features of {name} for each frame, "
            f"found an array of {array.shape}"
        )
    if not np.isfinite(array).all():
        raise InputError(f"{path}: expected finite numbers, found others")
    return array
