"""A run of `field` that trains in a second."""

import torch

from mockskies.models import field
from mockskies.training.run import Optimiser, Run

GENERATOR = {"latent_channels": 4, "widths": [16, 12, 8, 8], "points": 0.75, "traits": 2}
DISCRIMINATOR = {"widths": [8, 8, 8], "view": 16}
OBJECTIVE = {
    "loss": "relativistic_pairing",
    "penalty": 1,
    "penalty_end": 0.1,
    "penalty_fall": (1, 3),
    "penalty_every": 4,
    "peaks": 1,
}
RUN = Run(
    name="small",
    seed=3,
    model="field",
    objective=OBJECTIVE,
    networks={"generator": GENERATOR, "discriminator": DISCRIMINATOR},
    optimiser=Optimiser({"generator": 1e-3, "discriminator": 1e-3}, 0, 0.99),
    batch=4,
    epochs=1,
    snapshots=(),
    preview_every=1,
    checkpoint_seconds=60,
    tensorboard=False,
    crops=(32,),
    batches_per_epoch=2,
    turns=True,
    hold_out=True,
)


def noise(cells, seed=0, images=1):
    random = torch.Generator().manual_seed(seed)
    return torch.randn(field.latent_shape(GENERATOR, images, 16 * cells, 3), generator=random)
