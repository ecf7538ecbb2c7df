"""Faces of simulated planets: bands of cloud with storms, deserts, oceans under weather, and craters.

Places on a planet are unit vectors, ``(3, y, x)``: towards the middle of the visible side, to the east of it,
and towards the north pole. A face is its colour, ``(3, y, x)``, and its height, ``(y, x)``, in radii.
"""

import numpy as np
from scipy import ndimage
from scipy.special import expit

from mockskies.archives.photograph_noise import Solid, filaments

# Colours of bands by their place in the belts, and of storms.
BANDS = (
    ((0.55, 0.33, 0.2), (0.85, 0.66, 0.45), (0.95, 0.88, 0.76), (0.8, 0.78, 0.78)),
    ((0.72, 0.55, 0.33), (0.88, 0.74, 0.48), (0.96, 0.88, 0.66), (0.9, 0.82, 0.64)),
    ((0.2, 0.28, 0.5), (0.4, 0.55, 0.75), (0.75, 0.85, 0.92), (0.5, 0.62, 0.85)),
    ((0.45, 0.22, 0.3), (0.75, 0.45, 0.42), (0.92, 0.75, 0.65), (0.7, 0.55, 0.65)),
)
STORMS = ((0.8, 0.36, 0.2), (0.98, 0.94, 0.85), (0.95, 0.97, 1.0), (0.95, 0.8, 0.7))
ICES = ((0.55, 0.8, 0.86), (0.25, 0.42, 0.85), (0.6, 0.85, 0.75), (0.45, 0.6, 0.85))
# Bright and dark ground of deserts.
DESERTS = (
    ((0.85, 0.5, 0.28), (0.38, 0.2, 0.13)),
    ((0.86, 0.68, 0.42), (0.5, 0.35, 0.22)),
    ((0.78, 0.33, 0.16), (0.25, 0.1, 0.08)),
    ((0.75, 0.62, 0.52), (0.36, 0.3, 0.28)),
)
# Sea, lowland and upland of planets with oceans.
OCEANS = (
    ((0.02, 0.1, 0.28), (0.12, 0.28, 0.1), (0.48, 0.38, 0.24)),
    ((0.02, 0.16, 0.3), (0.3, 0.28, 0.12), (0.6, 0.47, 0.3)),
    ((0.05, 0.2, 0.3), (0.2, 0.25, 0.2), (0.45, 0.45, 0.45)),
    ((0.1, 0.08, 0.3), (0.35, 0.15, 0.3), (0.55, 0.4, 0.4)),
)
MOONS = (((0.62, 0.6, 0.57), (0.3, 0.29, 0.29)), ((0.7, 0.66, 0.58), (0.42, 0.35, 0.28)),
         ((0.6, 0.62, 0.66), (0.36, 0.38, 0.42)), ((0.75, 0.72, 0.6), (0.5, 0.36, 0.2)))  # fmt: skip


