"""Scenes on which a detector is trained and judged: galaxies in known boxes on empty sky.

They stand for those that González, Muñoz and Hernández (2018) trained YOLO on, and look as the wide view of
Cocomini et al. (2021) does: pictures of galaxies rotated, resized and combined. A box encloses the pixels
of a galaxy that are brighter than sky; small sources beside it in its picture come along and have none.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import ndimage

from mockskies.datasets.boxes import BOX, tight_box, write_boxes
from mockskies.datasets.galaxies import read_galaxies, write_galaxies
from mockskies.datasets.segments import Segment, Sky, segment, sky_at_border
from mockskies.errors import InputError
from mockskies.randomness import random_generator

SCALES = 0.15, 1.0  # of a picture, drawn evenly in the logarithm: small galaxies occur as in a wide view
SMALLEST = 8  # px of a box's longer side
OVERLAP = 0.2  # of the smaller of two boxes, at most
TRIES = 20  # of another galaxy where one has no box, and of another place where there is none for it
SCENES = 16  # that a process takes at a time


@dataclass(frozen=True)
class SceneSettings:
    """Composed scenes.

    Attributes
    ----------
    train, held_out
        Scenes that are learnt, and scenes that the detector is judged on.
    side
        Of a scene, in px.
    galaxies
        Of a scene at most; from 0 on, each number is as likely.
    """

    train: int
    held_out: int
    side: int
    galaxies: int


def split(seed: int, galaxies: int, settings: SceneSettings) -> dict[str, np.ndarray]:
    """Rows of the galaxies of either part, ``train`` and ``held_out``, in the proportion of its scenes.

    Raises
    ------
    InputError
        If a part has fewer galaxies than a scene may hold.
    """
    order = random_generator(seed, "galaxies of held-out scenes").permutation(galaxies)
    last = galaxies * settings.held_out // (settings.train + settings.held_out)
    parts = {"train": np.sort(order[last:]), "held_out": np.sort(order[:last])}
    for name, rows in parts.items():
        if len(rows) < settings.galaxies:
            raise InputError(
                f"coccomini2021.scenes: expected at least {settings.galaxies} galaxies for scenes of part "
                f"{name!r}, got {len(rows)} of {galaxies}"
            )
    return parts


def transformed(source: Segment, angle: float, scale: float, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Light of a picture, rotated by ``angle`` rad and resized by ``scale``, and the box of its galaxy.

    Returns
    -------
    light
        Shape ``(band, y, x)``, float32.
    box
        Top, left, bottom and right in px of ``light``, half-open: just around the galaxy's pixels that are
        brighter than ``limit`` over the sky. All 0 if there are none.
    """
    side = source.light.shape[-1]
    size = int(np.ceil(side * scale * np.sqrt(2)))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / scale
    offset = np.full(2, (side - 1) / 2) - turn @ np.full(2, (size - 1) / 2)
    # Pixels that fall together are averaged first.
    blur = (1 / scale - 1) / 2
    layers = [*source.light, source.galaxy.astype(np.float32)]
    *light, galaxy = (
        ndimage.affine_transform(
            ndimage.gaussian_filter(layer, blur), turn, offset, (size, size), order=1, prefilter=False
        )
        for layer in layers
    )
    light = np.stack(light)
    return light, tight_box((galaxy > 0.5) & (light.mean(axis=0) > limit))


def compose(
    images: np.ndarray, rows: np.ndarray, settings: SceneSettings, random: np.random.Generator
) -> tuple[np.ndarray, pd.DataFrame]:
    """One scene of galaxies from ``rows`` of ``images`` ``(n, band, y, x)``, uint8.

    Its sky has the level and the noise of a picture's border. Boxes lie within the scene whole. No two of
    them share more than a fifth of the smaller one: a galaxy that finds no such place is left out, as one
    is that cannot be told from the sky.

    Returns
    -------
    scene
        Shape ``(band, y, x)``, uint8.
    boxes
        A row for each galaxy: row of ``images``, top, left, bottom and right in px.
    """
    sky = sky_at_border(images[random.choice(rows)])
    scene = _empty(sky, settings.side, random)
    boxes: list[list[int]] = []
    for _ in range(random.integers(settings.galaxies + 1)):
        for _ in range(TRIES):
            row = random.choice(rows)
            angle, scale = random.uniform(0, 2 * np.pi), np.exp(random.uniform(*np.log(SCALES)))
            source = segment(images[row])
            if source is None:
                continue
            light, box = transformed(source, angle, scale, max(source.limit, sky.limit))
            place = _place(box, np.array(boxes)[:, 1:] if boxes else np.empty((0, 4)), settings.side, random)
            if place is not None:
                _add(scene, light, place)
                boxes.append([int(row), *map(int, box + np.tile(place, 2))])
                break
    table = pd.DataFrame(boxes, columns=["galaxy", *BOX], dtype=int)
    return scene.round().clip(0, 255).astype(np.uint8), table


