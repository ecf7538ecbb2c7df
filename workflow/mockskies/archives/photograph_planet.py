"""Simulated photographs of planets: banded giants with and without rings, deserts, oceans and cratered moons.

Directions are ``(3,)``: to the right, upwards, and towards the camera, which is far away. Lengths are in
equatorial radii of the planet.
"""

from dataclasses import dataclass

import numpy as np

from mockskies.archives.photograph_light import power_law, spread, star_colours
from mockskies.archives.photograph_rings import Rings
from mockskies.archives.photograph_surface import SURFACES

# Exponent of Minnaert's law of limb darkening: of clouds, and of ground, whose disc is nearly flat.
LIMB = {"bands": 1.05, "ice": 1.1, "ocean": 0.9, "desert": 0.8, "craters": 0.62}


@dataclass(frozen=True)
class Planet:
    """The truth of one planet.

    Attributes
    ----------
    form
        ``bands``, ``ice``, ``desert``, ``ocean`` or ``craters``.
    palette
        Row of the form's colours in `photograph_surface`.
    radius
        As a share of the shorter side.
    centre_y, centre_x
        Place from the centre of the picture, as shares of the shorter side.
    angle
        Of the axis from the vertical, in deg, clockwise.
    opening
        Latitude in deg of the centre of the disc.
    phase
        Angle between Sun and camera, in deg.
    lit_from
        Direction of the Sun on the picture, in deg from the right, counter-clockwise.
    oblateness
        One less the polar over the equatorial radius.
    turbulence
        How far weather moves a band, in radians of latitude; on solid ground its roughness, of about 1.
    storms
        Oval storms, or craters; on ice there are white clouds if any.
    rings
        Optical depth of rings; 0 for none.
    moons
        Small moons beside the planet.
    stars
        Stars behind it.
    """

    form: str
    palette: int
    radius: float
    centre_y: float
    centre_x: float
    angle: float
    opening: float
    phase: float
    lit_from: float
    oblateness: float
    turbulence: float
    storms: int
    rings: float
    moons: int
    stars: int


def draw_planet(stream: np.random.Generator) -> Planet:
    """Draw what a planet is to be."""
    form = str(stream.choice(["bands", "ice", "desert", "ocean", "craters"], p=[0.5, 0.1, 0.13, 0.12, 0.15]))
    giant = form in ("bands", "ice")
    ringed = giant and stream.random() < 0.45
    # So near that it fills much of the picture.
    near = not ringed and stream.random() < 0.12
    radius = (0.16, 0.24) if ringed else (0.6, 1.1) if near else (0.24, 0.46)
    # Giants are mostly seen nearly full, as from here.
    phase = abs(stream.normal(0, 12 if giant and stream.random() < 0.7 else 50))
    # Of a near one the upper side is seen.
    lit_from = stream.uniform(20, 160) if near else stream.uniform(0, 360)
    return Planet(
        form=form,
        palette=int(stream.choice(4, p=[0.4, 0.3, 0.15, 0.15])),
        radius=float(stream.uniform(*radius)),
        centre_y=float(stream.uniform(0.3, 0.7) if near else stream.normal(0, 0.015)),
        centre_x=float(stream.uniform(-0.3, 0.3) if near else stream.normal(0, 0.015)),
        angle=float(stream.normal(0, 20)),
        opening=float(stream.choice([-1, 1]) * stream.uniform(6, 27) if ringed else stream.normal(0, 8)),
        phase=float(min(phase, 75 if near else 110)),
        lit_from=float(lit_from),
        oblateness=float(stream.uniform(0.03, 0.1)) if giant else 0.0,
        turbulence=float(stream.uniform(0.012, 0.045) if giant else stream.uniform(0.5, 1)),
        storms=int(stream.poisson({"bands": 5, "ice": 1, "craters": 120}.get(form, 0))),
        rings=float(stream.uniform(0.5, 1.5)) if ringed else 0.0,
        moons=int(stream.poisson(0.6)) if giant else 0,
        stars=int(10 ** stream.uniform(1, 2.3)) if stream.random() < 0.5 else 0,
    )


