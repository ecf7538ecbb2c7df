"""One training run as the configuration states it."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields

import torch

from mockskies.models import (
    began,
    cnn,
    dcgan,
    detector,
    field,
    lightweight,
    morphology,
    positions,
    resnet,
    spatial,
    stackgan,
)
from mockskies.randomness import integer_seed
from mockskies.training.average import AverageSettings

MODELS = {
    "spatial": spatial,
    "field": field,
    "dcgan": dcgan,
    "stackgan": stackgan,
    "morphology": morphology,
    "positions": positions,
    "began": began,
    "cnn": cnn,
    "resnet": resnet,
    "detector": detector,
    "lightweight": lightweight,
}
NETWORKS = "generator", "discriminator", "classifier", "scorer", "detector"


@dataclass(frozen=True)
class Optimiser:
    """Adam, one for each network.

    Attributes
    ----------
    rates
        Learning rate by the network's name.
    beta1, beta2
        Decays of the moments.
    halve_every
        Epochs after which the rates are halved, again and again; 0 for never.
    fall
        Epochs between which the rates fall, in a straight line, to a twentieth; None for never.
    """

    rates: dict[str, float]
    beta1: float
    beta2: float
    halve_every: int = 0
    fall: tuple[int, int] | None = None

    @classmethod
    def from_block(cls, block: dict) -> "Optimiser":
        rates = {f"{name}_rate": name for name in NETWORKS}
        others = {key: value for key, value in block.items() if key not in rates}
        if "fall" in block:
            others["fall"] = tuple(block["fall"])
        return cls({rates[key]: value for key, value in block.items() if key in rates}, **others)

    def rate(self, network: str, epoch: int) -> float:
        """Learning rate of ``network`` during ``epoch``, counted from 0 (table 1, Fussell and Moews 2019)."""
        halvings = epoch // self.halve_every if self.halve_every else 0
        rate = self.rates[network] * 0.5**halvings
        if self.fall is None:
            return rate
        start, end = self.fall
        fallen = min(max((epoch - start) / (end - start), 0), 1)
        return rate * (1 - 0.95 * fallen)


@dataclass(frozen=True)
class Run:
    """What decides the course of a training, and its length.

    Attributes
    ----------
    objective
        Name of the ``loss`` in `mockskies.training.objectives`, and its settings.
    networks
        Settings of each network, as its model in ``mockskies.models`` reads them; the first is the one
        whose weights are kept.
    batch
        Images that are passed through a network at once.
    accumulate
        Batches a step, over which gradients are averaged.
    average
        How the kept network's weights are averaged, or None to keep those of the last step.
    epochs
        Length of the training.
    crops, batches_per_epoch
        Of a field: sides in pixels, of which one is drawn for each batch, and the number of batches that
        make an epoch (Smith and Geach 2019, sections 2.2 and 2.3). Of a set of images an epoch is one pass.
    turns
        Of a field: whether crops are turned by quarters at random, beside being flipped.
    hold_out
        Of a field: whether the quadrant of its highest rows and columns is kept from the training.
    sizes
        Of galaxies: sides in pixels, those that the generator starts from before those it paints.
    images
        Of sparse frames: which of their arrays is learnt.
    flips
        Of images: whether they are flipped both ways at random.
    stretch
        Of sparse frames: how levels 0 to 255 become -1 to 1, as `mockskies.training.levels` has it.
    fold, folds
        Of a scorer: the part of the frames that it never sees, and the number of parts.
    initial_weights
        Of a scorer: file of the weights that it starts from, or None for random ones.
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
    objective: dict
    networks: dict[str, dict]
    optimiser: Optimiser
    batch: int
    epochs: int
    snapshots: tuple[int, ...]
    preview_every: int
    checkpoint_seconds: float
    tensorboard: bool
    crops: tuple[int, ...] = ()
    batches_per_epoch: int = 0
    sizes: tuple[int, ...] = ()
    images: str | None = None
    stretch: str = "linear"
    fold: int | None = None
    folds: int | None = None
    initial_weights: str | None = None
    accumulate: int = 1
    average: AverageSettings | None = None
    flips: bool = True
    turns: bool = False
    hold_out: bool = False

    @classmethod
    def from_block(cls, block: dict) -> "Run":
        """Read the block that the workflow passes: ``config/runs.yaml`` with name, seed and snapshots."""
        lists = {key: tuple(block[key]) for key in ("crops", "sizes", "snapshots") if key in block}
        networks = {name: block[name] for name in NETWORKS if name in block}
        others = {key: value for key, value in block.items() if key not in networks}
        settings = {"networks": networks, "optimiser": Optimiser.from_block(block["optimiser"])}
        if "average" in block:
            settings["average"] = AverageSettings(**block["average"])
        return cls(**others | lists | settings)

    @property
    def kept(self) -> str:
        """Name of the network that a training is for."""
        return next(iter(self.networks))

    def architecture(self) -> dict:
        """What weights must agree on to be read into these networks."""
        return {"model": self.model, **self.networks}

    def fingerprint(self, dataset: str, precision: str) -> str:
        """Hash of all that decides the course of this training: its length and its output do not."""
        # What is at its default does not count: a new setting leaves older trainings their checkpoints.
        stated = {f.name: getattr(self, f.name) != f.default for f in fields(self)}
        decisive = {key: value for key, value in asdict(self).items() if stated[key]}
        decisive |= {"dataset": dataset, "precision": precision}
        for indifferent in ("epochs", "snapshots", "preview_every", "checkpoint_seconds", "tensorboard"):
            decisive.pop(indifferent, None)
        return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]

    def build(self, bands: int) -> dict[str, torch.nn.Module]:
        """Every network by its name, with its first weights."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(integer_seed(self.seed, f"{self.name}: first weights"))
            return build(self.architecture(), bands)

    def latent_shape(self, images: int, size: int, bands: int) -> tuple[int, ...]:
        """Shape of the noise for ``images`` of ``size`` pixels in ``bands``."""
        return MODELS[self.model].latent_shape(self.networks["generator"], images, size, bands)


def build(architecture: dict, bands: int) -> dict[str, torch.nn.Module]:
    """Every network of an ``architecture``, as `Run.architecture` has it."""
    # In the order of the model's arguments, whatever the order in a file's metadata.
    networks = {name: architecture[name] for name in NETWORKS if name in architecture}
    model = MODELS[architecture["model"]]
    return dict(zip(networks, model.build(*networks.values(), bands), strict=True))
