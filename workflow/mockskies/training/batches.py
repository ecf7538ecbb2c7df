"""What a step is trained on: drawn, flipped and scaled on the device that holds the data.

Each kind of batch is drawn from streams named by the run and numbered by step and phase, so a batch does
not depend on what was drawn before it.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from mockskies.datasets.folds import fold_of
from mockskies.errors import InputError
from mockskies.randomness import integer_seed, random_generator
from mockskies.training import ranks
from mockskies.training.levels import from_levels
from mockskies.training.previews import sheet
from mockskies.training.run import Run

PREVIEW_IMAGES = 64


@dataclass(frozen=True)
class Batch:
    """One step's data.

    Attributes
    ----------
    real
        Images, ``(n, band, y, x)``, scaled as the generator's output is.
    latent
        What the generator starts from: noise, or smaller images in [0, 1].
    generated
        What the generator makes of it, where both networks take their turns at the same images.
    votes
        Vote fractions, ``(n, answer)``.
    classes
        Which class each image is of, ``(n, class)``, 1 for that one and 0 for others.
    targets
        Scores, ``(n,)``.
    conditions
        What both networks are told, ``(n, condition, y, x)``, beside the bands; the latent has it as well.
    boxes
        Galaxies of each scene, ``(n, m, 4)``: top, left, bottom and right in px; rows of 0 fill up.
    step, epoch
        Number of the step and of its epoch, from 0.
    """

    real: Tensor
    latent: Tensor | None = None
    generated: Tensor | None = None
    votes: Tensor | None = None
    classes: Tensor | None = None
    targets: Tensor | None = None
    conditions: Tensor | None = None
    boxes: Tensor | None = None
    step: int = 0
    epoch: int = 0

    def share(self, parts: int) -> "Batch":
        """What of the batch is this rank's, as `mockskies.training.ranks.share` has it."""
        tensors = {name: value for name, value in vars(self).items() if isinstance(value, Tensor)}
        return replace(self, **{name: ranks.share(t, parts=parts) for name, t in tensors.items()})


class Batches(Protocol):
    """A training set on a device; ``per_epoch`` is the number of batches that make an epoch."""

    bands: int
    per_epoch: int

    def draw(self, step: int, phase: int) -> Batch:
        """The batch of one network's turn; ``step`` counts batches, several of which may make one step."""

    def preview(self) -> Tensor | None:
        """What the generator starts from in every preview of a run; None where there is no generator."""

    def picture(self, images: Tensor) -> np.ndarray:
        """Generated images as one picture, ``(y, x, 3)``, uint8."""


class Images:
    """Minibatches without replacement, flipped both ways at random: the sky has no upper side.

    So Fussell and Moews (2019), section 3.1; de Fremond et al. (2020) do not say. Coccomini et al. (2021)
    vary colours and nothing else: their run says so.

    Parameters
    ----------
    images
        Shape ``(n, band, y, x)``, uint8.
    """

    def __init__(self, run: Run, images: Tensor):
        _hold(run, len(images))
        self.run, self.images = run, images
        self.bands, self.per_epoch = images.shape[1], len(images) // run.batch

    def draw(self, step: int, phase: int) -> Batch:
        rows, random = _minibatch(self.run, len(self.images), step, phase, self.images.device)
        real = self.images[rows]
        if self.run.flips:
            real = _flipped(real, _coins(self.run.batch, random))
        noise = draw_noise(self.run, self.run.batch, real.shape[-1], self.bands, random)
        return Batch(from_levels(real, self.run.stretch), noise)

    def preview(self) -> Tensor:
        random = torch.Generator(self.images.device)
        random.manual_seed(integer_seed(self.run.seed, f"{self.run.name}: preview"))
        return draw_noise(self.run, PREVIEW_IMAGES, self.images.shape[-1], self.bands, random)

    def picture(self, images: Tensor) -> np.ndarray:
        return sheet(images.cpu().numpy())


class Classed(Images):
    """Images of known classes; the noise that a batch's images are drawn from is joined by theirs.

    Parameters
    ----------
    images
        Shape ``(n, band, y, x)``, uint8.
    classes
        Number of each image's class, ``(n,)``, from 0.
    """

    def __init__(self, run: Run, images: Tensor, classes: Tensor):
        super().__init__(run, images)
        known = run.networks["generator"]["classes"]
        members = torch.bincount(classes, minlength=known)
        if len(members) > known or not members.all():
            raise InputError(
                f"run {run.name}: expected images of each of {known} classes, got {members.tolist()} of each"
            )
        self.classes = F.one_hot(classes, known).float()

    def draw(self, step: int, phase: int) -> Batch:
        rows, random = _minibatch(self.run, len(self.images), step, phase, self.images.device)
        real = _flipped(self.images[rows], _coins(self.run.batch, random))
        noise = draw_noise(self.run, self.run.batch, real.shape[-1], self.bands, random)
        classes = self.classes[rows]
        return Batch(from_levels(real, self.run.stretch), join_classes(noise, classes), classes=classes)

    def preview(self) -> Tensor:
        """Classes in turn."""
        noise = super().preview()
        turns = torch.arange(len(noise), device=noise.device) % self.classes.shape[1]
        return join_classes(noise, F.one_hot(turns, self.classes.shape[1]).float())


