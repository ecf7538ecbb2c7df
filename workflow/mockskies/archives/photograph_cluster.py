"""Simulated photographs of star clusters: old globular ones, and young open ones in a haze."""

from dataclasses import dataclass

import numpy as np

from mockskies.archives.photograph_light import power_law, spread, star_colours
from mockskies.archives.photograph_noise import turbulent


@dataclass(frozen=True)
class Cluster:
    """The truth of one star cluster.

    Attributes
    ----------
    form
        ``globular`` or ``open``.
    stars
        Members that are drawn, and as many again as ``field`` says around them.
    core, tidal
        Core and tidal radius of King's profile, as shares of the shorter side.
    giants
        Share of red giants among the members.
    field
        Stars of the field, as a share of the members.
    haze
        Brightness of gas around the stars.
    spikes
        Light of diffraction spikes next to a star's core, as a share of its peak.
    angle
        Of a spike, in deg.
    """

    form: str
    stars: int
    core: float
    tidal: float
    giants: float
    field: float
    haze: float
    spikes: float
    angle: float


def draw_cluster(stream: np.random.Generator) -> Cluster:
    """Draw what a cluster is to be."""
    old = stream.random() < 0.55
    return Cluster(
        form="globular" if old else "open",
        stars=int(10 ** (stream.uniform(3.6, 4.4) if old else stream.uniform(2.1, 2.8))),
        core=float(stream.uniform(0.05, 0.16) if old else stream.uniform(0.08, 0.2)),
        tidal=float(stream.uniform(0.6, 1.6)),
        giants=float(stream.uniform(0.05, 0.15) if old else stream.uniform(0, 0.08)),
        field=float(stream.uniform(0.02, 0.15) if old else stream.uniform(0.8, 3)),
        haze=float(0 if old else stream.uniform(0, 0.35)),
        spikes=float(stream.uniform(0.03, 0.09) if not old else stream.uniform(0, 0.05)),
        angle=float(stream.uniform(0, 90)),
    )


def cluster_light(cluster: Cluster, shape: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """Light of a cluster at the centre of a picture: ``(3, y, x)``."""
    side, sides = min(shape), np.array(shape)[:, None]
    radius = king_radii(cluster.stars, cluster.core, cluster.tidal, stream) * side
    azimuth = stream.uniform(0, 2 * np.pi, cluster.stars)
    around = int(cluster.field * cluster.stars)
    members = sides / 2 + radius * np.stack([np.sin(azimuth), np.cos(azimuth)])
    at = np.concatenate([members, stream.uniform(0, sides, (2, around))], axis=1)
    peaks, temperatures = _members(cluster, stream)
    peaks = np.concatenate([peaks, power_law(around, 3, 1.1, stream)])
    temperatures = np.concatenate([temperatures, stream.uniform(3300, 8000, around)])
    inside = ((at > 0) & (at < sides - 1)).all(axis=0)
    colours = star_colours(temperatures[inside], 1.3 if cluster.form == "globular" else 1.1)
    width = 0.75 + side / 900
    light = spread(shape, *at[:, inside], peaks[inside], colours, width, cluster.spikes, cluster.angle)
    if cluster.haze:
        gas = np.exp(0.9 * turbulent(shape, 3.5, side, 0.05 * side, stream))
        tint = star_colours(np.array([stream.choice([2600, 16000])]))[:, :, None]
        light += cluster.haze * 0.35 * gas * tint
    return light


def king_radii(count: int, core: float, tidal: float, stream: np.random.Generator) -> np.ndarray:
    """Distances of ``count`` stars from the centre, in the unit of the radii, by King's (1962) profile."""
    grid = np.linspace(0, tidal, 2000)
    edge = 1 / np.sqrt(1 + (tidal / core) ** 2)
    density = (1 / np.sqrt(1 + (grid / core) ** 2) - edge) ** 2
    within = np.cumsum(density * grid)
    return np.interp(stream.random(count), within / within[-1], grid)


def _members(cluster: Cluster, stream: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Peaks, and temperatures in K: giants are bright and red, of the others the bright ones are hot."""
    number = cluster.stars
    if cluster.form == "globular":
        peaks = power_law(number, 2.5, 1.0, stream)
        hot = stream.uniform(4800, 7500, number)
        giants = stream.random(number) < cluster.giants
        peaks[giants] = stream.uniform(0.3, 2.5, giants.sum())
        # Some of the bright ones are blue: the horizontal branch, and stragglers.
        blue = ~giants & (stream.random(number) < 0.05)
        peaks[blue] = stream.uniform(0.3, 0.9, blue.sum())
        hot[blue] = stream.uniform(9000, 14000, blue.sum())
    else:
        peaks = 2 * power_law(number, 40, 0.55, stream)
        hot = np.clip(6000 + 5000 * np.log10(peaks / 0.1), 5000, 20000)
        giants = stream.random(number) < cluster.giants
    hot[giants] = stream.uniform(3200, 4300, giants.sum())
    return peaks, hot
