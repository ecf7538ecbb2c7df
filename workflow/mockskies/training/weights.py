"""Networks and optimisers in safetensors files, with their settings and a checksum in the metadata."""

import hashlib
import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from mockskies.atomic import replacing
from mockskies.errors import InputError


def save_tensors(path: Path, tensors: dict[str, Tensor], settings: dict) -> None:
    """Write ``tensors`` whole or not at all; ``settings`` is any JSON."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    # One key: safetensors writes several in an order that changes from process to process.
    # As they will be read: tuples become lists.
    settings = json.loads(json.dumps(settings))
    content = {"settings": settings, "sha256": _digest(tensors, settings)}
    metadata = {"mockskies": json.dumps(content, sort_keys=True)}
    with replacing(path) as temporary:
        # Not `save_file`, which lets nobody else read what it writes.
        temporary.write_bytes(save(tensors, metadata))


def load_tensors(path: Path) -> tuple[dict[str, Tensor], dict]:
    """Read what `save_tensors` wrote.

    Raises
    ------
    InputError
        If the file is missing, cut short or altered.
    """
    try:
        with safe_open(path, "pt") as file:
            metadata = json.loads((file.metadata() or {}).get("mockskies", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.offset_keys()}
        settings, sha256 = metadata["settings"], metadata["sha256"]
    except FileNotFoundError as error:
        raise InputError(f"{path}: expected weights, found no such file") from error
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise InputError(f"{path}: expected whole weights in safetensors, found damage: {error}") from error
    if sha256 != _digest(tensors, settings):
        raise InputError(f"{path}: damaged: tensors and settings do not give the checksum in its metadata")
    return tensors, settings


def network_tensors(prefix: str, network: nn.Module) -> dict[str, Tensor]:
    """Weights of ``network`` by name, as float32 in the default memory order."""
    return {f"{prefix}.{name}": tensor for name, tensor in network.state_dict().items()}


def load_network(path: Path, prefix: str, network: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Put the weights ``prefix.*`` of ``tensors`` into ``network``.

    Raises
    ------
    InputError
        If names or shapes are those of another architecture; the message names the first that differs.
    """
    expected = network.state_dict()
    found = {
        name.removeprefix(f"{prefix}."): t for name, t in tensors.items() if name.startswith(f"{prefix}.")
    }
    for name in sorted(expected.keys() | found.keys()):
        shapes = [tuple(side[name].shape) if name in side else "none" for side in (expected, found)]
        if shapes[0] != shapes[1]:
            raise InputError(
                f"{path}: weights of another architecture: {prefix}.{name}: "
                f"expected shape {shapes[0]}, got {shapes[1]}"
            )
    network.load_state_dict(found)


def optimiser_tensors(prefix: str, optimiser: torch.optim.Adam) -> dict[str, Tensor]:
    """Adam's moments and step counts, by the number of their parameter."""
    state = optimiser.state_dict()["state"]
    return {f"{prefix}.{i}.{key}": value for i, values in state.items() for key, value in values.items()}


def load_optimiser(prefix: str, optimiser: torch.optim.Adam, tensors: dict[str, Tensor]) -> None:
    """Put back what `optimiser_tensors` took.

    Moments lie in memory as their parameters do: the fused Adam runs over both in memory order.
    """
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith(f"{prefix}."):
            number, key = name.removeprefix(f"{prefix}.").split(".")
            if tensor.ndim:
                tensor = torch.empty_like(parameters[int(number)], requires_grad=False).copy_(tensor)
            state.setdefault(int(number), {})[key] = tensor
    optimiser.load_state_dict(optimiser.state_dict() | {"state": state})


def _digest(tensors: dict[str, Tensor], settings: dict) -> str:
    """Checksum of all that is read: names, types, shapes and bytes of tensors, and the settings."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        # Not every type has one of NumPy's.
        digest.update(tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
