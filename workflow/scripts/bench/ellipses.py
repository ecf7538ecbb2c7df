"""A galaxy's outermost isophote against photutils' defaults from the same start: time, and deviation.

python workflow/scripts/bench/ellipses.py OUT_FOLDER

Real galaxies where ../shared has them, synthetic ones elsewhere, at 64 px; both fit the same 512 px images.
"""

import statistics
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from bench.closest import synthetic_galaxies
from photutils.isophote import Ellipse as Fit
from PIL import Image

from mockskies.benchmark import Result, alone, write_result
from mockskies.measurement.isophotes import FIRST, SIZE, enlarge, outermost_isophote, starting_geometry
from mockskies.measurement.moments import Ellipse, fold, grey, moments, sky_level

PICTURES = Path(__file__).resolve().parents[4] / "shared/data/galaxyzoo"
NUMBER, SIDE = 16, 64


def galaxies() -> np.ndarray:
    """Grey images ``(n, y, x)``, levels 0 to 255."""
    paths = sorted(PICTURES.rglob("*.jpg"))
    if not paths:
        return np.stack([grey(image) for image in synthetic_galaxies(NUMBER, SIDE, seed=2)])
    chosen = paths[:: len(paths) // NUMBER][:NUMBER]
    resized = [Image.open(path).resize((SIDE, SIDE), Image.Resampling.NEAREST) for path in chosen]
    return np.stack([grey(np.moveaxis(np.asarray(image), -1, 0)) for image in resized])


def ours() -> tuple[float, list]:
    images = galaxies()
    outermost_isophote(images[0])
    start = time.process_time()
    found = [outermost_isophote(image).ellipse for image in images]
    return (time.process_time() - start) / len(images), found


def defaults() -> tuple[float, list]:
    """photutils' own settings, out to where it stops and in to the centre."""
    found, spent = [], 0.0
    for image in galaxies():
        outline = moments(image).ellipse.scaled(SIZE / SIDE)
        geometry = starting_geometry(replace(outline, semi_major_axis=FIRST * outline.semi_major_axis))
        brightness = enlarge(image) - sky_level(image)
        start = time.process_time()
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            isophotes = Fit(brightness, geometry=geometry).fit_image()
        spent += time.process_time() - start
        found.append([(i.sma, i.eps, i.pa, i.stop_code) for i in isophotes if i.sma > 0])
    return spent / len(found), found


def at_equal_axis(ellipse: Ellipse, isophotes: list) -> tuple[float, float] | None:
    """Ellipticity and angle (deg) of ``isophotes`` at an ellipse's semi-major axis, None beyond them."""
    if not isophotes or isophotes[-1][0] < ellipse.semi_major_axis * SIZE / SIDE:
        return None
    axes, ellipticity, angle, _ = np.array(isophotes, dtype=float).T
    shapes = ellipticity * np.exp(-2j * angle)
    shape = np.interp(np.log(ellipse.semi_major_axis * SIZE / SIDE), np.log(axes), shapes)
    return abs(shape), fold(np.rad2deg(np.angle(shape)) / 2)


def main() -> None:
    ((own, ellipses), _), ((reference, isophotes), _) = alone(ours), alone(defaults)
    pairs = [
        (mine, theirs)
        for mine, each in zip(ellipses, isophotes, strict=True)
        if mine and (theirs := at_equal_axis(mine, each))
    ]
    ellipticity = statistics.median(abs(m.ellipticity - t[0]) / t[0] for m, t in pairs)
    angle = statistics.median(abs((m.angle - t[1] + 90) % 180 - 90) / 90 for m, t in pairs)
    kind = "real" if any(PICTURES.rglob("*.jpg")) else "synthetic"
    fitted = sum(ellipse is not None for ellipse in ellipses)
    note = f"core-seconds a galaxy; {NUMBER} {kind} ones at {SIDE} px, {fitted} fitted"
    folder = Path(sys.argv[1])
    write_result(folder, Result("ellipses", own, reference, reference / own, "s", "at least 3.5", note))
    for name, value, unit in (("ellipticity", ellipticity, "of itself"), ("angle", angle, "of 90 deg")):
        note = f"median deviation at equal semi-major axis, {len(pairs)} galaxies, {unit}; no ratio"
        write_result(folder, Result(f"ellipses_{name}", value, 0.02, value / 0.02, "", "at most 0.02", note))


if __name__ == "__main__":
    main()
