"""Simulated photographs of nebulae: clouds of gas with dust before them, pillars of dust, and shells."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from mockskies.archives.photograph_light import places, power_law, reddened, spread, star_colours
from mockskies.archives.photograph_noise import filaments, fractal, standard, turbulent

# Colours of gas from the most to the least ionised, as photographs show them: narrow bands in the order of
# wavelength, natural colours with reflected starlight, and others seen in collections.
PALETTES = {
    "narrow_bands": ((0.25, 0.75, 0.85), (0.85, 0.62, 0.22), (0.75, 0.25, 0.12)),
    "hydrogen": ((0.55, 0.6, 0.95), (0.95, 0.35, 0.45), (0.7, 0.12, 0.15)),
    "oxygen": ((0.3, 0.85, 0.75), (0.35, 0.5, 0.75), (0.85, 0.35, 0.25)),
    "violet": ((0.6, 0.75, 1.0), (0.6, 0.4, 0.85), (0.85, 0.45, 0.3)),
    "dusty": ((0.6, 0.78, 1.0), (0.8, 0.55, 0.4), (0.75, 0.35, 0.15)),
}


@dataclass(frozen=True)
class Nebula:
    """The truth of one nebula.

    Attributes
    ----------
    form
        ``cloud``, ``pillars`` or ``shell``.
    palette
        A key of `PALETTES`.
    slope
        Of the power of the turbulence, as of `photograph_noise.fractal`.
    contrast
        Scatter of the logarithm of the gas's light.
    dust
        Optical depth of lanes a standard deviation thicker than the thinnest, or of pillars.
    extent
        Radius as a share of the shorter side.
    source_y, source_x
        Place of the ionising stars, from the centre, as shares of the shorter side.
    stars
        Stars of the field; of clouds and pillars as many hot ones as a sixth of them, of a shell one.
    spikes
        Light of diffraction spikes next to a star's core, as a share of its peak.
    angle
        Of a spike, and of the long axis of a shell, in deg.
    axis_ratio, waist
        Of a shell: minor over major axis; how far its sides are drawn in, from 0, round, to 1, two lobes.
    """

    form: str
    palette: str
    slope: float
    contrast: float
    dust: float
    extent: float
    source_y: float
    source_x: float
    stars: int
    spikes: float
    angle: float
    axis_ratio: float
    waist: float


def draw_nebula(stream: np.random.Generator) -> Nebula:
    """Draw what a nebula is to be."""
    form = str(stream.choice(["cloud", "pillars", "shell"], p=[0.5, 0.22, 0.28]))
    shell = form == "shell"
    source = (-stream.uniform(0.3, 0.6), stream.uniform(-0.4, 0.4))
    if form == "cloud":
        source = tuple(stream.uniform(-0.2, 0.2, 2))
    return Nebula(
        form=form,
        palette=str(stream.choice(list(PALETTES))),
        slope=float(stream.uniform(3.5, 4.1)),
        contrast=float(stream.uniform(0.4, 0.75)),
        dust=float({"cloud": stream.uniform(0.3, 1.6), "pillars": stream.uniform(2, 3.5), "shell": 0}[form]),
        extent=float(stream.uniform(0.2, 0.36) if shell else stream.uniform(0.5, 0.9)),
        source_y=0.0 if shell else float(source[0]),
        source_x=0.0 if shell else float(source[1]),
        stars=int(10 ** stream.uniform(1.7, 2.9)),
        spikes=float(stream.uniform(0.02, 0.08)),
        angle=float(stream.uniform(0, 90)),
        axis_ratio=float(stream.uniform(0.6, 1)) if shell else 1.0,
        waist=float(stream.choice([0, stream.uniform(0.4, 0.9)], p=[0.65, 0.35])) if shell else 0.0,
    )


def nebula_light(nebula: Nebula, shape: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """Light of a nebula and its stars: ``(3, y, x)``."""
    if nebula.form == "shell":
        return _shell(nebula, shape, stream) + _stars(nebula, nebula.stars, 1, shape, stream)
    gas = _gas(nebula, shape, stream)
    depth = nebula.dust * _dust(nebula, shape, stream)
    rims = _rims(nebula, depth, shape)
    # Half of the stars lie before the dust.
    behind, before = (_stars(nebula, nebula.stars // 2, nebula.stars // 12, shape, stream) for _ in range(2))
    # Dust scatters a little of what falls on it.
    haze = (
        0.1
        * (1 - np.exp(-depth))
        * np.exp(0.6 * fractal(shape, 3.5, 0.5 * min(shape), stream))
        * np.array([0.8, 0.55, 0.45], np.float32)[:, None, None]
    )
    return reddened(gas + behind, depth) + gas.mean() * rims + haze + before


def _gas(nebula: Nebula, shape: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """Light of gas without dust: thin far from the stars, and less ionised there."""
    side = min(shape)
    distance = _distance(nebula, shape)
    density = turbulent(shape, nebula.slope, side, 0.05 * side, stream)
    wisps = filaments(turbulent(shape, nebula.slope, 0.5 * side, 0.05 * side, stream), 0.35)
    envelope = np.exp(-((distance / nebula.extent) ** 2))
    brightness = np.exp(1.3 * nebula.contrast * density) * (0.12 + envelope) * (0.75 + 0.6 * wisps)
    ionised = distance / nebula.extent - 0.35 + 0.35 * fractal(shape, 3.6, side, stream) - 0.15 * density
    return 0.75 * brightness * _coloured(nebula, ionised)


def _coloured(nebula: Nebula, ionised: np.ndarray) -> np.ndarray:
    """Colours from the palette's first at 0 over its second at 0.5 to its third at 1: ``(3, y, x)``."""
    colours = np.array(PALETTES[nebula.palette], np.float32)
    return np.stack([np.interp(ionised, [0, 0.5, 1], band).astype(np.float32) for band in colours.T])


