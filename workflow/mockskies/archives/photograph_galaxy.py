"""Simulated photographs of galaxies close up: spirals with lanes of dust, discs on edge, ellipticals."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mockskies.archives.photograph_light import places, power_law, reddened, spread, star_colours
from mockskies.archives.photograph_noise import Solid, fractal, turbulent

# Red, green and blue of old and young stars and of glowing hydrogen.
OLD, YOUNG, HYDROGEN = (
    np.array(colour, np.float32)[:, None, None]
    for colour in ((1.0, 0.84, 0.64), (0.5, 0.72, 1.0), (1.0, 0.28, 0.42))
)


@dataclass(frozen=True)
class Galaxy:
    """The truth of one galaxy close up.

    Attributes
    ----------
    form
        ``spiral``, ``edge_on`` or ``elliptical``.
    extent
        Scale length of the disc, or half-light radius of an elliptical, as a share of the shorter side.
    axis_ratio
        Minor over major axis.
    angle
        Of the major axis from the horizontal, in deg; of a diffraction spike too.
    bulge
        Peak of the old stars' light over the disc's.
    bar
        Length of the bar in scale lengths; 0 for none.
    arms, pitch, winding
        Number of arms, 0 for none; their pitch angle in deg; their sense, 1 or -1.
    flocculence
        Raggedness of the arms, from 0, two grand ones, to 1.
    dust
        Optical depth of lanes.
    young
        Light of young stars over that of old ones.
    stars
        Stars of our own galaxy before it.
    neighbours
        Small galaxies around it.
    """

    form: str
    extent: float
    axis_ratio: float
    angle: float
    bulge: float
    bar: float
    arms: int
    pitch: float
    winding: int
    flocculence: float
    dust: float
    young: float
    stars: int
    neighbours: int


def draw_galaxy(stream: np.random.Generator) -> Galaxy:
    """Draw what a galaxy is to be."""
    form = str(stream.choice(["spiral", "edge_on", "elliptical"], p=[0.66, 0.2, 0.14]))
    spiral, elliptical = form == "spiral", form == "elliptical"
    extent = {"spiral": (0.09, 0.2), "edge_on": (0.12, 0.22), "elliptical": (0.1, 0.2)}[form]
    axis_ratio = {"spiral": (0.3, 1), "edge_on": (0.1, 0.18), "elliptical": (0.6, 1)}[form]
    # Half of the ellipticals have no dust.
    dust = (0, 0) if elliptical and stream.random() < 0.5 else (0.4, 1.5)
    return Galaxy(
        form=form,
        extent=float(stream.uniform(*extent)),
        axis_ratio=float(stream.uniform(*axis_ratio)),
        angle=float(stream.uniform(0, 180)),
        bulge=float(stream.uniform(0.8, 4)),
        bar=float(stream.uniform(0.6, 1.2)) if spiral and stream.random() < 0.35 else 0.0,
        arms=int(stream.choice([2, 3, 4], p=[0.7, 0.15, 0.15])) if spiral else 0,
        pitch=float(stream.uniform(11, 28)),
        winding=int(stream.choice([-1, 1])),
        flocculence=float(stream.uniform(0.2, 0.9)),
        dust=float(stream.uniform(*dust)),
        young=0.0 if elliptical else float(stream.uniform(0.5, 1.8) if spiral else stream.uniform(0.1, 0.5)),
        stars=int(10 ** stream.uniform(0.8, 2)),
        neighbours=int(stream.poisson(12)),
    )


def galaxy_light(galaxy: Galaxy, shape: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """Light of a galaxy at the centre and of what lies around it: ``(3, y, x)``."""
    y, x = places(shape)
    turn = np.float32(np.deg2rad(galaxy.angle))
    # Counter-clockwise as seen, with y downwards; in the galaxy's own unit of length.
    along = (x * np.cos(turn) - y * np.sin(turn)) / np.float32(galaxy.extent)
    across = (x * np.sin(turn) + y * np.cos(turn)) / np.float32(galaxy.extent)
    draw = {"spiral": _spiral, "edge_on": _edge_on, "elliptical": _elliptical}[galaxy.form]
    return draw(galaxy, along, across, stream) + _around(galaxy, shape, stream)


def _spiral(galaxy: Galaxy, along: np.ndarray, across: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    shape, side = along.shape, min(along.shape)
    flat = across / np.float32(galaxy.axis_ratio)
    radius, azimuth = np.hypot(along, flat) + np.float32(1e-3), np.arctan2(flat, along)
    # Along an arm this angle stays the same, so what is long in radius and short in it follows the arms.
    wound = azimuth - np.float32(galaxy.winding / np.tan(np.deg2rad(galaxy.pitch))) * np.log(radius)
    along_arms = np.stack([np.cos(wound), np.sin(wound), 0.55 * np.log(radius)])
    texture = Solid(3.6, 4.0, stream)
    streaks, finer = texture(along_arms), texture(2.7 * along_arms + 7)
    phase = galaxy.arms * wound + 1.5 * galaxy.flocculence * streaks
    sharp = 3.0 - 1.5 * galaxy.flocculence
    arms = np.exp(sharp * (np.cos(phase) - 1)) * (1 + 0.5 * galaxy.flocculence * streaks)
    arms = np.maximum(arms, 0)
    begin = expit(5 * (radius - max(galaxy.bar, 0.45)))
    disc = np.exp(-radius) * expit(5 * (4.2 - radius))
    # Arms outshine the disc further out.
    young = galaxy.young * begin * arms * np.exp(-radius / 1.6) * expit(4 * (3.6 - radius))
    clumps = np.exp(0.8 * fractal(shape, 2.6, 0.06 * side, stream) - 0.3)
    knots = np.maximum(fractal(shape, 3.4, 0.03 * side, stream) - 1.3, 0)
    # Discs are younger further out.
    share = np.tanh(0.2 * galaxy.young * radius)
    old = (OLD * (1 - share) + YOUNG * share) * 0.9 * disc * (1 + 0.4 * arms)
    if galaxy.bar:
        old = old + OLD * 0.55 * np.exp(-((along / galaxy.bar) ** 4) - (flat / (0.3 * galaxy.bar)) ** 2)
    light = old + young * (YOUNG * 0.7 * clumps + HYDROGEN * 2.2 * knots)
    # Lanes lie on the inner edge of the arms, and spurs of dust between them.
    lanes = np.exp(2.2 * sharp * (np.cos(phase + 0.7 * galaxy.winding) - 1) + 0.7 * finer)
    spurs = np.maximum(finer + 0.4 * streaks - 0.5, 0)
    depth = galaxy.dust * begin * (0.9 * lanes + 0.5 * spurs) * expit(3 * (3.5 - radius))
    # A bulge is rounder than its disc, and the near side's dust lies before it, the far side's behind.
    distance = np.hypot(along, across / np.float32(0.5 + 0.5 * galaxy.axis_ratio))
    bulge = 2 * galaxy.bulge * np.exp(-3.7 * np.sqrt(distance))
    before = depth * expit(12 * flat) * (1 - galaxy.axis_ratio)
    return 1.6 * (reddened(light, depth) + reddened(OLD * bulge, before))


def _edge_on(
    galaxy: Galaxy, along: np.ndarray, across: np.ndarray, stream: np.random.Generator
) -> np.ndarray:
    distance, thick = np.abs(along), np.float32(1.4 * galaxy.axis_ratio)
    height = across - 0.02 * np.sin(along + np.float32(stream.uniform(0, 2 * np.pi)))
    disc = np.exp(-distance / 1.1 - np.abs(height) / thick) * expit(5 * (3.6 - distance))
    bulge = 0.8 * galaxy.bulge * np.exp(-3.4 * np.sqrt(np.hypot(along, across / 0.75)))
    glow = 0.05 * np.exp(-np.hypot(along, across / 0.5) / 1.3)
    rough = fractal(along.shape, 3.9, 0.07 * min(along.shape), stream)
    thin = np.exp(-distance / 1.8 - np.abs(height) / (0.35 * thick)) * expit(4 * (3.2 - distance))
    young = YOUNG * galaxy.young * thin * np.exp(0.6 * rough)
    # Dust is patchy and frays away from the plane.
    lane = np.exp(-((np.abs(height + 0.02) / (0.3 * thick * (1 + 0.4 * np.tanh(rough)))) ** 1.5))
    depth = 2.2 * galaxy.dust * lane * np.exp(0.5 * rough) * expit(4 * (3 - distance))
    # A little of the light lies before the dust.
    return reddened(1.6 * (OLD * (disc + bulge + glow) + young), depth) + 0.12 * OLD * disc + 0.2 * young


def _elliptical(
    galaxy: Galaxy, along: np.ndarray, across: np.ndarray, stream: np.random.Generator
) -> np.ndarray:
    shape, side = along.shape, min(along.shape)
    radius = np.hypot(along, across / np.float32(galaxy.axis_ratio))
    # The index of 2 stands for 4, whose wings would fill the picture.
    light = 0.4 * np.exp(-3.67 * (np.sqrt(radius + 0.01) - 1))
    # A ring of dust, seen nearly from its side, is what is left of a disc.
    ring = np.hypot(along, across / 0.3)
    rough = turbulent(shape, 3.0, 0.1 * side, 0.03 * side, stream)
    depth = galaxy.dust * np.exp(0.9 * rough - ((ring - 0.9) / 0.12) ** 2)
    return reddened(OLD * light, depth * (0.25 + 0.75 * expit(8 * across)))


def _around(galaxy: Galaxy, shape: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """Stars before the galaxy and small galaxies behind it."""
    height, width = shape
    number = galaxy.stars
    y, x = stream.uniform(0, height - 1, number), stream.uniform(0, width - 1, number)
    peaks = 1.5 * power_law(number, 15, 0.9, stream)
    colours = star_colours(stream.uniform(3400, 8000, number))
    light = spread(shape, y, x, peaks, colours, 0.7 + min(shape) / 1000, 0.04, galaxy.angle)
    for _ in range(galaxy.neighbours):
        _add_small(light, stream)
    return light


def _add_small(light: np.ndarray, stream: np.random.Generator) -> None:
    """Add a small, distant galaxy to ``light`` ``(3, y, x)``."""
    height, width = light.shape[1:]
    side = min(height, width)
    size = min(0.004 * (1 - stream.random()) ** -0.5, 0.02) * side
    row, column, half = stream.integers(height), stream.integers(width), int(6 * size) + 1
    rows = slice(max(row - half, 0), min(row + half + 1, height))
    columns = slice(max(column - half, 0), min(column + half + 1, width))
    y, x = np.ogrid[rows, columns]
    y, x = y - row, x - column
    turn, ratio = stream.uniform(0, np.pi), stream.uniform(0.25, 1)
    along, across = x * np.cos(turn) + y * np.sin(turn), (y * np.cos(turn) - x * np.sin(turn)) / ratio
    colour = star_colours(np.array([stream.uniform(3600, 6500)]))[:, :, None]
    profile = stream.uniform(0.1, 0.6) * np.exp(-np.sqrt(along**2 + across**2 + 0.5) / size)
    light[:, rows, columns] += colour * profile.astype(np.float32)
