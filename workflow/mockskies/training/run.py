"""One training run as the configuration states it."""

import hashlib
import json
from dataclasses import asdict, dataclass

import torch

from mockskies.models import spatial
from mockskies.randomness import integer_seed
from mockskies.training import objectives

MODELS = {"spatial": spatial}
OBJECTIVES = {"relativistic_average": objectives.relativistic_average}


@dataclass(frozen=True)
class Optimiser:
    """Adam's settings for both networks."""

    generator_rate: float
    discriminator_rate: float
    beta1: float
    beta2: float


@dataclass(frozen=True)
class Run:
    """What decides the course of a training, and its length.

    Attributes
    ----------
    generator, discriminator
        Settings of the networks, as their model in ``mockskies.models`` reads them.
    batch
        Images a step.
    crops
        Sides in pixels; one is drawn for each batch (section 2.2).
    batches_per_epoch, epochs
        Schedule; an epoch is a count of batches and not a pass through the data (section 2.3).
    snapshots
        Epochs after which the generator's weights are kept.
    preview_every
        Epochs between pictures of one fixed latent.
    checkpoint_seconds
        Time between checkpoints.
    """

    name: str
    seed: int
    model: str
    objective: str
    generator: dict
    discriminator: dict
    optimiser: Optimiser
    batch: int
    crops: tuple[int, ...]
    batches_per_epoch: int
    epochs: int
    snapshots: tuple[int, ...]
    preview_every: int
    checkpoint_seconds: float
    tensorboard: bool

    @classmethod
    def from_block(cls, block: dict) -> "Run":
        """Read the block that the workflow passes: ``config/runs.yaml`` with name, seed and snapshots."""
        return cls(
            **block
            | {
                "optimiser": Optimiser(**block["optimiser"]),
                "crops": tuple(block["crops"]),
                "snapshots": tuple(block["snapshots"]),
            }
        )

    def architecture(self) -> dict:
        """What weights must agree on to be read into these networks."""
        return {"model": self.model, "generator": self.generator, "discriminator": self.discriminator}

    def fingerprint(self, dataset: str, precision: str) -> str:
        """Hash of all that decides the course of this training: its length and its output do not."""
        decisive = asdict(self) | {"dataset": dataset, "precision": precision}
        for indifferent in ("epochs", "snapshots", "preview_every", "checkpoint_seconds", "tensorboard"):
            del decisive[indifferent]
        return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]

    def build(self, bands: int) -> tuple[torch.nn.Module, torch.nn.Module]:
        """Generator and discriminator with their first weights."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(integer_seed(self.seed, f"{self.name}: first weights"))
            return MODELS[self.model].build(self.generator, self.discriminator, bands)

    def latent_shape(self, images: int, size: int) -> tuple[int, ...]:
        """Shape of the noise for ``images`` of ``size`` pixels."""
        return MODELS[self.model].latent_shape(self.generator, images, size)
