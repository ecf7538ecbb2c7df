"""A detector run on the wide view of the sky, window by window, at several zooms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import pandas as pd
from tqdm import tqdm

from mockskies.datasets.boxes import BOX
from mockskies.errors import InputError
from mockskies.measurement.detections import SCENES, detect, non_maximum_suppression
from mockskies.models.detector import Detector
from mockskies.training.precision import Compute

# Pixels of a window from the wide view: top, left, height and width to ``(y, x, band)``, uint8.
Read = Callable[[int, int, int, int], np.ndarray]


@dataclass(frozen=True)
class Window:
    """Part of one side of a picture, in px.

    Attributes
    ----------
    start
        Where it begins.
    low, high
        What of the picture this window answers for: of two that overlap each the half next to it.
    """

    start: int
    low: float
    high: float


def windows(length: int, side: int) -> list[Window]:
    """Windows of ``side`` px that cover ``length`` px.

    They begin half a side apart at most, so whatever is up to half a side wide is whole in the window that
    answers for its centre.
    """
    count = max(2 * -(-length // side) - 1, 1)
    starts = np.round(np.linspace(0, length - side, count)).astype(int).tolist()
    bounds = [0.0, *((first + side + second) / 2 for first, second in pairwise(starts)), float(length)]
    return [Window(*ends) for ends in zip(starts, bounds, bounds[1:], strict=False)]


def detect_view(
    detector: Detector,
    read: Read,
    size: tuple[int, int],
    side: int,
    zoom: int,
    stretch: str,
    compute: Compute,
    run: Callable[..., Iterable] = map,
) -> pd.DataFrame:
    """Galaxies that a detector finds in the whole of a view at one zoom.

    Parameters
    ----------
    size
        Height and width of the view in px.
    side
        Of a window in px: that of the scenes which the detector has learnt.
    zoom
        Px of the view, each way, that are averaged to one of the window.
    stretch
        Under which the detector has learnt.
    run
        Reads windows, such as the ``map`` of a pool of threads.

    Returns
    -------
    DataFrame
        Zoom, top, left, bottom and right in px of the view, and confidence, in descending confidence.

    Raises
    ------
    InputError
        If the view, at this zoom, is smaller than a window.
    """
    seen = tuple(length // zoom for length in size)
    if min(seen) < side:
        raise InputError(
            f"wide view: expected at least {side} x {side} px at zoom {zoom}, the detector's window, "
            f"got {seen[0]} x {seen[1]} px"
        )
    places = list(product(*(windows(length, side) for length in seen)))
    tables = []
    for start in tqdm(
        range(0, len(places), SCENES), desc=f"detect at zoom {zoom}", unit=" blocks", disable=None
    ):
        block = places[start : start + SCENES]
        images = np.stack(list(run(lambda place: _averaged(read, place, side, zoom), block)))
        found = detect(detector, images, stretch, compute)
        tables += [_own(table, place, detector.stride) for table, place in zip(found, block, strict=True)]
    merged = pd.concat(tables, ignore_index=True)
    # A galaxy between two windows is found by both.
    merged = merged.iloc[non_maximum_suppression(merged[BOX].to_numpy(), merged["confidence"].to_numpy())]
    merged[BOX] *= zoom
    return merged.assign(zoom=zoom)[["zoom", *BOX, "confidence"]]


def _averaged(read: Read, place: tuple[Window, Window], side: int, zoom: int) -> np.ndarray:
    """A window of the view at a zoom, ``(band, y, x)``, uint8."""
    top, left = (window.start * zoom for window in place)
    levels = read(top, left, side * zoom, side * zoom).reshape(side, zoom, side, zoom, -1)
    return levels.mean(axis=(1, 3), dtype=np.float32).round().astype(np.uint8).transpose(2, 0, 1)


def _own(found: pd.DataFrame, place: tuple[Window, Window], margin: float) -> pd.DataFrame:
    """What a window found that it answers for, in px of the view at this zoom.

    And what lies within a ``margin`` of that: windows may put a galaxy between them each on the other's side.
    """
    vertical, horizontal = place
    boxes = found[BOX].to_numpy() + np.tile([vertical.start, horizontal.start], 2)
    y, x = ((boxes[:, :2] + boxes[:, 2:]) / 2).T
    own = (vertical.low - margin <= y) & (y < vertical.high + margin)
    own &= (horizontal.low - margin <= x) & (x < horizontal.high + margin)
    return found.assign(**dict(zip(BOX, boxes.T, strict=True)))[own]