def _distance(nebula: Nebula, shape: tuple[int, int]) -> np.ndarray:
    """Distance from the ionising stars as a share of the shorter side."""
    y, x = places(shape)
    return np.hypot(y - nebula.source_y, x - nebula.source_x)


def _dust(nebula: Nebula, shape: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """Dust's column: lanes through a cloud, or pillars that stand up from below, of sharp edges."""
    side = min(shape)
    if nebula.form == "cloud":
        lanes = turbulent(shape, nebula.slope - 0.2, 0.8 * side, 0.06 * side, stream)
        return np.maximum(lanes - 0.2, 0) ** 1.3
    y, _ = places(shape)
    along = fractal(shape, 3.8, 0.5 * side, stream, stretch=(3, 1))
    detail = turbulent(shape, 3.4, 0.4 * side, 0.04 * side, stream)
    height = along + 0.35 * detail + 2.6 * y - 0.4
    # As thick within as at a short way from the edge, so that light falls on edges only.
    return 0.5 + 0.5 * np.tanh(height / 0.3) + 0.25 * np.maximum(height + 0.6 * detail, 0)


def _rims(nebula: Nebula, depth: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Edges of dust that face the stars, where their light burns it off: ``(3, y, x)``."""
    y, x = places(shape)
    down, right = nebula.source_y - y, nebula.source_x - x
    length = np.hypot(down, right) + 0.05
    smooth = ndimage.gaussian_filter(depth, min(shape) / 250, truncate=3)
    dy, dx = np.gradient(smooth)
    facing = np.maximum(-(dy * down + dx * right) / length, 0) * np.exp(-0.35 * smooth)
    lit = min(shape) / 100 * facing / (0.3 + length)
    return lit * np.array([1.0, 0.75, 0.5], np.float32)[:, None, None]


def _shell(nebula: Nebula, shape: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """Shells of gas, each ion's around the next, as thick as a line of sight through them is long."""
    side = min(shape)
    y, x = places(shape)
    turn = np.deg2rad(nebula.angle)
    along = x * np.cos(turn) + y * np.sin(turn)
    across = (y * np.cos(turn) - x * np.sin(turn)) / nebula.axis_ratio
    azimuth = np.arctan2(across, along)
    wobble = fractal(shape, 4.0, 0.5 * side, stream)
    form = 1 - nebula.waist * np.sin(azimuth) ** 2 * 0.75
    radius = np.hypot(along, across) / (nebula.extent * form) * (1 + 0.06 * wobble)
    light = np.zeros((3, *shape), np.float32)
    colours = PALETTES[nebula.palette]
    for colour, outer, inner, strength in zip(
        colours, (0.78, 0.95, 1.1), (0.35, 0.62, 0.85), (0.7, 0.8, 0.9), strict=True
    ):
        threads = filaments(turbulent(shape, nebula.slope, 0.25 * side, 0.05 * side, stream), 0.35)
        clumps = np.exp(nebula.contrast * turbulent(shape, nebula.slope, 0.3 * side, 0.04 * side, stream))
        path = np.sqrt(np.maximum(outer**2 - radius**2, 0)) - np.sqrt(np.maximum(inner**2 - radius**2, 0))
        gas = strength * ndimage.gaussian_filter(path, side / 250, truncate=3) * clumps * (0.5 + threads)
        light += np.array(colour, np.float32)[:, None, None] * gas
    halo = 0.12 * np.exp(-((radius / 1.5) ** 2)) * np.exp(0.5 * standard(wobble + filaments(wobble, 0.3)))
    return 1.6 * light + halo * np.array(colours[2], np.float32)[:, None, None]


def _stars(
    nebula: Nebula, field: int, hot: int, shape: tuple[int, int], stream: np.random.Generator
) -> np.ndarray:
    """Stars of the ``field``, and ``hot`` ones around the place of the ionising ones: ``(3, y, x)``."""
    sides, source = np.array(shape)[:, None], np.array([[nebula.source_y], [nebula.source_x]])
    scatter = 0.0 if nebula.form == "shell" else 0.12
    around = sides / 2 + min(shape) * (source + scatter * stream.standard_normal((2, hot)))
    at = np.concatenate([stream.uniform(0, sides, (2, field)), around], axis=1)
    peaks = np.concatenate([power_law(field, 12, 0.9, stream), 3 * power_law(hot, 25, 0.7, stream)])
    temperatures = np.concatenate([stream.uniform(3300, 9000, field), stream.uniform(9000, 25000, hot)])
    inside = ((at > 0) & (at < sides - 1)).all(axis=0)
    colours = star_colours(temperatures[inside], 1.1)
    width = 0.7 + min(shape) / 1000
    return spread(shape, *at[:, inside], peaks[inside], colours, width, nebula.spikes, nebula.angle)
