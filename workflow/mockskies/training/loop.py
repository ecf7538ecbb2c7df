"""The training loop of every run: whatever differs between papers is in its objective and its networks.

Every random number comes from a stream named by the run and numbered by step and phase, so a run that was
killed and started again takes the same course as one that was not: the checkpoint holds weights, moments and
losses, and there is no generator state to restore.
"""

import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor, nn
from tqdm import tqdm

from mockskies.atomic import replacing
from mockskies.errors import DivergenceError, InputError
from mockskies.randomness import integer_seed, random_generator
from mockskies.training.crops import random_crops
from mockskies.training.objectives import Loss
from mockskies.training.precision import Compute
from mockskies.training.previews import write_preview
from mockskies.training.run import OBJECTIVES, Run
from mockskies.training.weights import (
    load_network,
    load_optimiser,
    load_tensors,
    network_tensors,
    optimiser_tensors,
    save_tensors,
)

logger = logging.getLogger(__name__)

PREVIEW_SIZE = 256  # px, as in figure 1 of Smith and Geach (2019)


@dataclass(frozen=True)
class Phase:
    """One network's turn: the network, its optimiser and its loss."""

    name: str
    network: nn.Module
    other: nn.Module
    optimiser: torch.optim.Adam
    loss: Loss


class Training:
    """A run in progress: networks, optimisers, losses and the files it goes on from.

    Parameters
    ----------
    run
        What to train.
    field
        Training data, ``(band, y, x)``, float32 in [0, 1]; moved to the device whole.
    compute
        Device and precision.
    state
        Folder of checkpoint, losses, previews and weights; training goes on from what is there.
    compiled
        Whether ``torch.compile`` prepares the networks.
    """

    def __init__(self, run: Run, field: Tensor, compute: Compute, state: Path, compiled: bool = False):
        if min(field.shape[1:]) < max(run.crops):
            raise InputError(
                f"run {run.name}: crops of {max(run.crops)} px are larger than the training field, "
                f"{field.shape[2]} x {field.shape[1]} px"
            )
        self.run, self.compute, self.state = run, compute, state
        self.field = field.to(compute.device)
        self.generator, self.discriminator = (compute.place(n) for n in run.build(bands=len(field)))
        forward = [torch.compile(n) if compiled else n for n in (self.generator, self.discriminator)]
        self.forward_generator, self.forward_discriminator = forward
        objective = OBJECTIVES[run.objective]
        self.phases = (
            self._phase("generator", self.generator, self.discriminator, objective.generator_loss),
            self._phase("discriminator", self.discriminator, self.generator, objective.discriminator_loss),
        )
        self.step = 0
        self.epoch_losses = torch.zeros(run.batches_per_epoch, len(self.phases), device=compute.device)
        if self.checkpoint.exists():
            self._resume()

    @property
    def checkpoint(self) -> Path:
        return self.state / "checkpoint.safetensors"

    @property
    def losses(self) -> Path:
        return self.state / "losses.csv"

    def weights(self, epoch: int) -> Path:
        """The generator's weights after ``epoch``."""
        return self.state / "weights" / f"{epoch:06d}.safetensors"

    def go(self) -> None:
        """Train to the last epoch, with a checkpoint as often as the run asks.

        Raises
        ------
        DivergenceError
            At the first checkpoint or end of an epoch after a loss stopped being a number.
        """
        run = self.run
        total = run.epochs * run.batches_per_epoch
        board = self._board()
        if self.step == 0:
            self._keep_weights()
        saved = started = time.monotonic()
        quiet = 0.5 if sys.stderr.isatty() else 60
        with tqdm(
            total=total, initial=self.step, desc=run.name, unit=" steps", mininterval=quiet, smoothing=0.05
        ) as bar:
            while self.step < total:
                self.take_step()
                bar.update()
                if self.step % run.batches_per_epoch == 0:
                    means = self._end_epoch(board, seconds=time.monotonic() - started)
                    bar.set_postfix({name: f"{mean:.3f}" for name, mean in means.items()}, refresh=False)
                    started = time.monotonic()
                if self.step == total or time.monotonic() - saved > run.checkpoint_seconds:
                    self._save()
                    saved = time.monotonic()

    def take_step(self) -> None:
        """One step of each network in turn, G first, each on a fresh batch."""
        batch = self.step % self.run.batches_per_epoch
        for number, phase in enumerate(self.phases):
            self.epoch_losses[batch, number] = self._update(phase, number)
        self.step += 1

    def _phase(self, name: str, network: nn.Module, other: nn.Module, loss: Loss) -> Phase:
        settings = self.run.optimiser
        adam = torch.optim.Adam(
            network.parameters(),
            lr=getattr(settings, f"{name}_rate"),
            betas=(settings.beta1, settings.beta2),
            fused=True,
        )
        return Phase(name, network, other, adam, loss)

    def _update(self, phase: Phase, number: int) -> Tensor:
        """One step of one network on a fresh batch; returns its loss."""
        run, device = self.run, self.compute.device
        stream = (run.seed, f"{run.name}: batches", self.step, number)
        size = int(random_generator(*stream).choice(run.crops))
        random = torch.Generator(device).manual_seed(integer_seed(*stream))
        real = random_crops(self.field, run.batch, size, random)
        latent = torch.randn(run.latent_shape(run.batch, size), generator=random, device=device)
        real, latent = (t.contiguous(memory_format=torch.channels_last) for t in (real, latent))
        phase.network.requires_grad_(True)
        phase.other.requires_grad_(False)
        with self.compute.autocast():
            loss = phase.loss(self.forward_generator, self.forward_discriminator, real, latent)
        phase.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        phase.optimiser.step()
        return loss.detach()

    def _end_epoch(self, board, seconds: float) -> dict[str, float]:
        """Log and show the epoch that has just ended; returns its mean losses."""
        self._check_losses()
        epoch = self.step // self.run.batches_per_epoch
        means = {p.name: m for p, m in zip(self.phases, self.epoch_losses.mean(dim=0).tolist(), strict=True)}
        row = {"epoch": epoch, "step": self.step}
        row |= {f"loss_{name}": mean for name, mean in means.items()}
        row |= {f"rate_{p.name}": p.optimiser.param_groups[0]["lr"] for p in self.phases}
        row |= {"steps_per_second": round(self.run.batches_per_epoch / seconds, 3)}
        pd.DataFrame([row]).to_csv(self.losses, mode="a", header=not self.losses.exists(), index=False)
        if board:
            for name, value in row.items():
                board.add_scalar(name, value, self.step)
        if epoch in self.run.snapshots:
            self._keep_weights()
        if epoch % self.run.preview_every == 0:
            self._preview(epoch)
        return means

    def _check_losses(self) -> None:
        """Stop before anything that is not a number reaches a file."""
        finite = torch.isfinite(self.epoch_losses).all(dim=1).cpu()
        if not finite.all():
            epoch = (self.step - 1) // self.run.batches_per_epoch
            step = epoch * self.run.batches_per_epoch + int(finite.logical_not().nonzero()[0])
            exists = self.checkpoint.exists()
            good = (
                f"the last good checkpoint is {self.checkpoint}" if exists else "there is no checkpoint yet"
            )
            raise DivergenceError(f"run {self.run.name}: a loss is not finite at step {step}; {good}")

    def _keep_weights(self) -> None:
        epoch = self.step // self.run.batches_per_epoch
        settings = {"architecture": self.run.architecture(), "run": self.run.name} | {
            "epoch": epoch, "step": self.step, "bands": len(self.field), "precision": self.compute.precision
        }  # fmt: skip
        save_tensors(self.weights(epoch), network_tensors("generator", self.generator), settings)

    def _preview(self, epoch: int) -> None:
        """One fixed latent, so that pictures of different epochs can be laid side by side."""
        device = self.compute.device
        random = torch.Generator(device).manual_seed(integer_seed(self.run.seed, f"{self.run.name}: preview"))
        latent = torch.randn(self.run.latent_shape(1, PREVIEW_SIZE), generator=random, device=device)
        with torch.inference_mode(), self.compute.autocast():
            image = self.generator(latent)[0]
        write_preview(self.state / "previews" / f"{epoch:06d}.png", image.float().cpu().numpy())

    def _save(self) -> None:
        self._check_losses()
        tensors = {"losses": self.epoch_losses}
        for phase in self.phases:
            tensors |= network_tensors(phase.name, phase.network)
            tensors |= optimiser_tensors(f"{phase.name}_adam", phase.optimiser)
        settings = {"step": self.step, "precision": self.compute.precision}
        save_tensors(self.checkpoint, tensors, settings | {"architecture": self.run.architecture()})

    def _resume(self) -> None:
        tensors, settings = load_tensors(self.checkpoint)
        if settings["architecture"] != self.run.architecture():
            raise InputError(
                f"{self.checkpoint}: weights of another architecture: expected {self.run.architecture()}, "
                f"got {settings['architecture']}"
            )
        for phase in self.phases:
            load_network(self.checkpoint, phase.name, phase.network, tensors)
            load_optimiser(f"{phase.name}_adam", phase.optimiser, tensors)
        self.epoch_losses.copy_(tensors["losses"])
        self.step = settings["step"]
        self._forget_later_losses()
        logger.info("run %s: goes on from step %d of %s", self.run.name, self.step, self.checkpoint)

    def _forget_later_losses(self) -> None:
        """Drop the rows of epochs that ended after the checkpoint: they are about to be trained again."""
        if self.losses.exists():
            rows = pd.read_csv(self.losses, dtype=str)
            with replacing(self.losses) as temporary:
                rows[rows["step"].astype(int) <= self.step].to_csv(temporary, index=False)

    def _board(self):
        """TensorBoard's writer, if the run asks for it."""
        if not self.run.tensorboard:
            return None
        from torch.utils.tensorboard import SummaryWriter  # slow to import, rarely wanted

        return SummaryWriter(self.state / "tensorboard")
