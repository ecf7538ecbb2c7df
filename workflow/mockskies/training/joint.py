"""Layers that look at a whole batch, or draw for it, when its images lie with several ranks."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mockskies.models.layers import RampedDropout
from mockskies.training import ranks


class JointBatchNorm(nn.BatchNorm2d):
    """Batch normalisation by mean and variance of all ranks' images.

    PyTorch's own, `torch.nn.SyncBatchNorm`, runs on GPUs alone.
    """

    def forward(self, features: Tensor) -> Tensor:
        if not self.training:
            return super().forward(features)
        values = features.float()
        own_variance, own_mean = torch.var_mean(values, dim=(0, 2, 3), correction=0)
        mean = ranks.mean(own_mean)
        variance = ranks.mean(own_variance + (own_mean - mean).square())
        with torch.no_grad():
            number = ranks.count() * values.numel() / len(mean)
            self.num_batches_tracked += 1
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * (number / (number - 1)), self.momentum)
        scale = self.weight * (variance + self.eps).rsqrt()
        shift = self.bias - mean * scale
        return (values * scale[:, None, None] + shift[:, None, None]).to(features.dtype)


class JointDropout(RampedDropout):
    """Spatial dropout that drops what it would of the whole batch."""

    def forward(self, features: Tensor) -> Tensor:
        if not self.training:
            return features
        if torch.compiler.is_compiling():
            # A compiler that saw two of these layers at once might draw for the second first.
            torch._dynamo.graph_break()
        whole = features.new_ones(ranks.count() * len(features), features.shape[1], 1, 1)
        return features * ranks.share(F.dropout2d(whole, self.p))


JOINT = {nn.BatchNorm2d: JointBatchNorm, RampedDropout: JointDropout}


def join(network: nn.Module) -> nn.Module:
    """Make ``network`` one of several that act as one, if there are several ranks; returns it."""
    if ranks.count() > 1:
        for module in network.modules():
            # As PyTorch's `fully_shard` does: weights and whoever holds the module stay as they are.
            module.__class__ = JOINT.get(type(module), type(module))
    return network
