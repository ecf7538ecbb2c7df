"""How the losses of G and D come from a batch: what differs between papers, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Loss = Callable[[nn.Module, nn.Module, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Objective:
    """Losses of both networks, each a function of ``(generator, discriminator, real, latent)``."""

    generator_loss: Loss
    discriminator_loss: Loss


def _relativistic(more_real: Tensor, less_real: Tensor) -> Tensor:
    """Cross-entropy that ``more_real`` beats the mean of ``less_real``, and the reverse (equation 2)."""
    ahead = more_real - less_real.mean()
    behind = less_real - more_real.mean()
    return F.softplus(-ahead).mean() + F.softplus(behind).mean()


def _relativistic_generator(
    generator: nn.Module, discriminator: nn.Module, real: Tensor, latent: Tensor
) -> Tensor:
    with torch.no_grad():
        real_logits = discriminator(real)
    return _relativistic(discriminator(generator(latent)), real_logits)


def _relativistic_discriminator(
    generator: nn.Module, discriminator: nn.Module, real: Tensor, latent: Tensor
) -> Tensor:
    with torch.no_grad():
        generated = generator(latent)
    return _relativistic(discriminator(real), discriminator(generated))


# Jolicoeur-Martineau (2019); Smith and Geach (2019), section 2.3.
relativistic_average = Objective(_relativistic_generator, _relativistic_discriminator)
