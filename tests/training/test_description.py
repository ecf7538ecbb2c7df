"""The outline of networks against their modules, and what a run's description says of it."""

import pandas as pd
import pytest
import torch
from torch import nn

from mockskies.errors import InputError
from mockskies.models import dcgan, stackgan
from mockskies.models.outline import outline
from mockskies.training.description import describe
from mockskies.training.run import Run
from mockskies.training.weights import network_tensors, save_tensors

GENERATOR = {"latent_channels": 7, "widths": [16, 8, 6, 4], "kernel": 4, "batch_norm": True, "dropout": None}
DROPOUT = {"before": 0.5, "after": 0.5, "start": 0, "end": 0}
DISCRIMINATOR = {"widths": [4, 6, 8, 16], "kernel": 6, "batch_norm": False, "dropout": DROPOUT}
DISCRIMINATOR |= {"dropout_after": "all"}
STAGE_TWO = {"width": 5, "blocks": 2, "last_width": 9}


def test_outline_lists_every_module_in_the_order_of_the_pass():
    network, _ = dcgan.build(GENERATOR, DISCRIMINATOR, 3)
    found = outline(network, 1)
    assert found.input == [7, 1, 1]
    assert found.parameters == sum(p.numel() for p in network.parameters())
    modules = {path: m for path, m in network.named_modules() if not list(m.children())}
    assert [layer["path"] for layer in found.layers] == list(modules)
    for layer in found.layers:
        module = modules[layer["path"]]
        assert layer["name"] == type(module).__name__
        if isinstance(module, nn.ConvTranspose2d):
            assert layer["settings"] == {
                "kernel_size": 4,
                "stride": module.stride[0],
                "padding": module.padding[0],
            }
    assert [layer["shape"] for layer in found.layers if layer["name"] == "ConvTranspose2d"] == [
        [16, 4, 4],
        [8, 8, 8],
        [6, 16, 16],
        [4, 32, 32],
        [3, 64, 64],
    ]
    assert found.skips == []


def test_outline_names_a_derived_layer_after_pytorch_s_own():
    _, network = dcgan.build(GENERATOR, DISCRIMINATOR, 3)
    names = [layer["name"] for layer in outline(network, 64).layers]
    assert names.count("Dropout2d") == 4
    assert "BatchNorm2d" not in names


def test_outline_finds_sums_and_bare_activations():
    network, _ = stackgan.build(STAGE_TWO, DISCRIMINATOR, 3)
    found = outline(network, 64)
    ends = [[found.layers[end]["path"] for end in skip] for skip in found.skips]
    assert ends == [["first.1", "blocks.0.inner.4"], ["", "blocks.1.inner.4"], ["first.1", "blocks.3"]]
    assert [layer["name"] for layer in found.layers if not layer["path"]] == ["ReLU", "ReLU"]
    assert found.layers[-1]["shape"] == [3, 128, 128]


class Input(nn.Module):
    """Adds its input to its only layer."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, images):
        return torch.tanh(self.layer(images).add_(images))


def test_outline_counts_the_input_as_the_layer_before_the_first():
    found = outline(Input(), 8)
    assert found.skips == [[-1, 0]]
    assert [layer["name"] for layer in found.layers] == ["Conv2d", "Tanh"]


def test_outline_leaves_the_network_as_it_was():
    network, _ = dcgan.build(GENERATOR, DISCRIMINATOR, 3)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    outline(network, 1)
    assert network.training
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in network.modules())
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name]), name


@pytest.fixture
def run():
    block = {"name": "small", "seed": 1, "model": "dcgan", "objective": {"loss": "non_saturating"}}
    block |= {"generator": GENERATOR, "discriminator": DISCRIMINATOR, "sizes": [64], "batch": 4, "epochs": 3}
    block |= {"snapshots": [3], "preview_every": 1, "checkpoint_seconds": 1.0, "tensorboard": False}
    rates = {"generator_rate": 4.0e-4, "discriminator_rate": 2.0e-4}
    return Run.from_block(block | {"optimiser": rates | {"beta1": 0.5, "beta2": 0.9, "halve_every": 2}})


@pytest.fixture
def left(run, tmp_path):
    """Weights and losses as a run leaves them."""
    generator = run.build(3)["generator"]
    settings = {"architecture": run.architecture(), "bands": 3}
    for epoch in (0, 3):
        path = tmp_path / f"weights/{epoch:06d}.safetensors"
        save_tensors(path, network_tensors("generator", generator), settings)
    columns = {"epoch": [1, 2, 3], "step": [5, 10, 15]}
    columns |= {"rate_generator": [4e-4, 4e-4, 2e-4], "rate_discriminator": [2e-4, 2e-4, 1e-4]}
    pd.DataFrame(columns).to_csv(tmp_path / "losses.csv", index=False)
    return tmp_path


def test_description_is_read_from_what_the_run_left(run, left):
    found = describe(run, left / "weights", left / "losses.csv")
    assert (found["run"], found["epochs"], found["step"], found["batch"]) == ("small", 3, 15, 4)
    assert found["rates"] == {
        "generator": [[1, 4e-4], [3, 2e-4]],
        "discriminator": [[1, 2e-4], [3, 1e-4]],
    }
    assert found["first_deviation"] == pytest.approx(0.02, rel=0.05)
    assert found["networks"]["generator"]["input"] == [7, 1, 1]
    assert found["networks"]["discriminator"]["input"] == [3, 64, 64]


def test_weights_of_another_architecture_are_refused(run, left):
    settings = {"architecture": run.architecture() | {"generator": GENERATOR | {"widths": [16, 8, 6, 5]}}}
    generator = run.build(3)["generator"]
    path = left / "weights/000003.safetensors"
    save_tensors(path, network_tensors("generator", generator), settings | {"bands": 3})
    with pytest.raises(InputError, match=r"000003\.safetensors: weights of another architecture"):
        describe(run, left / "weights", left / "losses.csv")
