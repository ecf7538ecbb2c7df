"""What a step on a deep field is trained on: crops of it, and what networks are told of each."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from mockskies.errors import InputError
from mockskies.randomness import integer_seed, random_generator
from mockskies.training.batches import Batch, draw_noise
from mockskies.training.crops import random_crops
from mockskies.training.previews import stretched
from mockskies.training.run import Run
from mockskies.training.shallower import noise_kernel, shallower

PREVIEW_SIZE = 256  # px, as in figure 1 of Smith and Geach (2019)
CELL = 16  # px, of which each has conditions of its own
SHALLOWEST = -1.5  # mag, relative to the field


class Crops:
    """Random crops of a field, of one size a batch.

    Parameters
    ----------
    field
        Shape ``(band, y, x)``, float32, scaled as the run's model has it.

    Attributes
    ----------
    ceiling
        Brightest value of each band, ``(band, 1, 1)``.
    """

    def __init__(self, run: Run, field: Tensor):
        if min(field.shape[1:]) // (2 if run.hold_out else 1) < max(run.crops):
            raise InputError(
                f"run {run.name}: crops of {max(run.crops)} px are larger than "
                f"{'a quadrant of ' if run.hold_out else ''}the training field, "
                f"{field.shape[2]} x {field.shape[1]} px"
            )
        self.run, self.field = run, field
        self.bands, self.per_epoch = len(field), run.batches_per_epoch
        self.ceiling = field.amax(dim=(1, 2), keepdim=True)

    def draw(self, step: int, phase: int) -> Batch:
        run = self.run
        stream = (run.seed, f"{run.name}: batches", step, phase)
        size = int(random_generator(*stream).choice(run.crops))
        random = torch.Generator(self.field.device).manual_seed(integer_seed(*stream))
        real = random_crops(self.field, run.batch, size, random, run.hold_out, run.turns)
        return Batch(real, draw_noise(run, run.batch, size, self.bands, random))

    def preview(self) -> Tensor:
        random = torch.Generator(self.field.device)
        random.manual_seed(integer_seed(self.run.seed, f"{self.run.name}: preview"))
        return draw_noise(self.run, 1, PREVIEW_SIZE, self.bands, random)

    def picture(self, images: Tensor) -> np.ndarray:
        flux = images.sinh() if self.run.model == "field" else images
        return stretched(flux[0].cpu().numpy())


class ConditionedCrops(Crops):
    """Random crops with the density of sources and the depth of each, of which networks are told some.

    Half of the images are as deep as the field, others shallower by up to 1.5 mag.

    Parameters
    ----------
    field
        As `Crops` has it.
    density
        Binary logarithm of the density of sources over its mean, ``(y, x)``, float32.
    """

    def __init__(self, run: Run, field: Tensor, density: Tensor):
        super().__init__(run, torch.cat([field, density[None]]))
        self.bands, self.ceiling = len(field), self.ceiling[: len(field)]
        self.conditions = run.networks["generator"]["conditions"]
        self.kernel = noise_kernel(field)

    def draw(self, step: int, phase: int) -> Batch:
        batch = super().draw(step, phase)
        real, density = batch.real.split([self.bands, 1], dim=1)
        random = torch.Generator(real.device)
        random.manual_seed(integer_seed(self.run.seed, f"{self.run.name}: depth", step, phase))
        depth, coins = torch.rand((2, len(real)), generator=random, device=real.device)
        depth = torch.where(coins < 0.5, SHALLOWEST * depth, 0)
        if "depth" in self.conditions:
            real = torch.minimum(shallower(real, depth, self.kernel, random), self.ceiling)
        cells = F.avg_pool2d(density, CELL)
        maps = {"density": cells, "depth": depth[:, None, None, None].expand_as(cells)}
        told = torch.cat([maps[name] for name in self.conditions], dim=1)
        return Batch(
            real,
            torch.cat([batch.latent, told], dim=1),
            conditions=told.repeat_interleave(CELL, dim=2).repeat_interleave(CELL, dim=3),
        )

    def preview(self) -> Tensor:
        """As dense and as deep as the field."""
        noise = super().preview()
        return torch.cat([noise, noise.new_zeros(1, len(self.conditions), *noise.shape[2:])], dim=1)
