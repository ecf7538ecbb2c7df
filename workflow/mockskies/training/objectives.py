"""How losses come from a batch: what differs between papers, and nothing else.

An objective is the loss of each network by the network's name, in the order of their turns. A loss is a
function of the networks by name, a `Batch`, and the objective's settings in the run's block.

The batch may be one rank's share: what is not a mean over images, or is drawn for each of them, goes through
`mockskies.training.ranks`.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mockskies.models.peaks import PeakCounts
from mockskies.training import ranks
from mockskies.training.batches import Batch
from mockskies.training.colours import Colours
from mockskies.training.detection import detection_loss

MEMORY = 0.99  # of densities of generated peaks, a step
FEW = 3.0  # a Mpx, of peaks in a bin: fewer say nothing
FARTHEST = 0.5  # of a logarithm of two densities: what is farther off does not weigh more

Networks = Mapping[str, nn.Module]
Loss = Callable[[Networks, Batch, Mapping], Tensor]


def _relativistic(more_real: Tensor, less_real: Tensor) -> Tensor:
    """Cross-entropy that ``more_real`` beats the mean of ``less_real``, and the reverse (equation 2)."""
    ahead = more_real - ranks.mean(less_real.mean())
    behind = less_real - ranks.mean(more_real.mean())
    return F.softplus(-ahead).mean() + F.softplus(behind).mean()


def _relativistic_generator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    with torch.no_grad():
        real_logits = networks["discriminator"](batch.real)
    return _relativistic(networks["discriminator"](networks["generator"](batch.latent)), real_logits)


def _relativistic_discriminator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    with torch.no_grad():
        generated = networks["generator"](batch.latent)
    return _relativistic(networks["discriminator"](batch.real), networks["discriminator"](generated))


def _pairing_discriminator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """Cross-entropy that each part of a real image beats that of a generated one, and penalties R1 and R2.

    Huang et al. (2024), equations 2 and 4; the penalties on some steps only, and as much more.
    """
    penalised = batch.step % settings["penalty_every"] == 0
    images = torch.cat([batch.real, batch.generated.detach()]).requires_grad_(penalised)
    conditions = None if batch.conditions is None else batch.conditions.repeat(2, 1, 1, 1)
    logits = networks["discriminator"](_told(images, conditions))
    real_logits, generated_logits = logits.chunk(2)
    loss = F.softplus(generated_logits - real_logits).mean()
    if not penalised:
        return loss
    (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    # Twice the mean over all images: that over real ones and that over generated ones.
    penalty = 2 * gradient.square().sum(dim=(1, 2, 3)).mean()
    return loss + settings["penalty_every"] * penalty_at(batch.epoch, settings) / 2 * penalty


def penalty_at(epoch: int, settings: Mapping) -> float:
    """Weight of R1 and R2, which falls from ``penalty`` to ``penalty_end`` by equal factors an epoch.

    Networks far apart need a smooth discriminator, near ones a sharp one (Huang et al. 2024, table 6).
    """
    return settings["penalty"] * (settings["penalty_end"] / settings["penalty"]) ** _fallen(epoch, settings)


def _fallen(epoch: int, settings: Mapping) -> float:
    """How much of the penalty's fall is behind, from 0 to 1."""
    start, end = settings["penalty_fall"]
    return min(max((epoch - start) / (end - start), 0), 1)


def _pairing_generator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """The reverse; and what peaks add that are too many or too few, with a weight that grows to ``peaks``.

    It grows as penalties fall: before, the networks are far apart, and what is pushed swings.
    """
    discriminator = networks["discriminator"]
    real, generated = (_told(images, batch.conditions) for images in (batch.real, batch.generated))
    with torch.no_grad():
        real_logits = discriminator(real)
    loss = F.softplus(real_logits - discriminator(generated)).mean()
    weight = settings["peaks"] * _fallen(batch.epoch, settings)
    return loss + weight * _excess(discriminator.peaks, batch) if weight else loss


def _excess(peaks: PeakCounts, batch: Batch) -> Tensor:
    """Densities of a batch's peaks, weighted by the excess in their bins over the steps so far.

    Its expected gradient is that of half the squared logarithm of generated over real density, summed over
    bins, as long as that is not ``FARTHEST``.
    """
    densities = peaks(batch.generated)
    with torch.no_grad():
        peaks.steps += 1
        peaks.real.lerp_(ranks.mean(peaks(batch.real)), 1 / peaks.steps)
        peaks.generated.lerp_(ranks.mean(densities), (1 / peaks.steps).clamp(min=1 - MEMORY))
        excess = ((peaks.generated + FEW) / (peaks.real + FEW)).log().clamp(-FARTHEST, FARTHEST)
    return (excess * densities / (peaks.generated + FEW)).sum()


def _told(images: Tensor, conditions: Tensor | None) -> Tensor:
    """Images with what a discriminator is told of them behind their bands."""
    return images if conditions is None else torch.cat([images, conditions], dim=1)


def _non_saturating_generator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """-log D(G(z)), the alternative to equation 1 that the text names in section 2.1."""
    return F.softplus(-networks["discriminator"](networks["generator"](batch.latent))).mean()


def _minimax_discriminator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """Equation 1's cross-entropy; labels of real images are drawn from [1 - d, 1 + d] (section 3.2.4)."""
    with torch.no_grad():
        generated = networks["generator"](batch.latent)
    real, fake = networks["discriminator"](batch.real), networks["discriminator"](generated)
    draws = ranks.share(torch.rand(ranks.count() * len(real), device=real.device))
    labels = 1 + settings["label_smoothing"] * (2 * draws - 1)
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