class Scores:
    """Frames with their scores, flipped both ways, but for those of the fold that is held out.

    Parameters
    ----------
    frames
        Shape ``(n, band, y, x)``, uint8.
    scores
        Shape ``(n,)``, float32.
    """

    def __init__(self, run: Run, frames: Tensor, scores: Tensor):
        kept = torch.from_numpy(np.flatnonzero(fold_of(run.seed, len(frames), run.folds) != run.fold))
        _hold(run, len(kept))
        rows = kept.to(frames.device)
        self.run, self.frames, self.scores = run, frames[rows], scores[rows]
        self.bands, self.per_epoch = frames.shape[1], len(kept) // run.batch

    def draw(self, step: int, phase: int) -> Batch:
        rows, random = _minibatch(self.run, len(self.frames), step, phase, self.frames.device)
        frames = _flipped(self.frames[rows], _coins(self.run.batch, random))
        return Batch(from_levels(frames, self.run.stretch), targets=self.scores[rows])

    def preview(self) -> None:
        return None

    def picture(self, images: Tensor) -> np.ndarray:
        return sheet(images.cpu().numpy())


class Pairs:
    """The same galaxies at two sizes, each pair flipped alike (section 3.4).

    Parameters
    ----------
    small, large
        Shape ``(n, band, y, x)``, uint8, in the same order.
    """

    def __init__(self, run: Run, small: Tensor, large: Tensor):
        _hold(run, len(small))
        if len(small) != len(large):
            raise InputError(
                f"run {run.name}: expected pairs of images, got {len(small)} small and {len(large)} large"
            )
        self.run, self.small, self.large = run, small, large
        self.bands, self.per_epoch = small.shape[1], len(small) // run.batch

    def draw(self, step: int, phase: int) -> Batch:
        rows, random = _minibatch(self.run, len(self.small), step, phase, self.small.device)
        coins = _coins(self.run.batch, random)
        return Batch(
            from_levels(_flipped(self.large[rows], coins), self.run.stretch),
            _flipped(self.small[rows], coins).float() / 255,
        )

    def preview(self) -> Tensor:
        return self.small[:PREVIEW_IMAGES].float() / 255

    def picture(self, images: Tensor) -> np.ndarray:
        return sheet(images.cpu().numpy())


class Votes:
    """Galaxies with the volunteers' answers, turned and flipped in the square's eight ways and shifted.

    Parameters
    ----------
    images
        Shape ``(n, band, y, x)``, uint8.
    votes
        Shape ``(n, answer)``, float32.
    """

    SHIFT = 4  # px at most: the galaxy stays in the middle

    def __init__(self, run: Run, images: Tensor, votes: Tensor):
        answers = run.networks["classifier"]["answers"]
        if votes.shape[1] != answers:
            raise InputError(
                f"run {run.name}: expected {answers} vote fractions a galaxy, got {votes.shape[1]}"
            )
        kept, _ = split(run.seed, len(images))
        _hold(run, len(kept))
        rows = torch.from_numpy(kept).to(images.device)
        self.run, self.images, self.votes = run, images[rows], votes[rows]
        self.bands, self.per_epoch = images.shape[1], len(kept) // run.batch

    def draw(self, step: int, phase: int) -> Batch:
        rows, random = _minibatch(self.run, len(self.images), step, phase, self.images.device)
        images = _flipped(self.images[rows], _coins(self.run.batch, random))
        turned = torch.rand(self.run.batch, 1, 1, 1, generator=random, device=images.device) < 0.5
        images = torch.where(turned, images.mT, images)
        y, x = torch.randint(-self.SHIFT, self.SHIFT + 1, (2,), generator=random, device=images.device)
        images = images.roll((int(y), int(x)), dims=(2, 3))
        return Batch(from_levels(images, self.run.stretch), votes=self.votes[rows])

    def preview(self) -> None:
        return None

    def picture(self, images: Tensor) -> np.ndarray:
        return sheet(images.cpu().numpy())


