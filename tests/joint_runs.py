"""Small runs by every objective, trained by one process or by several ranks."""

import dataclasses
import os
import signal
from pathlib import Path

import numpy as np
import torch
from field_run import OBJECTIVE

from mockskies.training import ranks
from mockskies.training.average import AverageSettings
from mockskies.training.batches import Classed, Images, Pairs, Scenes, Scores, Votes
from mockskies.training.field_batches import Crops
from mockskies.training.loop import Training
from mockskies.training.precision import Compute
from mockskies.training.run import Run

CPU = Compute("cpu", "float32")
DROPOUT = {"before": 0.5, "after": 0.5, "start": 0, "end": 0}
CONVOLUTIONAL = {"kernel": 4, "batch_norm": True, "dropout": DROPOUT}
ATTENTION = {"sizes": [32], "heads": 2, "channels": 3}

# As a rule's params have it.
BLOCK = {
    "name": "spatial",
    "seed": 7,
    "model": "spatial",
    "objective": {"loss": "relativistic_average"},
    "generator": {"latent_channels": 10, "widths": [16, 12, 8, 8], "layers_per_set": 1},
    "discriminator": {"widths": [8, 16, 16], "packing": 2},
    "optimiser": {"generator_rate": 2e-4, "discriminator_rate": 2e-4, "beta1": 0.5, "beta2": 0.999},
    "batch": 8,
    "crops": [32, 48],
    "batches_per_epoch": 10,
    "epochs": 5,
    "snapshots": [5],
    "preview_every": 5,
    "checkpoint_seconds": 0.0,
    "tensorboard": False,
}
SPATIAL = Run.from_block(BLOCK)


def like(name: str, networks: dict, rate: float = 2e-4, **changes) -> Run:
    rates = dict.fromkeys(networks, rate)
    optimiser = dataclasses.replace(SPATIAL.optimiser, rates=rates)
    return dataclasses.replace(
        SPATIAL, name=name, networks=networks, optimiser=optimiser, batch=4, crops=(), **changes
    )


DCGAN = like(
    "dcgan",
    {
        "generator": {"latent_channels": 5, "widths": [8, 6, 4, 4], **CONVOLUTIONAL},
        "discriminator": {"widths": [4, 4, 6, 8], "dropout_after": "all", **CONVOLUTIONAL},
    },
    model="dcgan",
    objective={"loss": "non_saturating", "label_smoothing": 0.3},
    sizes=(64,),
)
RUNS = [
    SPATIAL,
    DCGAN,
    like(
        "field",
        {
            "generator": {"latent_channels": 5, "widths": [16, 12, 8, 8], "points": 0.75, "traits": 2},
            "discriminator": {"widths": [8, 8, 8], "view": 16},
        },
        model="field",
        objective=OBJECTIVE,
        average=AverageSettings(decay=0.75, every=2, start=2),
        turns=True,
        hold_out=True,
    ),
    like(
        "stackgan",
        {
            "generator": {"width": 6, "blocks": 1, "last_width": 8},
            "discriminator": {"widths": [4, 4, 4, 6, 8], "dropout_after": "all", **CONVOLUTIONAL},
        },
        model="stackgan",
        objective={
            "loss": "dual", "label_smoothing": 0.3, "generative": 0.001, "pixel": 1, "channels": "summed"
        },
        sizes=(64, 128),
    ),
    like(
        "lightweight",
        {
            "generator": {
                "latent_channels": 5, "widths": [6, 4, 4, 4, 4], "excitations": [[8, 64]],
                "attention": ATTENTION,
            },
            "discriminator": {"widths": [8, 8, 8], "small_widths": [4, 3], "attention": ATTENTION},
        },
        model="lightweight",
        objective={"loss": "hinge", "penalty": 10, "penalty_every": 4, "colour": 0.25},
        sizes=(64,),
        accumulate=2,
        average=AverageSettings(decay=0.75, every=2, start=2),
        flips=False,
    ),
    like(
        "began",
        {
            "generator": {"latent_channels": 4, "width": 4, "doublings": 2, "classes": 3},
            "discriminator": {"hidden": 4, "width": 4, "doublings": 2, "classes": 3},
        },
        model="began",
        objective={"loss": "equilibrium", "gamma": 0.7, "balance_rate": 0.1},
        images="patches",
    ),
    like(
        "morphology",
        {"classifier": {"widths": [4, 8], "groups": 2, "answers": 5}},
        model="morphology",
        objective={"loss": "votes"},
        sizes=(64,),
    ),
    like(
        "resnet",
        {"scorer": {"width": 4, "blocks": [1, 1, 1, 1]}},
        model="resnet",
        objective={"loss": "score"},
        images="scored_64",
        fold=0,
        folds=5,
    ),
    like(
        "detector",
        {"detector": {"widths": [8, 12, 16], "blocks": 1, "groups": 4, "prior": 16}},
        model="detector",
        objective={"loss": "detection", "box_weight": 2},
    ),
]  # fmt: skip