def _score(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """Mean absolute error, by which scorers are judged (section III B of de Fremond et al. 2020)."""
    return F.l1_loss(networks["scorer"](batch.real), batch.targets)


def _reconstruction(networks: Networks, patches: Tensor, batch: Batch) -> Tensor:
    """Mean absolute error of the discriminator's picture of ``patches``; it is told their classes."""
    told = patches
    if batch.classes is not None:
        maps = batch.classes[:, :, None, None].expand(-1, -1, *patches.shape[2:])
        told = torch.cat([patches, maps], dim=1)
    return (networks["discriminator"](told) - patches).abs().mean()


def _equilibrium_discriminator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """L(x) - k L(G(z))."""
    with torch.no_grad():
        generated = networks["generator"](batch.latent)
    discriminator = networks["discriminator"]
    real_error = _reconstruction(networks, batch.real, batch)
    discriminator.real_error.copy_(ranks.mean(real_error.detach()))
    return real_error - discriminator.balance.clone() * _reconstruction(networks, generated, batch)


def _equilibrium_generator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """L(G(z)); the balance then moves towards the ratio of errors that ``gamma`` asks for."""
    error = _reconstruction(networks, networks["generator"](batch.latent), batch)
    discriminator = networks["discriminator"]
    with torch.no_grad():
        excess = settings["gamma"] * discriminator.real_error - ranks.mean(error)
        discriminator.balance.add_(settings["balance_rate"] * excess).clamp_(0, 1)
        discriminator.convergence.copy_(discriminator.real_error + excess.abs())
    return error


def _detection(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """Confidences and boxes; the paper's detector is the YOLOv2 of González, Muñoz and Hernández (2018)."""
    detector = networks["detector"]
    return detection_loss(
        detector(batch.real), batch.boxes, detector.stride, detector.prior, settings["box_weight"]
    )


def _hinge_discriminator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    """Hinge losses, the decoders' errors, and on some steps the gradient penalty."""
    discriminator = networks["discriminator"]
    with torch.no_grad():
        generated = networks["generator"](batch.latent)
    colours = Colours.draw(len(generated), settings["colour"], generated.device)
    penalised = batch.step % settings["penalty_every"] == 0
    real = batch.real.detach().requires_grad_(penalised)
    quarter = int(torch.randint(4, ()))
    real_logits, error = discriminator.judge(colours.apply(real), quarter)
    fake_logits = discriminator(colours.apply(generated))
    loss = error + sum(F.relu(1 - logits).mean() for logits in real_logits)
    loss = loss + sum(F.relu(1 + logits).mean() for logits in fake_logits)
    return loss + settings["penalty"] * gradient_penalty(real_logits, real) if penalised else loss


def _hinge_generator(networks: Networks, batch: Batch, settings: Mapping) -> Tensor:
    generated = networks["generator"](batch.latent)
    colours = Colours.draw(len(generated), settings["colour"], generated.device)
    return -sum(logits.mean() for logits in networks["discriminator"](colours.apply(generated)))


def gradient_penalty(logits: Sequence[Tensor], images: Tensor) -> Tensor:
    """Mean squared difference from 1 of the norm of the gradient of all logits (Gulrajani et al. 2017).

    By levels from 0 to 1, as the package takes them, while ``images`` go from -1 to 1.
    """
    (gradient,) = torch.autograd.grad(sum(t.sum() for t in logits), images, create_graph=True)
    return ((2 * gradient).flatten(1).norm(dim=1) - 1).square().mean()


OBJECTIVES: dict[str, dict[str, Loss]] = {
    # Jolicoeur-Martineau (2019); Smith and Geach (2019), section 2.3.
    "relativistic_average": {
        "generator": _relativistic_generator,
        "discriminator": _relativistic_discriminator,
    },
    # Jolicoeur-Martineau (2019), penalised as by Huang et al. (2024).
    "relativistic_pairing": {"discriminator": _pairing_discriminator, "generator": _pairing_generator},
    # Goodfellow et al. (2014); Fussell and Moews (2019), section 2.1.
    "non_saturating": {"discriminator": _minimax_discriminator, "generator": _non_saturating_generator},
    # Ledig et al. (2017); Fussell and Moews (2019), section 2.3.
    "dual": {"discriminator": _minimax_discriminator, "generator": _dual_generator},
    "votes": {"classifier": _votes},
    # Berthelot, Schumm and Metz (2017), equation 5; de Fremond et al. (2020), section II B 3.
    "equilibrium": {"discriminator": _equilibrium_discriminator, "generator": _equilibrium_generator},
    "score": {"scorer": _score},
    # Lim and Ye (2017); Liu et al. (2021), equations 3 to 5.
    "hinge": {"discriminator": _hinge_discriminator, "generator": _hinge_generator},
    "detection": {"detector": _detection},
}

# Objectives whose networks take their turns at one batch, which is painted once, before the first turn.
SHARED = {"relativistic_pairing"}

# What an objective tells of itself besides its losses, once an epoch.
MEASURES: dict[str, dict[str, Callable[[Networks], Tensor]]] = {
    "equilibrium": {
        "balance": lambda networks: networks["discriminator"].balance,
        "convergence": lambda networks: networks["discriminator"].convergence,
    },
}
