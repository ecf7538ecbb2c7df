"""What a run was, read from what it left behind: its networks, its rates, its length."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd
import torch

from mockskies.models.outline import outline
from mockskies.training.run import Run, build
from mockskies.training.weights import load_network, load_tensors


def describe(run: Run, weights: Path, losses: Path) -> dict:
    """Plain lists and numbers, for JSON.

    Networks are those of the last weights' own settings, and must take these weights. Rates are those
    that the optimisers had, as ``[first epoch, rate]`` wherever one changed.

    Parameters
    ----------
    run
        A run on single images, with a generator and a discriminator.
    weights
        Folder of the run's snapshots, the first from before the first step.
    """
    log = pd.read_csv(losses)
    last = weights / f"{run.epochs:06d}.safetensors"
    tensors, settings = load_tensors(last)
    networks = build(settings["architecture"], settings["bands"])
    load_network(last, "generator", networks["generator"], tensors)
    # A vector of noise is one pixel; Stage II starts from the smaller images.
    start = run.sizes[0] if len(run.sizes) > 1 else 1
    sizes = {"generator": start, "discriminator": run.sizes[-1]}
    first, _ = load_tensors(weights / "000000.safetensors")
    return {
        "run": run.name,
        "epochs": int(log["epoch"].iloc[-1]),
        "step": int(log["step"].iloc[-1]),
        "batch": run.batch,
        "beta1": run.optimiser.beta1,
        "beta2": run.optimiser.beta2,
        "halve_every": run.optimiser.halve_every,
        "objective": run.objective,
        "rates": {name: _changes(log["epoch"], log[f"rate_{name}"]) for name in networks},
        "first_deviation": _deviation(first),
        "networks": {name: asdict(outline(network, sizes[name])) for name, network in networks.items()},
    }


def _changes(epochs: pd.Series, rates: pd.Series) -> list[list]:
    changed = rates != rates.shift()
    return [[int(e), float(r)] for e, r in zip(epochs[changed], rates[changed], strict=True)]


def _deviation(tensors: dict[str, torch.Tensor]) -> float:
    """Standard deviation of all kernels."""
    return float(torch.cat([t.flatten() for t in tensors.values() if t.ndim == 4]).std())