def galaxies(number: int, bands: int, size: int) -> np.ndarray:
    """Blobs of all widths and colours before a noisy sky, the same ones at every size; float32 in [0, 1]."""
    random = np.random.default_rng(1)
    place, width, shear = (random.normal(size=(number, n, 1, 1)) for n in (2, 1, 1))
    colour = random.uniform(0.3, 0.9, (number, bands, 1, 1))
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    y, x = y - 0.1 * place[:, :1], x - 0.1 * place[:, 1:]
    squares = (x + 0.5 * shear * y) ** 2 + y**2
    sky = 0.1 * random.random((number, bands, size, size))
    return np.float32(colour * np.exp(-squares / (0.1 * np.exp(width))) + sky)


def field() -> np.ndarray:
    """A sky full of them, ``(3, 96, 96)``."""
    return galaxies(16, 3, 24).reshape(4, 4, 3, 24, 24).transpose(2, 0, 3, 1, 4).reshape(3, 96, 96)


def begin(run: Run, state: Path) -> Training:
    """A run on data that are the same in every process."""
    torch.set_num_threads(1)
    random = np.random.default_rng(0)

    def images(size, bands=3):
        return torch.from_numpy(np.uint8(255 * galaxies(20, bands, size)))

    match run.name:
        case "spatial":
            data = Crops(run, torch.from_numpy(field()))
        case "field":
            data = Crops(dataclasses.replace(run, crops=(32, 48)), torch.from_numpy(np.arcsinh(field())))
        case "stackgan":
            data = Pairs(run, images(64), images(128))
        case "began":
            data = Classed(run, images(32, 1), torch.arange(20) % 3)
        case "morphology":
            data = Votes(run, images(64), torch.from_numpy(random.random((20, 5), np.float32)))
        case "resnet":
            data = Scores(run, images(64, 1), torch.from_numpy(random.random(20, np.float32)))
        case "detector":
            # Numbers of galaxies differ between scenes, so that no rank's mean is the batch's.
            corners = torch.from_numpy(random.integers(0, 40, (20, 3, 2))).float()
            boxes = torch.cat([corners, corners + 12], dim=-1)
            boxes[::2, 1:] = 0
            data = Scenes(run, images(64), boxes)
        case _:
            data = Images(run, images(64))
    return Training(run, data, CPU, state)


def courses(steps: dict[str, int]) -> dict[str, tuple[np.ndarray, dict[str, np.ndarray]]]:
    """Losses of so many steps of each run, ``(step, phase)``, and all tensors of its networks after them."""
    found = {}
    for run in RUNS:
        training, losses = begin(run, Path("nowhere")), []
        for _ in range(steps[run.name]):
            row = training.step % training.per_epoch
            training.take_step()
            losses.append(training.epoch_losses[row].numpy().copy())
        networks = training.networks | ({"average": training.average.network} if training.average else {})
        tensors = {
            f"{name}.{key}": tensor.numpy().copy()
            for name, network in networks.items()
            for key, tensor in network.state_dict().items()
        }
        found[run.name] = np.array(losses), tensors
    return found


def all_courses(steps: dict[str, int], state: Path) -> dict[str, tuple[np.ndarray, dict[str, np.ndarray]]]:
    """As `courses` has them, after a whole training in a folder."""
    begin(SPATIAL, state).go()
    return courses(steps)


def lose_a_rank(state: Path) -> None:
    """A training in which one rank is killed after an epoch."""
    training = begin(SPATIAL, state)
    for _ in range(training.per_epoch):
        training.take_step()
    if not ranks.leads():
        os.kill(os.getpid(), signal.SIGKILL)
    training.go()
