"""Networks, crops, losses and weights, each against a second way to have them."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from mockskies.errors import InputError
from mockskies.models import spatial
from mockskies.training.batches import Batch
from mockskies.training.crops import random_crops
from mockskies.training.objectives import OBJECTIVES
from mockskies.training.precision import Compute, choose_compute, matrix_product_rate
from mockskies.training.weights import load_network, load_tensors, network_tensors, save_tensors

TEXT = (
    {"latent_channels": 50, "widths": [256, 128, 64, 32], "layers_per_set": 3},
    {"widths": [32, 64, 128, 256, 512], "packing": 2},
)
CODE = (
    {"latent_channels": 50, "widths": [256, 128, 64, 32], "layers_per_set": 2},
    {"widths": [32, 64, 128, 256], "packing": 2},
)


def deconvolutions(network):
    return [m for m in network.modules() if isinstance(m, torch.nn.ConvTranspose2d | torch.nn.Conv2d)]


@pytest.mark.parametrize(("blocks", "in_generator", "in_discriminator"), [(TEXT, 14, 5), (CODE, 11, 4)])
def test_depth_of_text_and_of_code(blocks, in_generator, in_discriminator):
    generator, discriminator = spatial.build(*blocks, bands=3)
    assert len(deconvolutions(generator)) == in_generator
    assert len(deconvolutions(discriminator)) == in_discriminator
    kernels = [m.kernel_size[0] for m in deconvolutions(generator)]
    assert kernels == [4] * (in_generator - 1) + [3]


def test_the_text_s_generator_costs_what_the_design_says():
    generator, _ = spatial.build(*TEXT, bands=3)
    operations = 0
    scale = 1
    for module in deconvolutions(generator):
        taps = module.weight.numel()
        if isinstance(module, torch.nn.ConvTranspose2d):
            operations += 2 * taps / (16 / scale) ** 2
            scale *= 2
        else:
            operations += 2 * taps / (16 / scale) ** 2
    assert operations == pytest.approx(347e3, rel=0.01)


def test_every_size_is_sixteen_times_the_noise_and_the_sigmoid_s():
    generator, discriminator = spatial.build(
        {"latent_channels": 5, "widths": [8, 8, 6, 4], "layers_per_set": 3},
        {"widths": [4, 6], "packing": 2},
        bands=4,
    )
    latent = torch.randn(6, 5, 3, 5)
    images = generator(latent)
    assert images.shape == (6, 4, 48, 80)
    assert 0 < images.min() < images.max() < 1
    assert discriminator(images).shape == (3,)


def test_packing_joins_the_two_halves_of_a_batch_on_the_channel_axis():
    _, discriminator = spatial.build(*TEXT, bands=3)
    images = torch.rand(6, 3, 64, 64)
    packed = torch.stack([torch.cat([images[i], images[i + 3]]) for i in range(3)])
    features = discriminator.hidden(packed).mean(dim=(2, 3))
    torch.testing.assert_close(discriminator(images), discriminator.judge(features)[:, 0])


def test_crops_are_pieces_of_the_field_flipped_both_ways():
    field = torch.arange(3 * 20 * 30, dtype=torch.float32).reshape(3, 20, 30)
    crops = random_crops(field, 400, 8, torch.Generator().manual_seed(0))
    assert crops.shape == (400, 3, 8, 8)
    seen = set()
    for crop in crops[:, 0].numpy().astype(int):
        rows, columns = np.unravel_index(crop, (20, 30))
        y, x = rows[:, 0], columns[0]
        assert (np.abs(np.diff(y)) == 1).all()
        assert (np.abs(np.diff(x)) == 1).all()
        assert (crop == 30 * y[:, None] + x).all()
        seen.add((y[1] > y[0], x[1] > x[0], min(y), min(x)))
    assert {(up, right) for up, right, _, _ in seen} == {(u, r) for u in (True, False) for r in (True, False)}
    assert {y for _, _, y, _ in seen} == set(range(13))
    assert {x for _, _, _, x in seen} == set(range(23))


def test_relativistic_average_losses_are_equation_2_s_cross_entropies():
    real, latent = torch.randn(2, 8, 1, dtype=torch.float64)

    def generator(z):
        return 2 * z

    def discriminator(x):
        return x[:, 0] ** 2

    c_real, c_fake = discriminator(real), discriminator(generator(latent))
    d_real, d_fake = torch.sigmoid(c_real - c_fake.mean()), torch.sigmoid(c_fake - c_real.mean())
    ones, zeros = torch.ones_like(d_real), torch.zeros_like(d_real)
    loss_d = F.binary_cross_entropy(d_real, ones) + F.binary_cross_entropy(d_fake, zeros)
    loss_g = F.binary_cross_entropy(d_real, zeros) + F.binary_cross_entropy(d_fake, ones)
    networks = {"generator": generator, "discriminator": discriminator}
    losses = OBJECTIVES["relativistic_average"]
    torch.testing.assert_close(losses["discriminator"](networks, Batch(real, latent), {}), loss_d)
    torch.testing.assert_close(losses["generator"](networks, Batch(real, latent), {}), loss_g)


def test_weights_come_back_and_other_architectures_are_named(tmp_path):
    generator, _ = spatial.build(*CODE, bands=3)
    path = tmp_path / "w.safetensors"
    save_tensors(path, network_tensors("generator", generator), {"epoch": 3})
    tensors, settings = load_tensors(path)
    assert settings == {"epoch": 3}
    twin, _ = spatial.build(*CODE, bands=3)
    load_network(path, "generator", twin, tensors)
    assert all(torch.equal(a, b) for a, b in zip(generator.parameters(), twin.parameters(), strict=True))
    other, _ = spatial.build(*TEXT, bands=3)
    with pytest.raises(InputError) as error:
        load_network(path, "generator", other, tensors)
    assert str(error.value) == (
        f"{path}: weights of another architecture: generator.hidden.10.bias: expected shape none, got (64,)"
    )


def test_missing_weights(tmp_path):
    with pytest.raises(InputError, match=r"none.safetensors: expected weights, found no such file"):
        load_tensors(tmp_path / "none.safetensors")


def test_precision_is_as_asked_or_as_measured():
    assert choose_compute("bfloat16").precision == "bfloat16"
    chosen = choose_compute("auto")
    rates = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    rates = {name: matrix_product_rate(chosen.device, dtype) for name, dtype in rates.items()}
    slower = min(rates, key=rates.get)
    if max(rates.values()) > 2 * rates[slower]:
        assert chosen.precision != slower


def test_the_last_layer_runs_in_float32():
    generator, discriminator = spatial.build(*CODE, bands=3)
    seen = []
    for layer in (generator.hidden[0], generator.output[0], discriminator.judge):
        layer.register_forward_hook(lambda module, inputs, output: seen.append(output.dtype))
    with Compute("cpu", "bfloat16").autocast(), torch.no_grad():
        discriminator(generator(torch.randn(2, 50, 1, 1)))
    assert seen == [torch.bfloat16, torch.float32, torch.float32]


@pytest.mark.parametrize(
    ("before", "after"),
    [(b'\\"epoch\\": 3', b'\\"epoch\\": 7'), (b"F32", b"I32"), (b"[2,3]", b"[3,2]")],
    ids=["a setting", "a type", "a shape"],
)
def test_altered_metadata_is_damage_too(tmp_path, before, after):
    path = tmp_path / "w.safetensors"
    save_tensors(path, {"a": torch.ones(2, 3)}, {"epoch": 3})
    content = path.read_bytes()
    assert content.count(before) == 1
    path.write_bytes(content.replace(before, after))
    with pytest.raises(InputError) as error:
        load_tensors(path)
    assert str(error.value) == (
        f"{path}: damaged: tensors and settings do not give the checksum in its metadata"
    )