def write_scenes(
    images: str | Path,
    settings: SceneSettings,
    seed: int,
    part: str,
    path: str | Path,
    table: str | Path,
    *,
    workers: int,
    progress: Callable[[Iterable], Iterable],
) -> None:
    """Write the scenes of a ``part``, ``(n, band, side, side)``, uint8, a JSON beside them and their boxes.

    Parameters
    ----------
    images
        Array of galaxies, ``(n, band, y, x)``, uint8.
    part
        ``train`` or ``held_out``.
    path, table
        To be written; the table has scene, galaxy (row of ``images``), top, left, bottom and right.
    workers
        Processes; a scene depends on the seed, its part and its number, and not on them.
    progress
        Wraps the scenes as they come, such as `tqdm.tqdm`.

    Raises
    ------
    InputError
        If there are too few galaxies, or if no scene has one.
    """
    pictures, metadata = read_galaxies(images)
    rows = split(seed, len(pictures), settings)[part]
    count = getattr(settings, part)
    boxes: list[pd.DataFrame] = []

    def blocks() -> Iterator[np.ndarray]:
        # Forked workers would inherit the parent's threads' locks.
        with get_context("spawn").Pool(workers, _map, (images,)) as pool:
            one = partial(_compose_one, rows, settings, seed, part)
            for index, (scene, found) in enumerate(progress(pool.imap(one, range(count), SCENES))):
                boxes.append(found.assign(scene=index))
                yield scene[None]
        if not sum(map(len, boxes)):
            raise InputError(
                f"{images}: expected galaxies that stand above their sky, found none in {count} scenes"
            )

    about = {key: metadata[key] for key in ("archive", "simulated")} | {"galaxies_at_most": settings.galaxies}
    write_galaxies(path, count, settings.side, blocks(), about)
    write_boxes(table, pd.concat(boxes)[["scene", "galaxy", *BOX]])


def _map(images: str | Path) -> None:
    """Map the galaxies once a process."""
    global _pictures
    _pictures, _ = read_galaxies(images)


def _compose_one(
    rows: np.ndarray, settings: SceneSettings, seed: int, part: str, index: int
) -> tuple[np.ndarray, pd.DataFrame]:
    return compose(_pictures, rows, settings, random_generator(seed, f"scenes {part}", index))


def _empty(sky: Sky, side: int, random: np.random.Generator) -> np.ndarray:
    noise = random.standard_normal((len(sky.level), side, side), np.float32)
    return sky.level[:, None, None] + sky.noise[:, None, None] * noise


def _place(box: np.ndarray, others: np.ndarray, side: int, random: np.random.Generator) -> np.ndarray | None:
    """By how much to move ``box``, y and x in px, so that it lies in the scene and clear of ``others``."""
    extent = box[2:] - box[:2]
    if extent.max() < SMALLEST or extent.max() > side:
        return None
    for _ in range(TRIES):
        corner = random.integers(0, side - extent + 1)
        shared = np.minimum(corner + extent, others[:, 2:]) - np.maximum(corner, others[:, :2])
        areas = np.minimum(extent.prod(), (others[:, 2:] - others[:, :2]).prod(axis=1))
        if (shared.clip(0).prod(axis=1) <= OVERLAP * areas).all():
            return corner - box[:2]
    return None


def _add(scene: np.ndarray, light: np.ndarray, place: np.ndarray) -> None:
    """Add ``light`` to the part of ``scene`` that it covers with its corner at ``place``, y and x in px."""
    side, size = scene.shape[-1], light.shape[-1]
    low, high = np.maximum(place, 0), np.minimum(place + size, side)
    there, here = ([slice(*ends) for ends in zip(low - p, high - p, strict=True)] for p in (0, place))
    scene[:, *there] += light[:, *here]
