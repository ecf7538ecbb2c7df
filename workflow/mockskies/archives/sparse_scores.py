"""What frames a simulated archive holds, and what each is worth: the score falls as they are degraded."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from mockskies.archives.sparse_frame import Frame

# Quantiles of the real scores of frames that are not noise, by level of background.
PROBABILITIES = (0, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 0.99, 1)
SCORES = (
    (1.01, 1.17, 1.21, 1.28, 1.36, 1.44, 1.56, 1.71, 1.97, 2.32, 2.76, 3.34, 4.19, 4.82, 6.25),
    (0.27, 0.31, 0.37, 0.50, 0.71, 0.92, 1.19, 1.55, 1.93, 2.43, 2.85, 3.43, 4.33, 4.93, 5.99),
    (0.26, 0.29, 0.32, 0.45, 0.59, 0.72, 0.90, 1.14, 1.43, 1.71, 2.05, 2.54, 3.30, 3.61, 3.99),
    (0.25, 0.26, 0.27, 0.33, 0.42, 0.51, 0.63, 0.76, 0.96, 1.11, 1.32, 1.64, 1.94, 2.09, 2.46),
)
# Share of scored frames that are noise, of those that are clouds, and of the others by background.
NOISY, CLOUDED = 0.046, 0.073
BACKGROUNDS = (0.722, 0.133, 0.117, 0.028)
REAL_BACKGROUNDS = (0.8, 0.11, 0.09)
# Of the others again: share with faint noise behind the galaxies, with naive galaxies, and out of focus.
FAINTLY_NOISY, NAIVE, BLURRED = 0.035, 0.016, 0.012
# Scores of frames that are all naive, or blurred beyond hope.
NAIVE_SCORE, BLURRED_SCORE = 0.35, 0.30
# Scatter of the number of galaxies from frame to frame, beyond chance; in the logarithm.
CROWDING = 0.06
# Share of clouded frames with galaxies in front.
SHINING = 0.4
# Noise, in levels, that halves a score.
HALVING = 0.36


@dataclass(frozen=True)
class Population:
    """Frames of one background.

    Attributes
    ----------
    background, galaxies
        `Frame`'s attributes of these names.
    width, slope, hardness, roughness
        Median and scatter of `Frame`'s attributes of these names, in the logarithm; the hardness is
        that above 1.
    specks
        Median and scatter in the logarithm.
    weights
        Of width, slope, hardness and roughness in the score, whose squares sum to 1.
    """

    background: float
    galaxies: float
    width: tuple[float, float]
    slope: tuple[float, float]
    hardness: tuple[float, float]
    roughness: tuple[float, float]
    specks: tuple[float, float]
    weights: tuple[float, float, float, float]

    def draw(self, stream: np.random.Generator) -> Frame:
        """A frame without further degradation."""
        crowding, width, slope, hardness, roughness, specks = np.clip(stream.standard_normal(6), -2.8, 2.8)
        return Frame(
            background=self.background,
            galaxies=self.galaxies * np.exp(CROWDING * crowding),
            width=self.width[0] * np.exp(self.width[1] * width),
            slope=self.slope[0] * np.exp(self.slope[1] * slope),
            hardness=1 + self.hardness[0] * np.exp(self.hardness[1] * hardness),
            roughness=self.roughness[0] * np.exp(self.roughness[1] * roughness),
            specks=int(min(self.specks[0] * np.exp(self.specks[1] * specks), 3000)),
        )

    def merit(self, frame: Frame) -> float:
        """Standing of a frame among those of its background, a unit Gaussian over them."""
        standing = (
            np.log(frame.width / self.width[0]) / self.width[1],
            np.log(frame.slope / self.slope[0]) / self.slope[1],
            np.log((frame.hardness - 1) / self.hardness[0]) / self.hardness[1],
            np.log(frame.roughness / self.roughness[0]) / self.roughness[1],
        )
        return float(np.dot(self.weights, standing))


POPULATIONS = (
    Population(
        0.0, 58.0, (1.10, 0.09), (0.70, 0.20), (0.6, 0.9), (0.8, 0.6), (3.0, 2.4), (0.52, 0.42, -0.45, -0.60)
    ),
    Population(
        0.95,
        59.0,
        (1.33, 0.045),
        (0.75, 0.22),
        (0.6, 0.9),
        (0.8, 0.6),
        (32.0, 1.8),
        (-0.20, -0.65, -0.45, -0.58),
    ),
    Population(
        1.90,
        62.0,
        (1.34, 0.045),
        (0.78, 0.22),
        (0.6, 0.9),
        (0.8, 0.6),
        (23.0, 1.8),
        (-0.20, -0.65, -0.45, -0.58),
    ),
    Population(
        2.72,
        70.0,
        (1.32, 0.045),
        (0.75, 0.22),
        (0.6, 0.9),
        (0.8, 0.6),
        (3.0, 2.0),
        (-0.20, -0.65, -0.45, -0.58),
    ),
)


def score(frame: Frame) -> float:
    """Realism of a frame, from 0 to 6.25."""
    if frame.cloud_level > 0:
        return 4e-4 + 0.04 / frame.cloud_level
    merit = POPULATIONS[round(frame.background)].merit(frame)
    value = float(np.interp(ndtr(merit), PROBABILITIES, SCORES[round(frame.background)]))
    value -= frame.naive * max(value - NAIVE_SCORE, 0)
    sharp = np.exp(1 - frame.blur)
    value -= (1 - sharp) * max(value - BLURRED_SCORE, 0)
    # Noise above all galaxies but the brightest leaves a thousandth.
    faded = value / (1 + (frame.noise / HALVING) ** 4)
    return faded if frame.noise < 1 else min(faded, 0.08 * frame.noise**-1.7)


def draw_scored(stream: np.random.Generator) -> Frame:
    """A frame as the scored and the query set hold them."""
    kind = stream.random()
    background = int(stream.choice(len(BACKGROUNDS), p=BACKGROUNDS))
    if kind < NOISY:
        return replace(POPULATIONS[0].draw(stream), noise=stream.uniform(1.6, 19.5))
    if kind < NOISY + CLOUDED:
        return _clouded(stream)
    frame = POPULATIONS[background].draw(stream)
    fault = stream.random()
    if fault < FAINTLY_NOISY:
        return replace(frame, noise=stream.uniform(0.13, 0.5))
    if fault < FAINTLY_NOISY + NAIVE:
        return replace(frame, naive=stream.uniform(0.3, 1))
    if fault < FAINTLY_NOISY + NAIVE + BLURRED:
        return replace(frame, blur=1 + stream.exponential(1.2))
    return frame


def draw_real(stream: np.random.Generator) -> Frame:
    """A frame as those labelled real: no noise, and the better half of those with a raised background."""
    background = int(stream.choice(3, p=REAL_BACKGROUNDS))
    while True:
        frame = POPULATIONS[background].draw(stream)
        if background == 0 or POPULATIONS[background].merit(frame) > 0:
            return frame


def draw_fake(stream: np.random.Generator) -> Frame:
    """A frame as those labelled unreal: naive, out of focus, noise or clouds."""
    kind = stream.integers(4)
    frame = POPULATIONS[0].draw(stream)
    if kind == 0:
        return replace(frame, naive=1.0)
    if kind == 1:
        return replace(frame, blur=1 + stream.uniform(1, 4))
    if kind == 2:
        return replace(frame, noise=stream.uniform(0.4, 19.5))
    return _clouded(stream)


def _clouded(stream: np.random.Generator) -> Frame:
    """A frame whose sky is clouds."""
    frame = POPULATIONS[0].draw(stream)
    return replace(
        frame,
        galaxies=frame.galaxies * (stream.random() < SHINING),
        noise=float(np.exp(stream.uniform(*np.log((0.3, 6))))),
        cloud_level=stream.uniform(10, 235),
        cloud_height=float(np.exp(stream.uniform(*np.log((4, 30))))),
        cloud_scale=float(np.exp(stream.uniform(*np.log((15, 150))))),
    )