def planet_light(planet: Planet, shape: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """Light of a planet, its rings, its moons and the stars behind: ``(3, y, x)``."""
    height, width = shape
    side = min(shape)
    scale = np.float32(planet.radius * side)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    up = np.float32(height / 2 + planet.centre_y * side) / scale - y / scale
    right = x / scale - np.float32(width / 2 + planet.centre_x * side) / scale
    axis, sun = _axis(planet), _sun(planet)
    light = _stars(planet, shape, stream)
    _add_moons(light, planet, right, up, sun, stream)
    # From numbers of their own: with and without them the planet is the same.
    rings = Rings(planet.rings, axis, sun, 1 / scale, stream.spawn(1)[0]) if planet.rings else None
    if rings:
        ring_light, cover, depth = rings.seen(right, up)
        light = light * (1 - cover) + ring_light
    body, part = _disc(planet, right, up)
    limb = np.hypot(body[0], body[1])
    # Soft over a pixel.
    edge = np.clip((1 - limb) * scale + 0.5, 0, 1)
    face = _face(planet, body, axis, sun, 1 / scale, rings, stream)
    light[:, *part] = light[:, *part] * (1 - edge) + face * edge
    if planet.form in ("ocean", "desert"):
        light[:, *part] += _air(planet, body, limb, sun)
    if rings:
        before = (depth > 0) & (np.hypot(right, up) < 1.1)
        light = np.where(before, light * (1 - cover) + ring_light, light)
    return light


def _axis(planet: Planet) -> np.ndarray:
    """Direction of the north pole."""
    turn, tilt = np.deg2rad(planet.angle), np.deg2rad(planet.opening)
    return np.array([np.sin(turn) * np.cos(tilt), np.cos(turn) * np.cos(tilt), np.sin(tilt)], np.float32)


def _sun(planet: Planet) -> np.ndarray:
    """Direction of the Sun."""
    phase, around = np.deg2rad(planet.phase), np.deg2rad(planet.lit_from)
    return np.array(
        [np.sin(phase) * np.cos(around), np.sin(phase) * np.sin(around), np.cos(phase)], np.float32
    )


def _disc(planet: Planet, right: np.ndarray, up: np.ndarray) -> tuple[np.ndarray, tuple[slice, ...]]:
    """Normals of the visible half, ``(3, y, x)``, and the part of the picture that they are of."""
    turn = np.deg2rad(planet.angle)
    flat = 1 - planet.oblateness * np.cos(np.deg2rad(planet.opening)) ** 2
    along = (right * np.sin(turn) + up * np.cos(turn)) * np.float32(1 / flat - 1)
    right, up = right + along * np.sin(turn), up + along * np.cos(turn)
    near = np.hypot(right, up) < 1.2
    rows, columns = (np.flatnonzero(near.any(axis=axis)) for axis in (1, 0))
    part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    right, up = right[part], up[part]
    return np.stack([right, up, np.sqrt(np.maximum(1 - right**2 - up**2, 0))]).astype(np.float32), part


def _face(
    planet: Planet,
    body: np.ndarray,
    axis: np.ndarray,
    sun: np.ndarray,
    pixel: float,
    rings: Rings | None,
    stream: np.random.Generator,
) -> np.ndarray:
    """Light of the disc: its colours, lit by Minnaert's law, under the shadow of rings."""
    middle = np.array([0, 0, 1], np.float32) - axis[2] * axis
    middle /= np.linalg.norm(middle)
    frame = np.stack([middle, np.cross(axis, middle), axis])
    places = np.einsum("ij,jyx->iyx", frame, body)
    places /= np.maximum(np.linalg.norm(places, axis=0), 1e-3)
    draw = SURFACES[planet.form]
    colour, height = draw(np.clip(places, -1, 1), planet.palette, planet.turbulence, planet.storms, stream)
    cosine = np.maximum(body[2], 0.02)
    normal = _leaned(body, height, pixel)
    towards = np.maximum(np.einsum("j,jyx->yx", sun, normal), 0)
    exponent = LIMB[planet.form]
    lit = towards**exponent * cosine ** (exponent - 1)
    if rings:
        lit = lit * rings.shadow(body)
    return 1.6 * colour * lit + 0.002


def _leaned(body: np.ndarray, height: np.ndarray, pixel: float) -> np.ndarray:
    """Normals leaned by the slopes of the ground; ``height`` and the side of a ``pixel`` are in radii."""
    down, right = np.gradient(height, pixel)
    leaned = body.copy()
    # At the limb slopes are foreshortened and would seem too steep.
    leaned[0] -= right * body[2]
    leaned[1] += down * body[2]
    return leaned / np.maximum(np.linalg.norm(leaned, axis=0), 1e-3)


def _air(planet: Planet, body: np.ndarray, limb: np.ndarray, sun: np.ndarray) -> np.ndarray:
    """Light scattered by air: a thin ring around the disc, and haze towards its limb."""
    colour = np.array((0.35, 0.6, 1.0) if planet.form == "ocean" else (0.8, 0.6, 0.45), np.float32)
    lit = np.clip(np.einsum("j,jyx->yx", sun, body / np.maximum(limb, 1)) + 0.15, 0, None)
    haze = np.where(limb < 1, 0.7 * limb**8, 0.7 * np.exp(-np.maximum(limb - 1, 0) / 0.018))
    strength = 1.0 if planet.form == "ocean" else 0.25
    return strength * colour[:, None, None] * haze * lit


def _add_moons(
    light: np.ndarray,
    planet: Planet,
    right: np.ndarray,
    up: np.ndarray,
    sun: np.ndarray,
    stream: np.random.Generator,
) -> None:
    """Add small moons near the plane of the equator to ``light``."""
    turn = np.deg2rad(planet.angle)
    for _ in range(planet.moons):
        along, across = stream.choice([-1, 1]) * stream.uniform(1.15, 2.5), stream.normal(0, 0.25)
        size = stream.uniform(0.015, 0.045)
        x = (right - along * np.cos(turn) - across * np.sin(turn)) / size
        y = (up + along * np.sin(turn) - across * np.cos(turn)) / size
        inside = x**2 + y**2 < 1
        z = np.sqrt(np.maximum(1 - x**2 - y**2, 0))
        lit = np.maximum(x * sun[0] + y * sun[1] + z * sun[2], 0) ** 0.7
        tint = star_colours(np.array([stream.uniform(4000, 6500)]))[:, :, None]
        light[:] = np.where(inside, 1.3 * tint * lit, light)


def _stars(planet: Planet, shape: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """Stars behind: ``(3, y, x)``."""
    number = planet.stars
    y, x = stream.uniform(0, shape[0] - 1, number), stream.uniform(0, shape[1] - 1, number)
    colours = star_colours(stream.uniform(3400, 12000, number))
    return spread(shape, y, x, power_law(number, 2, 1.0, stream), colours, 0.6 + min(shape) / 1400, 0.01, 0)
