"""What a simulated galaxy of Galaxy Zoo is: its type, light, shape and colours, and what lies around it."""

from dataclasses import dataclass

import numpy as np

# Shares of the types among bright galaxies, roughly as in Galaxy Zoo 2 (Willett et al. 2013, section 4).
TYPES = {"elliptical": 0.36, "disc": 0.17, "spiral": 0.32, "edge_on": 0.09, "irregular": 0.06}

# The sample: r < 17 mag, brighter galaxies rarer by 10^0.6 a magnitude; petroR90 of at least 3 arcsec.
BRIGHTEST, FAINTEST = 13.0, 17.0

# Mean surface brightness in r within the half-light radius (mag/arcsec^2), with its scatter; g-r and r-i of
# the old light, with the scatter of g-r.
SURFACE_BRIGHTNESS = {
    "elliptical": (20.05, 0.45),
    "disc": (20.4, 0.45),
    "spiral": (21.15, 0.4),
    "edge_on": (20.6, 0.4),
    "irregular": (21.4, 0.4),
}
GREEN_RED = {"elliptical": 0.84, "disc": 0.74, "spiral": 0.6, "edge_on": 0.72, "irregular": 0.55}
COLOUR_SCATTER = 0.06

# Sizes beyond which a frame would be nearly all of an SDSS field (arcsec).
LARGEST = 14.0


@dataclass(frozen=True)
class Galaxy:
    """The truth of one galaxy.

    Attributes
    ----------
    type
        One of `TYPES`.
    magnitude
        AB, in r.
    radius
        Half-light radius along the major axis, in arcsec: the elliptical's, or the disc's.
    sersic
        Index of the elliptical or of the bulge.
    axis_ratio, position_angle
        Minor over major axis; major axis from the horizontal, counter-clockwise with row 0 on top, in deg,
        in [0, 180).
    bulge_fraction, bulge_radius
        Share of the light in r; half-light radius in arcsec. Without a disc, 1 and ``radius``.
    old_colour, young_colour
        g-r of bulge and bar, and of arms and clumps, in mag; a disc lies between.
    arms, pitch, winding
        Number of spiral arms, 0 for none; pitch angle in deg; sense, 1 or -1.
    arm_strength, bar_strength
        From 0, none, to 1.
    bar_length
        Half of the bar, in arcsec.
    clumpiness
        Scatter of the logarithm of the disc's light in clumps.
    lopsidedness
        Share by which one side of the disc outshines the other.
    oddity
        What is odd: ``none``, ``ring``, ``disturbed``, ``merger``, ``irregular`` or ``dust_lane``.
    seeing
        Full width at half maximum of the point spread function, in arcsec.
    """

    type: str
    magnitude: float
    radius: float
    sersic: float
    axis_ratio: float
    position_angle: float
    bulge_fraction: float
    bulge_radius: float
    old_colour: float
    young_colour: float
    arms: int
    pitch: float
    winding: int
    arm_strength: float
    bar_strength: float
    bar_length: float
    clumpiness: float
    lopsidedness: float
    oddity: str
    seeing: float


def draw_galaxy(stream: np.random.Generator) -> Galaxy:
    """Draw one galaxy as the survey would have chosen it."""
    kind = str(stream.choice(list(TYPES), p=list(TYPES.values())))
    magnitude = max(BRIGHTEST, FAINTEST + np.log10(1 - stream.random()) / 0.6)
    mean, scatter = SURFACE_BRIGHTNESS[kind]
    # Half of the light on the circle of the mean surface brightness: 2.5 log10(2 pi r^2).
    radius = 10 ** ((stream.normal(mean, scatter) - magnitude - 2.5 * np.log10(2 * np.pi)) / 5)
    bulge = 1.0 if kind == "elliptical" else _bulge_fraction(kind, stream)
    axis_ratio = _axis_ratio(kind, stream)
    if kind in ("edge_on", "disc", "spiral"):
        radius /= np.sqrt(axis_ratio) ** 0.7  # inclined, the same disc looks brighter, not smaller
    radius = float(np.clip(radius, 1.4, LARGEST))
    old = stream.normal(GREEN_RED[kind], COLOUR_SCATTER)
    spiral = kind == "spiral"
    barred = stream.random() < {"spiral": 0.45, "disc": 0.2}.get(kind, 0)
    return Galaxy(
        type=kind,
        magnitude=float(magnitude),
        radius=radius,
        sersic=float(
            stream.choice([2.5, 3.0, 3.5, 4.0, 4.5] if kind == "elliptical" else [1.5, 2.0, 2.5, 3.0])
        ),
        axis_ratio=axis_ratio,
        position_angle=float(stream.uniform(0, 180)),
        bulge_fraction=bulge,
        bulge_radius=radius if bulge == 1 else float(radius * stream.uniform(0.12, 0.3)),
        old_colour=float(old),
        young_colour=float(old - stream.uniform(0.35, 0.6)),
        arms=int(stream.choice([1, 2, 3, 4], p=[0.05, 0.68, 0.15, 0.12])) if spiral else 0,
        pitch=float(stream.uniform(10, 32)),
        winding=int(stream.choice([-1, 1])),
        arm_strength=float(stream.uniform(0.45, 1)) if spiral else 0.0,
        bar_strength=float(stream.uniform(0.4, 1)) if barred else 0.0,
        bar_length=float(radius * stream.uniform(0.45, 0.8)),
        clumpiness=_clumpiness(kind, stream),
        lopsidedness=float(abs(stream.normal(0, 0.35 if kind == "irregular" else 0.1))),
        oddity=_oddity(kind, stream),
        seeing=float(np.clip(stream.lognormal(np.log(1.15), 0.12), 0.85, 1.7)),
    )


def _bulge_fraction(kind: str, stream: np.random.Generator) -> float:
    if kind == "irregular":
        return 0.0
    low, high = {"disc": (0.2, 0.55), "spiral": (0.03, 0.35), "edge_on": (0.05, 0.35)}[kind]
    return float(stream.uniform(low, high))


def _axis_ratio(kind: str, stream: np.random.Generator) -> float:
    """Minor over major axis: a disc of thickness 0.2 seen from anywhere, an elliptical of any roundness."""
    if kind == "edge_on":
        return float(stream.uniform(0.12, 0.24))
    if kind == "elliptical":
        return float(np.clip(1 - abs(stream.normal(0.05, 0.2)), 0.4, 1))
    inclined = stream.uniform(0.4, 1.0)
    return float(np.sqrt(inclined**2 * (1 - 0.2**2) + 0.2**2))


def _clumpiness(kind: str, stream: np.random.Generator) -> float:
    low, high = {
        "elliptical": (0.0, 0.0),
        "disc": (0.0, 0.15),
        "spiral": (0.2, 0.6),
        "edge_on": (0.05, 0.3),
        "irregular": (0.25, 0.5),
    }[kind]
    return float(stream.uniform(low, high))


def _oddity(kind: str, stream: np.random.Generator) -> str:
    draw = stream.random()
    if kind == "irregular":
        return "irregular"
    if kind == "edge_on":
        return "dust_lane" if draw < 0.35 else "none"
    if draw < 0.04:
        return "merger"
    if draw < 0.07 and kind != "elliptical":
        return "disturbed"
    return "ring" if draw < 0.13 and kind in ("disc", "spiral") else "none"
