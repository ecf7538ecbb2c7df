"""How volunteers would have voted on a simulated galaxy whose truth is known.

Each of 45 volunteers walks the decision tree; what one answers is drawn with chances that follow from the
truth and from how well the seeing shows it. Fractions are counts over 45, so that they are the
competition's sums.
"""

import numpy as np

from mockskies.archives.galaxies import Galaxy
from mockskies.archives.vote_tree import QUESTIONS

VOLUNTEERS = 45
STAR = 0.02  # share of "star or artifact", whatever is shown
SLIP = 0.03  # share of any other answer


def draw_votes(galaxy: Galaxy, petro_r90: float, stream: np.random.Generator) -> dict[str, float]:
    """Fractions in the competition's columns; ``petro_r90`` in arcsec."""
    chances = answer_chances(galaxy, petro_r90)
    counts = {}
    for question in QUESTIONS:
        voters = VOLUNTEERS if question.after is None else counts[question.after]
        drawn = stream.multinomial(voters, chances[question.number])
        counts |= dict(zip(question.columns, drawn.tolist(), strict=True))
    return {column: count / VOLUNTEERS for column, count in counts.items()}


def answer_chances(galaxy: Galaxy, petro_r90: float) -> dict[int, np.ndarray]:
    """Chance of each answer to each question, for a volunteer who has reached it; each sums to 1."""
    seen = _rise(petro_r90 / galaxy.seeing, 4.0, 1.0)  # how well details show
    edge_on = 0.95 if galaxy.type == "edge_on" else 0.5 * _rise(0.36 - galaxy.axis_ratio, 0, 0.04)
    arms = galaxy.arm_strength * (0.35 + 0.65 * seen)
    features = {
        "elliptical": 0.06,
        "disc": 0.25 + 0.35 * galaxy.bar_strength * seen,
        "spiral": 0.35 + 0.6 * arms,
        "edge_on": 0.82,
        "irregular": 0.55 + 0.3 * seen,
    }[galaxy.type]
    if galaxy.oddity in ("ring", "disturbed"):
        features = max(features, 0.65)
    odd = {"none": 0.06, "irregular": 0.75, "merger": 0.8, "disturbed": 0.7, "ring": 0.6, "dust_lane": 0.5}
    odd_answers = ("ring", "lens", "disturbed", "irregular", "other", "merger", "dust_lane")
    chances = {
        1: [1 - features, features, STAR],
        2: [edge_on, 1 - edge_on],
        3: [galaxy.bar_strength * (0.5 + 0.5 * seen), 1 - galaxy.bar_strength * (0.5 + 0.5 * seen)],
        4: [arms, 1 - arms],
        5: _along(galaxy.bulge_fraction, (0.0, 0.12, 0.32, 0.7), 0.08),
        6: [odd[galaxy.oddity], 1 - odd[galaxy.oddity]],
        7: _along(galaxy.axis_ratio, (0.95, 0.65, 0.25), 0.14),
        8: [float(galaxy.oddity == answer) for answer in odd_answers],
        9: [_rise(galaxy.bulge_fraction, 0.12, 0.04), 0.08, 1 - _rise(galaxy.bulge_fraction, 0.12, 0.04)],
        10: _along(galaxy.pitch, (11.0, 20.0, 30.0), 4.0),
        11: [0.9 * (galaxy.arms == number) for number in (1, 2, 3, 4)] + [0.05, 0.1 + 0.4 * (1 - seen)],
    }
    return {number: _with_slips(np.array(values, float)) for number, values in chances.items()}


def _rise(value: float, middle: float, width: float) -> float:
    """From 0 to 1 as ``value`` passes ``middle``."""
    return float(1 / (1 + np.exp(-np.clip((value - middle) / width, -50, 50))))


def _along(value: float, places: tuple[float, ...], width: float) -> np.ndarray:
    """Chances of answers that stand in order, each chosen the more the nearer ``value`` is to its place."""
    distance = np.abs(value - np.array(places)) / width
    return np.exp(-0.5 * (distance**2 - distance.min() ** 2))


def _with_slips(chances: np.ndarray) -> np.ndarray:
    """Normalised, with a share of answers given at random."""
    equal = np.full(len(chances), 1 / len(chances))
    return (1 - SLIP) * chances / chances.sum() + SLIP * equal if chances.any() else equal
