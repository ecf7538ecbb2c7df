"""ResNet (He et al. 2016) with bottlenecks, as a scorer of frames: section II C of de Fremond et al. (2020).

With 64 channels and blocks of 3, 4, 6 and 3 it is ResNet-50, and its parameters have the names and shapes
that weights trained on ImageNet are published with, so that these can be its first weights.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from mockskies.errors import InputError

EXPANSION = 4  # channels that leave a bottleneck, in units of those within
COLOURS = 3
# Mean and deviation of ImageNet's pixels in [0, 1], by which published weights expect them scaled.
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Settings:
    """Channels within the first blocks, and the number of blocks at each of four sizes."""

    width: int
    blocks: tuple[int, int, int, int]


class Bottleneck(nn.Module):
    """Three convolutions whose input is added to what they give."""

    def __init__(self, channels: int, width: int, stride: int):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, EXPANSION * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(EXPANSION * width)
        self.downsample = None
        if stride != 1 or channels != EXPANSION * width:
            shortcut = nn.Conv2d(channels, EXPANSION * width, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(EXPANSION * width))

    def forward(self, features: Tensor) -> Tensor:
        shortcut = features if self.downsample is None else self.downsample(features)
        features = torch.relu(self.bn1(self.conv1(features)))
        features = torch.relu(self.bn2(self.conv2(features)))
        return torch.relu(self.bn3(self.conv3(features)) + shortcut)


class ResNet(nn.Module):
    """Frames ``(n, 1, y, x)`` in [-1, 1] to scores ``(n,)``; the grey band stands for all three colours."""

    def __init__(self, settings: Settings, outputs: int = 1):
        super().__init__()
        self.conv1 = nn.Conv2d(COLOURS, settings.width, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(settings.width)
        channels = settings.width
        for number, blocks in enumerate(settings.blocks):
            width, layers = settings.width * 2**number, []
            for block in range(blocks):
                layers.append(Bottleneck(channels, width, 2 if number > 0 and block == 0 else 1))
                channels = EXPANSION * width
            setattr(self, f"layer{number + 1}", nn.Sequential(*layers))
        self.fc = nn.Linear(channels, outputs)
        self.register_buffer("mean", torch.tensor(MEAN).view(1, COLOURS, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, COLOURS, 1, 1), persistent=False)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, frames: Tensor) -> Tensor:
        colours = ((frames + 1) / 2).expand(-1, COLOURS, -1, -1)
        features = torch.relu(self.bn1(self.conv1((colours - self.mean) / self.deviation)))
        features = torch.max_pool2d(features, 3, 2, padding=1)
        for number in range(1, 5):
            features = getattr(self, f"layer{number}")(features)
        features = features.mean(dim=(2, 3))
        with torch.autocast(features.device.type, enabled=False):
            return self.fc(features.float()).flatten()


def build(scorer: dict, bands: int) -> tuple[ResNet]:
    """The network from the ``scorer`` block of a run.

    Raises
    ------
    InputError
        If frames have more than one band.
    """
    if bands != 1:
        raise InputError(f"resnet: expected frames of one band, got {bands}")
    return (ResNet(Settings(scorer["width"], tuple(scorer["blocks"]))),)


def load_initial(network: ResNet, path: str | Path) -> None:
    """Start from published weights: all but those of the last layer, whose classes are not ours.

    Parameters
    ----------
    path
        A ``.safetensors`` file.

    Raises
    ------
    InputError
        If the file is missing, damaged or a pickle, whatever its name, or lacks a tensor or has it in another
        shape; the message names the first.
    """
    found = _read(Path(path))
    expected = {name: t for name, t in network.state_dict().items() if not name.startswith("fc.")}
    for name, tensor in expected.items():
        # Older files do not count batches.
        if name not in found and name.endswith("num_batches_tracked"):
            found[name] = tensor
        shape = tuple(found[name].shape) if name in found else "none"
        if shape != tuple(tensor.shape):
            raise InputError(
                f"{path}: initial weights of another network: {name}: "
                f"expected shape {tuple(tensor.shape)}, got {shape}"
            )
    network.load_state_dict({name: found[name] for name in expected}, strict=False)


def _read(path: Path) -> dict[str, Tensor]:
    try:
        with open(path, "rb") as file:
            start = file.read(2)
        # PyTorch's own files are zips around a pickle, or plain ones: to read one is to run what it says.
        if start == b"PK" or start[:1] == b"\x80":
            raise InputError(
                f"{path}: expected initial weights in safetensors, found a pickle, which is never read"
            )
        return load_file(path)
    except FileNotFoundError as error:
        raise InputError(f"{path}: expected initial weights, found no such file") from error
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise InputError(f"{path}: expected initial weights, but reading them failed: {error}") from error