def bands(
    places: np.ndarray, palette: int, turbulence: float, storms: int, stream: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Belts and zones that weather moves by ``turbulence`` radians, and oval ``storms``."""
    latitude, longitude = np.arcsin(places[2]), np.arctan2(places[1], places[0])
    weather = Solid(4.2, 2.5, stream)
    latitude = latitude + turbulence * (
        weather(_stretched(places, 1, 3.0)) + 0.5 * weather(_stretched(places, 3.1, 8.0))
    )
    ovals = [_oval(latitude, longitude, stream) for _ in range(storms)]
    for depth, push in ovals:
        latitude = latitude + push * np.exp(-depth)
    grid = np.linspace(-1.8, 1.8, 1800)
    steps = ndimage.gaussian_filter1d(np.repeat(stream.uniform(0, 1, 36), 50), 12)
    fine = ndimage.gaussian_filter1d(stream.standard_normal(1800), 4)
    belt = np.interp(latitude, grid, steps + 0.12 * fine / fine.std())
    belt += 0.06 * weather(_stretched(places, 2, 24.0))
    colour = _ramp(BANDS[palette], belt)
    # Towards the poles hues fade.
    polar = np.clip(np.abs(places[2]) - 0.6, 0, 1) ** 1.5
    colour = colour * (1 - 0.9 * polar) + 0.45 * polar * colour.mean(axis=(1, 2))[:, None, None]
    for depth, push in ovals:
        within = expit(9 * (0.8 - depth))
        tint = np.array(STORMS[palette] if push.max() > 0.06 else (0.95, 0.93, 0.9), np.float32)
        swirl = 1 + 0.05 * np.sin(7 * np.sqrt(depth) + 3 * belt)
        colour += 0.85 * within * (tint[:, None, None] * swirl - colour)
    return colour, np.zeros(latitude.shape, np.float32)


def ice(
    places: np.ndarray, palette: int, turbulence: float, storms: int, stream: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Haze over faint bands, and white clouds."""
    weather = Solid(4.5, 3.0, stream)
    latitude = np.arcsin(places[2]) + turbulence * weather(_stretched(places, 1, 3.0))
    steps = ndimage.gaussian_filter1d(stream.standard_normal(600), 25)
    belt = np.interp(latitude, np.linspace(-1.8, 1.8, 600), steps / steps.std())
    colour = np.array(ICES[palette], np.float32)[:, None, None] * (1 + 0.06 * belt)
    clouds = np.maximum(weather(_stretched(places, 2.0, 14.0)) - 1.6, 0) * (storms > 0)
    return colour + 0.5 * clouds * (1 - colour), np.zeros(latitude.shape, np.float32)


def desert(
    places: np.ndarray, palette: int, turbulence: float, storms: int, stream: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Bright and dark ground, canyons and polar caps."""
    ground, relief = Solid(4.0, 3.0, stream), Solid(4.2, 1.5, stream)
    height = relief(places)
    bright = expit(2.5 * (ground(places) + 0.25 * height))
    canyons = filaments(ground(places[[1, 2, 0]] + 1.7), 0.04) * (height > 0)
    colour = _ramp(DESERTS[palette][::-1], bright) * (1 - 0.15 * canyons)
    cap = expit(40 * (np.abs(places[2]) - stream.uniform(0.85, 1.0) + 0.03 * height))
    colour = colour * (1 - cap) + 0.95 * cap
    return colour, 0.007 * turbulence * (height - 0.8 * canyons)


def ocean(
    places: np.ndarray, palette: int, turbulence: float, storms: int, stream: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Sea, land, polar caps and clouds."""
    land, cloud = Solid(4.4, 3.2, stream), Solid(4.0, 2.2, stream)
    height = land(places) - 0.25
    sea, low, high = (np.array(c, np.float32)[:, None, None] for c in OCEANS[palette])
    shore = expit(40 * height)
    upland = np.clip(height / 1.5 + 0.2 * cloud(places * 3), 0, 1)
    colour = (
        sea * (1 + 0.8 * np.exp(np.minimum(8 * height, 0))) * (1 - shore)
        + (low + (high - low) * upland) * shore
    )
    cap = expit(30 * (np.abs(places[2]) - 0.86 + 0.05 * height))
    colour = colour * (1 - cap) + 0.9 * cap
    # Weather is drawn out along the parallels and torn by eddies.
    eddy = land(places[[2, 0, 1]] * 1.5)
    moved = _stretched(places, 1, 1.8) + 0.1 * eddy
    cover = np.clip(0.55 * cloud(moved) + 0.3 * cloud(2.9 * moved) - 0.15, 0, 1) ** 0.8
    return colour * (1 - cover) + 0.95 * cover, 0.006 * turbulence * height * shore


def craters(
    places: np.ndarray, palette: int, turbulence: float, storms: int, stream: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Old ground with seas of lava, and as many craters as ``storms`` says, some with rays."""
    ground, relief = Solid(3.8, 3.0, stream), Solid(3.9, 1.2, stream)
    height = 0.006 * turbulence * relief(places)
    bright = expit(3 * (ground(places) + 0.5))
    colour = _ramp(MOONS[palette][::-1], bright + 0.08 * relief(places * 2))
    centres = stream.standard_normal((storms, 3)).astype(np.float32)
    centres[:, 0] = np.abs(centres[:, 0])
    centres /= np.linalg.norm(centres, axis=1)[:, None]
    radii = np.minimum(0.02 * (1 - stream.random(storms)) ** (-1 / 1.6), 0.25)
    for centre, radius in zip(centres, radii, strict=True):
        # The chord between unit vectors.
        distance = np.sqrt(np.maximum(2 - 2 * np.einsum("j,jyx->yx", centre, places), 0)) / np.float32(radius)
        bowl = np.where(distance < 1, distance**2 - 1, 0) * 0.25 + 0.14 * np.exp(
            -(((distance - 1) / 0.2) ** 2)
        )
        height += np.float32(radius) * bowl * 0.55
        if radius < 0.09 and stream.random() < 0.12:
            colour += 0.25 * np.exp(-distance / 3) * (1 - colour)
    return colour, height


SURFACES = {"bands": bands, "ice": ice, "desert": desert, "ocean": ocean, "craters": craters}


def _oval(
    latitude: np.ndarray, longitude: np.ndarray, stream: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Squared distance from a storm in its own size, and by how much bands give way to it, in radians."""
    at, size = stream.uniform(-0.9, 0.9), 0.025 * (1 - stream.random()) ** (-1 / 2.5)
    size = min(size, 0.13)
    east = (longitude - stream.uniform(-1.3, 1.3)) * np.cos(at) / (2 * size)
    north = (latitude - at) / size
    return east**2 + north**2, 0.9 * size * np.tanh(2 * north)


def _stretched(places: np.ndarray, along: float, across: float) -> np.ndarray:
    """Places at which a texture is sampled that is to be long along parallels."""
    return places * np.array([along, along, across], np.float32)[:, None, None]


def _ramp(colours: tuple[tuple[float, ...], ...], at: np.ndarray) -> np.ndarray:
    """Colours from the first at 0 to the last at 1: ``(3, y, x)``."""
    stops = np.linspace(0, 1, len(colours))
    return np.stack([np.interp(at, stops, band).astype(np.float32) for band in np.array(colours).T])
