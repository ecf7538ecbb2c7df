"""One seed, and a stream of random numbers for every consumer of it.

A stream is named by its consumer and numbered by what it is for, so neither the order of jobs nor
their number nor the size of chunks changes what is drawn.
"""

import hashlib

import numpy as np


def seed_sequence(seed: int, consumer: str, *index: int) -> np.random.SeedSequence:
    """Seed sequence of stream ``index`` of ``consumer`` under the configuration's ``seed``."""
    name = int.from_bytes(hashlib.sha256(consumer.encode()).digest()[:8])
    return np.random.SeedSequence(seed, spawn_key=(name, *index))


def random_generator(seed: int, consumer: str, *index: int) -> np.random.Generator:
    """NumPy generator of stream ``index`` of ``consumer``."""
    return np.random.default_rng(seed_sequence(seed, consumer, *index))


def integer_seed(seed: int, consumer: str, *index: int) -> int:
    """63-bit integer for libraries that take a plain seed (PyTorch, GalSim)."""
    return int(seed_sequence(seed, consumer, *index).generate_state(1, np.uint64)[0] >> 1)