class Scenes:
    """Scenes with the boxes of their galaxies, turned and flipped in the square's eight ways.

    Parameters
    ----------
    scenes
        Shape ``(n, band, y, x)``, uint8.
    boxes
        As a `Batch` has them, for all scenes.
    """

    def __init__(self, run: Run, scenes: Tensor, boxes: Tensor):
        _hold(run, len(scenes))
        cell = 2 ** len(run.networks["detector"]["widths"])
        if scenes.shape[-1] % cell:
            raise InputError(
                f"run {run.name}: expected scenes whose side is a multiple of {cell} px, the side of a cell, "
                f"got {scenes.shape[-1]} px"
            )
        self.run, self.scenes, self.boxes = run, scenes, boxes
        self.bands, self.per_epoch = scenes.shape[1], len(scenes) // run.batch

    def draw(self, step: int, phase: int) -> Batch:
        rows, random = _minibatch(self.run, len(self.scenes), step, phase, self.scenes.device)
        coins = torch.rand(3, self.run.batch, 1, 1, generator=random, device=random.device) < 0.5
        scenes = _flipped(self.scenes[rows], coins[:2, ..., None])
        scenes = torch.where(coins[2, ..., None], scenes.mT, scenes)
        boxes = turned(self.boxes[rows], coins, self.scenes.shape[-1])
        return Batch(from_levels(scenes, self.run.stretch), boxes=boxes)

    def preview(self) -> None:
        return None

    def picture(self, images: Tensor) -> np.ndarray:
        return sheet(images.cpu().numpy())


def turned(boxes: Tensor, coins: Tensor, side: int) -> Tensor:
    """Boxes ``(n, m, 4)`` in scenes of ``side`` px that are flipped in x and in y and then transposed.

    ``coins``, ``(3, n, 1, 1)``, say which of the three each scene is. Rows of 0 stay without an area.
    """
    top, left, bottom, right = boxes.split(1, dim=2)
    left, right = _swapped(coins[0], left, right, side)
    top, bottom = _swapped(coins[1], top, bottom, side)
    upright, across = (top, left, bottom, right), (left, top, right, bottom)
    return torch.where(coins[2], torch.cat(across, dim=2), torch.cat(upright, dim=2))


def _swapped(flipped: Tensor, low: Tensor, high: Tensor, side: int) -> tuple[Tensor, Tensor]:
    return torch.where(flipped, side - high, low), torch.where(flipped, side - low, high)


def split(seed: int, galaxies: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows on which a classifier is trained, and the tenth of all rows that it never sees."""
    order = random_generator(seed, "galaxies held out").permutation(galaxies)
    held_out = galaxies // 10
    return np.sort(order[held_out:]), np.sort(order[:held_out])


def draw_noise(run: Run, images: int, size: int, bands: int, random: torch.Generator) -> Tensor:
    """White noise that a generator starts from, for ``images`` of ``size`` px."""
    return torch.randn(run.latent_shape(images, size, bands), generator=random, device=random.device)


def join_classes(noise: Tensor, classes: Tensor) -> Tensor:
    """Noise ``(n, channels, 1, 1)`` and classes ``(n, class)`` side by side, as a generator takes them."""
    return torch.cat([noise, classes[:, :, None, None]], dim=1)


def _hold(run: Run, images: int) -> None:
    batch = run.batch * run.accumulate
    if images < batch:
        raise InputError(
            f"run {run.name}: a batch of {batch} images is larger than the training set of {images}"
        )


def _minibatch(
    run: Run, images: int, step: int, phase: int, device: torch.device
) -> tuple[Tensor, torch.Generator]:
    """Rows of a step's minibatch, and the stream of everything else that is drawn for it."""
    epoch, batch = divmod(step, images // run.batch)
    order = _order(run.seed, run.name, epoch, images)[batch * run.batch : (batch + 1) * run.batch]
    stream = integer_seed(run.seed, f"{run.name}: batches", step, phase)
    return torch.from_numpy(order).to(device), torch.Generator(device).manual_seed(stream)


@lru_cache(maxsize=1)
def _order(seed: int, name: str, epoch: int, images: int) -> np.ndarray:
    return random_generator(seed, f"{name}: order", epoch).permutation(images)


def _coins(count: int, random: torch.Generator) -> Tensor:
    """Two throws an image, ``(2, count, 1, 1, 1)``."""
    return torch.rand(2, count, 1, 1, 1, generator=random, device=random.device) < 0.5


def _flipped(images: Tensor, coins: Tensor) -> Tensor:
    images = torch.where(coins[0], images.flip(3), images)
    return torch.where(coins[1], images.flip(2), images)
