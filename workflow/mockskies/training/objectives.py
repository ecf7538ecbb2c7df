"""How losses come from a batch: what differs between papers, and nothing else.

An objective is the loss of each network by the network's name, in the order of their turns. A loss is a
function of the networks by name, a `Batch`, and the objective's settings in the run's block.
"""

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mockskies.training.batches import Batch

Networks = Mapping[str, nn.Module]
Loss = Callable[[Networks, Batch, Mapping], Tensor]


def _relativistic(more_real: Tensor, less_real: Tensor) -> Tensor:
    """Cross-entropy that ``more_real`` beats the mean of ``less_real``, and the reverse (equation 2)."""
    ahead = more_real - less_real.mean()
    behind = less_real - more_real.mean()
    return F.softplus(-ahead).mean() + F.softplus(behind).mean()


def _relativistic_generator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    with torch.no_grad():
        real_logits = networks["discriminator"](batch.real)
    return _relativistic(networks["discriminator"](networks["generator"](batch.latent)), real_logits)


def _relativistic_discriminator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    with torch.no_grad():
        generated = networks["generator"](batch.latent)
    return _relativistic(networks["discriminator"](batch.real), networks["discriminator"](generated))


def _non_saturating_generator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """-log D(G(z)), the alternative to equation 1 that the text names in section 2.1."""
    return F.softplus(-networks["discriminator"](networks["generator"](batch.latent))).mean()


def _minimax_discriminator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """Equation 1's cross-entropy; labels of real images are drawn from [1 - d, 1 + d] (section 3.2.4)."""
    with torch.no_grad():
        generated = networks["generator"](batch.latent)
    real, fake = networks["discriminator"](batch.real), networks["discriminator"](generated)
    labels = 1 + settings["label_smoothing"] * (2 * torch.rand_like(real) - 1)
    return F.binary_cross_entropy_with_logits(real, labels) + F.softplus(fake).mean()


def _dual_generator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """Equations 3 and 4: a generative loss, and the squared difference of the channels' sums.

    The sum leaves hues to the discriminator alone; ``channels: each`` compares every channel.
    """
    enlarged = networks["generator"](batch.latent)
    generative = F.softplus(-networks["discriminator"](enlarged)).mean()
    difference = enlarged - batch.real
    if settings["channels"] == "summed":
        difference = difference.sum(dim=1)
    return settings["generative"] * generative + settings["pixel"] * difference.square().mean()


def _votes(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """Mean squared error of vote fractions, as the Galaxy Challenge scored them."""
    return F.mse_loss(torch.sigmoid(networks["classifier"](batch.real)), batch.votes)


OBJECTIVES: dict[str, dict[str, Loss]] = {
    # Jolicoeur-Martineau (2019); Smith and Geach (2019), section 2.3.
    "relativistic_average": {
        "generator": _relativistic_generator,
        "discriminator": _relativistic_discriminator,
    },
    # Goodfellow et al. (2014); Fussell and Moews (2019), section 2.1.
    "non_saturating": {"discriminator": _minimax_discriminator, "generator": _non_saturating_generator},
    # Ledig et al. (2017); Fussell and Moews (2019), section 2.3.
    "dual": {"discriminator": _minimax_discriminator, "generator": _dual_generator},
    "votes": {"classifier": _votes},
}
