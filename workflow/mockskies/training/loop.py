"""The training loop of every run: whatever differs between papers is in its objective and its networks.

Every random number comes from a stream named by the run and numbered by step and phase, so a run that was
killed and started again takes the same course as one that was not: the checkpoint holds weights, moments and
losses, and there is no generator state to restore. For the same reason several ranks can train as one (see
`mockskies.training.ranks`), and go on from each other's checkpoints in any number.
"""

import logging
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import torch
from torch import Tensor
from tqdm import tqdm

from mockskies.atomic import replacing
from mockskies.errors import DivergenceError, InputError, InterruptedTrainingError
from mockskies.models.layers import set_epoch
from mockskies.models.resnet import load_initial
from mockskies.randomness import integer_seed
from mockskies.training import ranks
from mockskies.training.average import Average
from mockskies.training.batches import Batch, Batches
from mockskies.training.joint import join
from mockskies.training.objectives import MEASURES, OBJECTIVES, SHARED, Loss
from mockskies.training.precision import Compute
from mockskies.training.previews import write_preview
from mockskies.training.run import Run
from mockskies.training.stop import Stop
from mockskies.training.weights import (
    load_network,
    load_optimiser,
    load_tensors,
    network_tensors,
    optimiser_tensors,
    save_tensors,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Phase:
    """One network's turn: its name, its optimiser and its loss."""

    name: str
    optimiser: torch.optim.Adam
    loss: Loss


class Training:
    """A run in progress: networks, optimisers, losses and the files it goes on from.

    Parameters
    ----------
    run
        What to train.
    data
        Training set, on the device.
    compute
        Device and precision.
    state
        Folder of checkpoint, losses, previews and weights; training goes on from what is there.
    compiled
        Whether ``torch.compile`` prepares the networks.
    """

    def __init__(self, run: Run, data: Batches, compute: Compute, state: Path, compiled: bool = False):
        self.run, self.data, self.compute, self.state = run, data, compute, state
        self.networks = {name: join(compute.place(n)) for name, n in run.build(data.bands).items()}
        self.forward = {name: torch.compile(n) if compiled else n for name, n in self.networks.items()}
        if run.model == "field":
            self.networks["generator"].ceiling.copy_(data.ceiling)
        losses = OBJECTIVES[run.objective["loss"]]
        self.phases = [Phase(name, self._adam(name), loss) for name, loss in losses.items()]
        self.average = Average(self.networks[run.kept], run.average) if run.average else None
        self.packing = run.networks.get("discriminator", {}).get("packing", 1)
        if run.batch % (self.packing * ranks.count()):
            raise InputError(
                f"run {run.name}: a batch of {run.batch} images in packs of {self.packing} has no "
                f"{ranks.count()} equal shares"
            )
        self.per_epoch = data.per_epoch // run.accumulate
        self.step, self.epoch = 0, None
        self.epoch_losses = torch.zeros(self.per_epoch, len(self.phases), device=compute.device)
        if self.checkpoint.exists():
            self._resume()
        elif run.initial_weights:
            load_initial(self.networks[run.kept], run.initial_weights)

    @property
    def checkpoint(self) -> Path:
        return self.state / "checkpoint.safetensors"

    @property
    def losses(self) -> Path:
        return self.state / "losses.csv"

    @property
    def kept(self) -> torch.nn.Module:
        """The network that the training is for, averaged if the run asks for it."""
        return self.average.network if self.average else self.networks[self.run.kept]

    def weights(self, epoch: int) -> Path:
        """Where the kept network's weights after ``epoch`` lie."""
        return self.state / "weights" / f"{epoch:06d}.safetensors"

    def go(self, stop: Stop | None = None) -> None:
        """Train to the last epoch, with a checkpoint as often as the run asks and when it is to ``stop``.

        Raises
        ------
        DivergenceError
            At the first checkpoint or end of an epoch after a loss stopped being a number.
        InterruptedTrainingError
            If there was a reason to stop; the checkpoint holds the last step taken.
        """
        run = self.run
        total = run.epochs * self.per_epoch
        board = self._board()
        if self.step == 0 and ranks.leads():
            self._keep_weights()
        saved = started = time.monotonic()
        quiet = 0.5 if sys.stderr.isatty() else 60
        with tqdm(
            total=total,
            initial=self.step,
            desc=run.name,
            unit=" steps",
            mininterval=quiet,
            smoothing=0.05,
            disable=not ranks.leads(),
        ) as bar:
            while self.step < total:
                self.take_step()
                bar.update()
                if self.step % self.per_epoch == 0:
                    means = self._end_epoch(board, seconds=time.monotonic() - started)
                    bar.set_postfix({name: f"{mean:.3f}" for name, mean in means.items()}, refresh=False)
                    started = time.monotonic()
                if self.step == total or time.monotonic() - saved > run.checkpoint_seconds:
                    self._save()
                    saved = time.monotonic()
                if stop and self.step < total and (reason := ranks.of_leader(stop.reason())):
                    self._save()
                    raise InterruptedTrainingError(
                        f"run {run.name}: {reason}; saved at step {self.step} of {total}"
                    )

    def take_step(self) -> None:
        """One step of each network in turn."""
        epoch, row = divmod(self.step, self.per_epoch)
        if row == 0 or self.epoch is None:
            self._begin_epoch(epoch)
        painted = self._paint() if self.run.objective["loss"] in SHARED else {}
        for number, phase in enumerate(self.phases):
            self.epoch_losses[row, number] = self._update(phase, number, painted)
        self.step += 1
        if self.average:
            self.average.update(self.step)

    def _adam(self, name: str) -> torch.optim.Adam:
        settings = self.run.optimiser
        betas = float(settings.beta1), float(settings.beta2)
        return torch.optim.Adam(self.networks[name].parameters(), settings.rates[name], betas, fused=True)

    def _begin_epoch(self, epoch: int) -> None:
        """Set what changes with the epoch: rates, and probabilities of dropout."""
        for network in self.networks.values():
            set_epoch(network, epoch)
        for phase in self.phases:
            phase.optimiser.param_groups[0]["lr"] = self.run.optimiser.rate(phase.name, epoch)
        self.epoch = epoch

    def _drawn(self) -> range:
        """Numbers of the step's batches."""
        epoch, row = divmod(self.step, self.per_epoch)
        first = epoch * self.data.per_epoch + row * self.run.accumulate
        return range(first, first + self.run.accumulate)

    def _paint(self) -> dict[int, Batch]:
        """The step's batches by their number, with what the generator makes of them."""
        self.networks["generator"].requires_grad_(True)
        batches = {number: self._draw(number, 0) for number in self._drawn()}
        with self.compute.autocast():
            return {n: replace(b, generated=self.forward["generator"](b.latent)) for n, b in batches.items()}

    def _update(self, phase: Phase, turn: int, painted: Mapping[int, Batch] = MappingProxyType({})) -> Tensor:
        """One step of one network; returns its loss, the mean over the step's batches."""
        for name, network in self.networks.items():
            network.requires_grad_(name == phase.name)
        phase.optimiser.zero_grad(set_to_none=True)
        # Summed one by one: only one batch's graph is in memory, unless all were painted beforehand.
        losses = [self._backward(phase, turn, number, painted.get(number)) for number in self._drawn()]
        loss = torch.stack(losses).sum()
        parameters = self.networks[phase.name].parameters()
        ranks.average([*(p.grad for p in parameters if p.grad is not None), loss])
        phase.optimiser.step()
        return loss

    def _backward(self, phase: Phase, turn: int, number: int, batch: Batch | None) -> Tensor:
        """Add the gradient of one batch, drawn for this turn or given; returns its share of the loss."""
        run = self.run
        # Dropout and smoothed labels draw from here, so that they too depend on the batch alone.
        torch.manual_seed(integer_seed(run.seed, f"{run.name}: networks", number, turn))
        batch = batch or self._draw(number, turn)
        with self.compute.autocast():
            loss = phase.loss(self.forward, batch, run.objective) / run.accumulate
        loss.backward()
        return loss.detach()

    def _draw(self, number: int, turn: int) -> Batch:
        batch = self.data.draw(number, turn).share(self.packing)
        images = (batch.real, batch.latent)
        real, latent = (t if t is None else t.contiguous(memory_format=torch.channels_last) for t in images)
        return replace(batch, real=real, latent=latent, step=self.step, epoch=self.epoch)

    def _end_epoch(self, board, seconds: float) -> dict[str, float]:
        """Log and show the epoch that has just ended; returns its mean losses."""
        self._check_losses()
        epoch = self.step // self.per_epoch
        means = {p.name: m for p, m in zip(self.phases, self.epoch_losses.mean(dim=0).tolist(), strict=True)}
        if not ranks.leads():
            return means
        row = {"epoch": epoch, "step": self.step}
        row |= {f"loss_{name}": mean for name, mean in means.items()}
        measures = MEASURES.get(self.run.objective["loss"], {})
        row |= {name: measure(self.networks).item() for name, measure in measures.items()}
        row |= {f"rate_{p.name}": p.optimiser.param_groups[0]["lr"] for p in self.phases}
        row |= {"steps_per_second": round(self.per_epoch / seconds, 3)}
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
            epoch = (self.step - 1) // self.per_epoch
            step = epoch * self.per_epoch + int(finite.logical_not().nonzero()[0])
            exists = self.checkpoint.exists()
            good = (
                f"the last good checkpoint is {self.checkpoint}" if exists else "there is no checkpoint yet"
            )
            raise DivergenceError(f"run {self.run.name}: a loss is not finite at step {step}; {good}")

    def _keep_weights(self) -> None:
        epoch = self.step // self.per_epoch
        settings = {"architecture": self.run.architecture(), "run": self.run.name} | {
            "epoch": epoch, "step": self.step, "bands": self.data.bands, "precision": self.compute.precision,
            "stretch": self.run.stretch,
        }  # fmt: skip
        save_tensors(self.weights(epoch), network_tensors(self.run.kept, self.kept), settings)

    def _preview(self, epoch: int) -> None:
        """One fixed latent, so that pictures of different epochs can be laid side by side."""
        latent = self.data.preview()
        if latent is None:
            return
        generator = self.kept.eval()
        with torch.inference_mode(), self.compute.autocast():
            images = generator(latent.contiguous(memory_format=torch.channels_last)).float()
        generator.train()
        write_preview(self.state / "previews" / f"{epoch:06d}.png", self.data.picture(images))

    def _save(self) -> None:
        self._check_losses()
        if not ranks.leads():
            return
        tensors = {"losses": self.epoch_losses}
        for phase in self.phases:
            tensors |= network_tensors(phase.name, self.networks[phase.name])
            tensors |= optimiser_tensors(f"{phase.name}_adam", phase.optimiser)
        if self.average:
            tensors |= network_tensors("average", self.average.network)
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
            load_network(self.checkpoint, phase.name, self.networks[phase.name], tensors)
            load_optimiser(f"{phase.name}_adam", phase.optimiser, tensors)
        if self.average:
            load_network(self.checkpoint, "average", self.average.network, tensors)
        self.epoch_losses.copy_(tensors["losses"])
        # A busy processor may measure another number format to be the fastest.
        self.compute = replace(self.compute, precision=settings["precision"])
        self.step = settings["step"]
        if ranks.leads():
            self._forget_later_losses()
        logger.info("run %s: goes on from step %d of %s", self.run.name, self.step, self.checkpoint)

    def _forget_later_losses(self) -> None:
        """Drop the rows of epochs that ended after the checkpoint: they are about to be trained again."""
        if not self.losses.exists():
            return
        try:
            rows = pd.read_csv(self.losses, dtype=str)
            known = rows["step"].astype(int) <= self.step
        except (ValueError, KeyError) as error:
            raise InputError(
                f"{self.losses}: expected a table of losses, but reading it failed: {error}"
            ) from None
        with replacing(self.losses) as temporary:
            rows[known].to_csv(temporary, index=False)

    def _board(self):
        """TensorBoard's writer, if the run asks for it."""
        if not (self.run.tensorboard and ranks.leads()):
            return None
        from torch.utils.tensorboard import SummaryWriter  # slow to import, rarely wanted

        return SummaryWriter(self.state / "tensorboard")
