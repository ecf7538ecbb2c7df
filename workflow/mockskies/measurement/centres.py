"""Where the galaxies of sparse frames are."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from mockskies.archives.frames import read_frame
from mockskies.datasets.clusters import find_clusters
from mockskies.measurement.frames import processes


def locate(
    folder: Path, ids: Sequence[int], threshold: int, number: int, progress: Callable = iter
) -> pd.DataFrame:
    """Centres of the clusters above ``threshold`` on the frames ``ids`` of ``folder``, in so many processes.

    Columns are ``Id``, ``y`` and ``x`` of the brightest pixel. ``progress`` wraps the frames as they are
    done, such as `tqdm.tqdm`.
    """
    paths = [folder / f"{frame}.png" for frame in ids]
    with processes(number) as run:
        centres = list(progress(run(partial(_centres, threshold=threshold), paths)))
    y, x = np.concatenate(centres).T
    return pd.DataFrame({"Id": np.repeat(ids, [len(found) for found in centres]), "y": y, "x": x})


def _centres(path: Path, threshold: int) -> np.ndarray:
    return find_clusters(read_frame(path), threshold).centre
