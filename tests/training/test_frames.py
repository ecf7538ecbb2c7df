"""What sparse frames need of training: patches with or without classes, grids of positions, and scorers."""

import copy
import dataclasses
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from mockskies.datasets.folds import fold_of
from mockskies.datasets.galaxies import write_galaxies
from mockskies.errors import InputError
from mockskies.models import began, cnn, positions, resnet
from mockskies.training.batches import Batch, Classed, Images, Scores
from mockskies.training.data import load_batches
from mockskies.training.levels import from_levels, to_levels
from mockskies.training.loop import Training
from mockskies.training.objectives import OBJECTIVES
from mockskies.training.precision import Compute
from mockskies.training.run import Optimiser, Run

CPU = Compute("cpu", "float32")
RATES = Optimiser({"generator": 1e-3, "discriminator": 1e-3}, 0.5, 0.999)
RATE = Optimiser({"scorer": 1e-2}, 0.9, 0.999)
BUFFERS = ("balance", "real_error", "convergence")
PATCHES = Run(
    name="patches",
    seed=7,
    model="began",
    objective={"loss": "equilibrium", "gamma": 0.7, "balance_rate": 0.1},
    networks={
        "generator": {"latent_channels": 4, "width": 4, "doublings": 2, "classes": 0},
        "discriminator": {"hidden": 4, "width": 4, "doublings": 2, "classes": 0},
    },
    optimiser=RATES,
    batch=4,
    epochs=4,
    snapshots=(0, 2, 4),
    preview_every=4,
    checkpoint_seconds=0.0,
    tensorboard=False,
    images="patches",
    stretch="square_root",
)
CLASSED = dataclasses.replace(
    PATCHES, name="classed", networks={name: n | {"classes": 3} for name, n in PATCHES.networks.items()}
)
GRIDS = dataclasses.replace(
    PATCHES,
    name="grids",
    model="positions",
    objective={"loss": "non_saturating", "label_smoothing": 0},
    networks={
        "generator": {"latent_channels": 3, "widths": [6, 6]},
        "discriminator": {"widths": [4, 4, 6], "kernel": 4, "batch_norm": True, "dropout": None}
        | {"dropout_after": "all"},
    },
    images="class_grids",
    stretch="linear",
)
SCORER = dataclasses.replace(
    PATCHES,
    name="scorer",
    model="cnn",
    objective={"loss": "score"},
    networks={"scorer": {"widths": [4, 4, 8], "hidden": 8}},
    optimiser=RATE,
    epochs=12,
    snapshots=(0, 12),
    images="scored_16",
    stretch="linear",
    fold=2,
    folds=5,
)
RESNET50 = resnet.Settings(64, (3, 4, 6, 3))
TINY = {"width": 2, "blocks": [1, 1, 2, 1]}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


def images(count, bands=1, size=32):
    """Sparse levels, whose class is their number modulo three."""
    levels = np.random.default_rng(0).integers(0, 256, (count, bands, size, size), np.uint8)
    return torch.from_numpy(np.where(levels > 200, levels, 0).astype(np.uint8))


def start(run, state, compute=CPU):
    """A training of one of the runs above on its own kind of images."""
    if run.model == "positions":
        return Training(run, Images(run, images(13, bands=3)), compute, state)
    if run.networks["generator"]["classes"]:
        return Training(run, Classed(run, images(13), torch.arange(13) % 3), compute, state)
    return Training(run, Images(run, images(13)), compute, state)


# Networks.


@pytest.mark.parametrize("classes", [0, 3])
def test_patches_and_vectors_of_began(classes):
    generator, discriminator = began.build(
        {"latent_channels": 64, "width": 16, "doublings": 2, "classes": classes},
        {"hidden": 64, "width": 16, "doublings": 2, "classes": classes},
        bands=1,
    )
    assert began.latent_shape({"latent_channels": 64}, 5, 32, 1) == (5, 64, 1, 1)
    with torch.no_grad():
        patches = generator(torch.randn(5, 64 + classes, 1, 1))
        assert patches.shape == (5, 1, 32, 32)
        told = torch.cat([patches, torch.ones(5, classes, 32, 32)], dim=1)
        assert discriminator(told).shape == (5, 1, 32, 32)
    # Two convolutions a size, and the output: the generator is a decoder, but for what it starts from.
    convolutions = [m for m in generator.modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(convolutions) == 7
    # The first features join those of each doubling.
    assert [m.in_channels for m in convolutions] == [16, 16, 32, 16, 32, 16, 16]
    ours, theirs = (
        {name: p.shape for name, p in decoder.named_parameters() if name != "first.weight"}
        for decoder in (generator.decoder, discriminator.decoder)
    )
    assert ours == theirs
    # Each halving adds as many channels as there are at first (Berthelot, Schumm and Metz 2017, section 3.4).
    halvings = [m for m in discriminator.encoder if isinstance(m, torch.nn.Conv2d) and m.stride == (2, 2)]
    assert [m.out_channels for m in halvings] == [32, 48]


@pytest.mark.parametrize(("doublings", "size"), [(1, 16), (3, 64)])
def test_each_doubling_of_began_doubles(doublings, size):
    generator, discriminator = began.build(
        {"latent_channels": 4, "width": 4, "doublings": doublings, "classes": 0},
        {"hidden": 4, "width": 4, "doublings": doublings, "classes": 0},
        bands=2,
    )
    patches = generator(torch.randn(3, 4, 1, 1))
    assert patches.shape == discriminator(patches).shape == (3, 2, size, size)


@pytest.mark.parametrize("bands", [1, 3])
def test_a_cell_s_bands_are_shares_of_one_galaxy(bands):
    torch.manual_seed(0)
    generator, discriminator = positions.build(*GRIDS.networks.values(), bands)
    shape = positions.latent_shape(GRIDS.networks["generator"], 4, 32, 1)
    assert shape == (4, 3, 32, 32)
    with torch.no_grad():
        # Ten times the noise it was made for, so that sigmoids come near both ends.
        grids = generator(10 * torch.randn(shape))
        assert discriminator(grids).shape == (4,)
    assert grids.shape == (4, bands, 32, 32)
    assert -1 < grids.min() < grids.max() < 1
    amount = ((grids + 1) / 2).sum(dim=1)
    assert amount.min() > 0
    assert amount.max() < 1
    assert amount.max() - amount.min() > 0.1


def test_cells_of_a_grid_are_alike_but_share_their_mean():
    torch.manual_seed(0)
    generator, _ = positions.build(*GRIDS.networks.values(), 3)
    latent = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        grids, moved = generator(latent), generator(latent.roll((5, 9), (2, 3)))
        middle = (slice(None), slice(None), slice(12, 28), slice(12, 28))
        torch.testing.assert_close(moved[middle], grids.roll((5, 9), (2, 3))[middle])
        # Two layers see two cells to each side: only the mean brings word of one in the corner.
        latent[:, :, 0, 0] += 30
        assert not torch.allclose(generator(latent)[middle], grids[middle])


@pytest.mark.parametrize("size", [(8, 8), (33, 47), (150, 150)])
def test_the_small_scorer_reads_any_size(size):
    (network,) = cnn.build({"widths": [4, 6, 8], "hidden": 5}, bands=1)
    kernels = [m for m in network.modules() if isinstance(m, torch.nn.Conv2d)]
    assert [m.out_channels for m in kernels] == [4, 6, 8]
    frames = torch.randn(3, 1, *size)
    scores = network(frames)
    assert scores.shape == (3,)
    torch.testing.assert_close(network(frames[1:2]), scores[1:2])


@pytest.mark.parametrize("size", [(32, 32), (64, 97), (224, 224)])
def test_the_resnet_reads_any_size(size):
    (network,) = resnet.build(TINY, bands=1)
    frames = torch.randn(3, 1, *size)
    assert network(frames).shape == (3,)
    network.eval()
    torch.testing.assert_close(network(frames)[1:2], network(frames[1:2]))


def count(network):
    return sum(p.numel() for p in network.parameters())


def test_the_published_resnet_is_resnet_50():
    with torch.device("meta"):
        published, ours = resnet.ResNet(RESNET50, outputs=1000), resnet.ResNet(RESNET50)
    assert count(published) == 25_557_032
    # All but 1000 classes of 2048 channels, each with a bias; and one score in their place.
    assert count(ours) == 25_557_032 - 1000 * 2049 + 2049 == 23_510_081
    tensors = ours.state_dict()
    # As published: 53 convolutions, 53 normalisations of five tensors each, and the last layer.
    assert len(tensors) == 53 + 5 * 53 + 2
    shapes = {
        "conv1.weight": (64, 3, 7, 7),
        "layer1.0.downsample.0.weight": (256, 64, 1, 1),
        "layer2.3.conv2.weight": (128, 128, 3, 3),
        "layer3.5.bn3.running_var": (1024,),
        "layer4.0.downsample.1.bias": (2048,),
        "layer4.2.conv3.weight": (2048, 512, 1, 1),
        "fc.weight": (1, 2048),
    }
    assert {name: tuple(tensors[name].shape) for name in shapes} == shapes
    halving = [name for name, m in ours.named_modules() if getattr(m, "stride", 1) == (2, 2)]
    assert [name for name in halving if "downsample" not in name] == [
        "conv1",
        *(f"layer{number}.0.conv2" for number in (2, 3, 4)),
    ]


def test_a_resnet_takes_grey_for_all_colours_as_imagenet_scales_them():
    (network,) = resnet.build(TINY, bands=1)
    seen = []
    network.conv1.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0]))
    network(torch.tensor([-1.0, 1.0]).view(2, 1, 1, 1).expand(2, 1, 32, 32))
    black, white = seen[0][:, :, 5, 5].tolist()
    assert black == pytest.approx([-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225])
    assert white == pytest.approx([0.515 / 0.229, 0.544 / 0.224, 0.594 / 0.225])
    with pytest.raises(InputError, match=r"^resnet: expected frames of one band, got 3$"):
        resnet.build(TINY, bands=3)


# Weights of the user's.


@pytest.fixture
def imagenet():
    """Tensors of a small classifier of 1000 classes, as they are published."""
    torch.manual_seed(3)
    network = resnet.ResNet(resnet.Settings(TINY["width"], tuple(TINY["blocks"])), outputs=1000)
    return {name: torch.rand_like(t) if t.ndim else t + 9 for name, t in network.state_dict().items()}


def test_a_resnet_starts_from_published_weights_but_for_its_last_layer(tmp_path, imagenet):
    save_file(imagenet, tmp_path / "w.safetensors")
    (network,) = resnet.build(TINY, bands=1)
    last = network.fc.weight.detach().clone()
    resnet.load_initial(network, tmp_path / "w.safetensors")
    assert torch.equal(network.fc.weight, last)
    found = network.state_dict()
    assert all(torch.equal(found[n], t) for n, t in imagenet.items() if not n.startswith("fc."))
    assert network.layer3[1].bn2.num_batches_tracked == 9


def test_older_weights_do_not_count_batches(tmp_path, imagenet):
    older = {name: t for name, t in imagenet.items() if not name.endswith("num_batches_tracked")}
    save_file(older, tmp_path / "w.safetensors")
    (network,) = resnet.build(TINY, bands=1)
    resnet.load_initial(network, tmp_path / "w.safetensors")
    assert torch.equal(network.conv1.weight, imagenet["conv1.weight"])
    assert network.bn1.num_batches_tracked == 0


class Hostile:
    """A pickle that, once loaded, leaves a folder behind."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def refused(tmp_path, name):
    """What is said of initial weights that cannot be used, after their path."""
    (network,) = resnet.build(TINY, bands=1)
    before = copy.deepcopy(network.state_dict())
    with pytest.raises(InputError) as error:
        resnet.load_initial(network, tmp_path / name)
    assert all(torch.equal(t, before[n]) for n, t in network.state_dict().items())
    return str(error.value).removeprefix(f"{tmp_path / name}: ")


def test_missing_initial_weights(tmp_path):
    assert refused(tmp_path, "w.safetensors") == "expected initial weights, found no such file"


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth", "w.pt"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_pickle_is_not_run_whatever_its_name(tmp_path, name, packed):
    hostile = Hostile(str(tmp_path / "proof"))
    if packed:
        torch.save({"conv1.weight": hostile}, tmp_path / name)
    else:
        (tmp_path / name).write_bytes(pickle.dumps(hostile, protocol=2))
    message = "expected initial weights in safetensors, found a pickle, which is never read"
    assert refused(tmp_path, name) == message
    assert not (tmp_path / "proof").exists()
    # It would have worked.
    hostile.__reduce__()[0](*hostile.__reduce__()[1])
    assert (tmp_path / "proof").exists()


def test_other_weights_are_named(tmp_path, imagenet):
    save_file(imagenet | {"bn1.bias": torch.zeros(3)}, tmp_path / "shape.safetensors")
    assert refused(tmp_path, "shape.safetensors") == (
        "initial weights of another network: bn1.bias: expected shape (2,), got (3,)"
    )
    imagenet.pop("layer4.0.conv2.weight")
    save_file(imagenet, tmp_path / "lost.safetensors")
    assert refused(tmp_path, "lost.safetensors") == (
        "initial weights of another network: layer4.0.conv2.weight: expected shape (16, 16, 3, 3), got none"
    )


def test_initial_weights_that_are_cut_short(tmp_path, imagenet):
    path = tmp_path / "w.safetensors"
    save_file(imagenet, path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert refused(tmp_path, "w.safetensors").startswith(
        "expected initial weights, but reading them failed: "
    )


def test_a_run_starts_from_initial_weights_and_goes_on_without_them(tmp_path, imagenet):
    path = tmp_path / "w.safetensors"
    save_file(imagenet, path)
    run = dataclasses.replace(
        SCORER,
        model="resnet",
        networks={"scorer": TINY},
        initial_weights=str(path),
        epochs=1,
        snapshots=(0, 1),
    )
    data = Scores(run, images(10), torch.arange(10.0))
    training = Training(run, data, CPU, tmp_path / "state")
    training.go()
    kept = {path.stem: load_file(path) for path in (tmp_path / "state/weights").iterdir()}
    assert torch.equal(kept["000000"]["scorer.layer2.0.conv1.weight"], imagenet["layer2.0.conv1.weight"])
    assert not torch.equal(kept["000001"]["scorer.layer2.0.conv1.weight"], imagenet["layer2.0.conv1.weight"])
    path.unlink()
    resumed = Training(run, data, CPU, tmp_path / "state")
    assert torch.equal(
        resumed.networks["scorer"].layer2[0].conv1.weight, kept["000001"]["scorer.layer2.0.conv1.weight"]
    )
    with pytest.raises(InputError, match=r"w.safetensors: expected initial weights, found no such file$"):
        Training(run, data, CPU, tmp_path / "new")


# Levels and batches.


@pytest.mark.parametrize("stretch", ["linear", "square_root"])
def test_levels_come_back(stretch):
    levels = torch.arange(256, dtype=torch.uint8)
    seen = from_levels(levels, stretch)
    assert (seen[0], seen[-1]) == (-1, 1)
    assert (seen.diff() > 0).all()
    assert torch.equal(to_levels(seen, stretch), levels)
    assert to_levels(torch.tensor([-9.0, -1.1, 1.1, 9.0]), stretch).tolist() == [0, 0, 255, 255]


def test_a_root_lifts_faint_levels():
    one = torch.ones((), dtype=torch.uint8)
    share = [(from_levels(one, stretch).item() + 1) / 2 for stretch in ("linear", "square_root")]
    assert share == pytest.approx([1 / 255, 255**-0.5], rel=1e-4)


def flat(levels, size=16):
    """Images of one level each, so that a flip does not hide which one it is."""
    return torch.tensor(levels, dtype=torch.uint8)[:, None, None, None].expand(-1, 1, size, size)


def test_classes_stay_with_their_patches_and_join_the_noise():
    classes = torch.tensor([2, 0, 1, 1, 0, 2, 2, 2, 1])
    data = Classed(CLASSED, flat((100 * classes + 10).tolist(), 32), classes)
    assert (data.per_epoch, data.bands) == (2, 1)
    seen = set()
    for step in range(8):
        for phase in (0, 1):
            batch = data.draw(step, phase)
            assert batch.latent.shape == (4, 4 + 3, 1, 1)
            assert torch.equal(batch.latent[:, 4:, 0, 0], batch.classes)
            assert batch.classes.sum(dim=1).tolist() == [1] * 4
            levels = to_levels(batch.real, "square_root")[:, 0, 0, 0]
            assert levels.tolist() == [100 * k + 10 for k in batch.classes.argmax(dim=1).tolist()]
            seen |= set(levels.tolist())
    assert seen == {10, 110, 210}
    assert not torch.equal(data.draw(0, 0).latent, data.draw(0, 1).latent)
    preview = data.preview()
    assert preview.shape == (64, 7, 1, 1)
    assert preview[:4, 4:, 0, 0].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize("fold", range(5))
def test_the_held_out_fold_is_in_no_batch(fold):
    run = dataclasses.replace(SCORER, fold=fold)
    rows = np.arange(23)
    data = Scores(run, flat((10 * rows).tolist()), torch.from_numpy(rows.astype(np.float32)))
    held_out = set(rows[fold_of(run.seed, 23, 5) == fold].tolist())
    assert len(held_out) in (4, 5)
    seen = []
    for step in range(6 * data.per_epoch):
        batch = data.draw(step, 0)
        torch.testing.assert_close((batch.real[:, 0, 3, 3] + 1) * 127.5, 10 * batch.targets)
        seen.append(set(batch.targets.int().tolist()))
    assert all(len(batch) == run.batch for batch in seen)
    assert set().union(*seen) == set(rows.tolist()) - held_out
    assert data.preview() is None


def test_every_frame_is_held_out_of_one_fold():
    fold = fold_of(3, 23, 5)
    assert sorted(np.bincount(fold, minlength=5).tolist()) == [4, 4, 5, 5, 5]
    assert (fold != fold_of(4, 23, 5)).any()
    assert (np.diff(fold) % 5 != 1).any()


def write(folder, levels, size=16):
    """An array as the stage of data sets leaves it."""
    block = flat(levels, size).numpy()
    write_galaxies(folder / "images.npy", len(block), size, [block], {"simulated": True}, ["level"])
    return [folder / "images.npy"]


def test_scores_are_those_of_their_frames_whatever_the_table_s_order(tmp_path):
    arrays = write(tmp_path, [20 * row for row in range(10)])
    table = pd.DataFrame({"Id": 3 * np.arange(10) + 2, "Actual": 20 * np.arange(10)})
    table.sample(frac=1, random_state=1).to_csv(tmp_path / "scored.csv", index=False)
    data, checksum = load_batches(SCORER, arrays, [tmp_path / "scored.csv"], "cpu")
    assert isinstance(data, Scores)
    assert len(data.frames) == 8
    for step in range(2):
        batch = data.draw(step, 0)
        torch.testing.assert_close((batch.real[:, 0, 3, 3] + 1) * 127.5, batch.targets)
    assert len(checksum) == 64


def test_tables_of_patches_give_their_classes(tmp_path):
    arrays = write(tmp_path, [7 * row for row in range(12)], 32)
    columns = {"Id": 1, "y": 0, "x": 0, "size": 9, "peak": 9, "class": np.arange(12) // 4}
    pd.DataFrame(columns).to_csv(tmp_path / "patches.csv", index=False)
    data, _ = load_batches(CLASSED, arrays, [tmp_path / "patches.csv"], "cpu")
    assert isinstance(data, Classed)
    batch = data.draw(0, 1)
    rows = to_levels(batch.real, "square_root")[:, 0, 0, 0] // 7
    assert (rows // 4).tolist() == batch.classes.argmax(dim=1).tolist()
    data, _ = load_batches(PATCHES, arrays, [], "cpu")
    assert type(data) is Images
    assert data.draw(0, 0).latent.shape == (4, 4, 1, 1)


@pytest.mark.parametrize("rows", [9, 11])
def test_a_table_with_missing_rows(tmp_path, rows):
    arrays = write(tmp_path, list(range(10)))
    pd.DataFrame({"Id": np.arange(rows), "Actual": 1.0}).to_csv(tmp_path / "scored.csv", index=False)
    message = f"{tmp_path / 'scored.csv'}: expected a row for each of 10 images, found {rows}"
    with pytest.raises(InputError, match=rf"^{re.escape(message)}$"):
        load_batches(SCORER, arrays, [tmp_path / "scored.csv"], "cpu")


def test_a_class_without_members_or_one_too_many():
    message = r"^run classed: expected images of each of 3 classes, got \[4, 0, 4\] of each$"
    with pytest.raises(InputError, match=message):
        Classed(CLASSED, images(8), torch.tensor([0, 2] * 4))
    with pytest.raises(InputError, match=r"3 classes, got \[4, 2, 0\] of each$"):
        Classed(CLASSED, images(6), torch.tensor([0, 0, 0, 0, 1, 1]))
    with pytest.raises(InputError, match=r"3 classes, got \[2, 2, 2, 2\] of each$"):
        Classed(CLASSED, images(8), torch.arange(8) % 4)


def test_fewer_images_than_a_batch_or_than_folds():
    message = "^run {}: a batch of 4 images is larger than the training set of {}$"
    with pytest.raises(InputError, match=message.format("patches", 3)):
        Images(PATCHES, images(3))
    with pytest.raises(InputError, match=message.format("classed", 3)):
        Classed(CLASSED, images(3), torch.arange(3))
    # Five frames would do, but one is held out; of six at least four are left.
    few = dataclasses.replace(SCORER, batch=5)
    with pytest.raises(InputError, match=r"^run scorer: a batch of 5 images is .* training set of 4$"):
        Scores(few, images(5), torch.zeros(5))
    Scores(SCORER, images(5), torch.zeros(5))
    message = r"^folds: expected at least as many images as the 5 folds, got 4$"
    with pytest.raises(InputError, match=message):
        Scores(SCORER, images(4), torch.zeros(4))


# Objectives.


def parameters(network):
    return {name: p.detach().numpy().tobytes() for name, p in network.named_parameters()}


@pytest.mark.parametrize("run", [PATCHES, CLASSED, GRIDS], ids=lambda run: run.name)
def test_each_turn_updates_its_own_network_only(tmp_path, run):
    training = start(run, tmp_path)
    for _ in range(2):
        turns = []
        for number, phase in enumerate(training.phases):
            before = {name: parameters(network) for name, network in training.networks.items()}
            buffers = {n: copy.deepcopy(dict(m.named_buffers())) for n, m in training.networks.items()}
            training._update(phase, number)
            after = {name: parameters(network) for name, network in training.networks.items()}
            (other,) = training.networks.keys() - {phase.name}
            assert after[other] == before[other]
            # Every layer learns.
            assert not [
                name for name in after[phase.name] if after[phase.name][name] == before[phase.name][name]
            ]
            turns.append(phase.name)
            if run.objective["loss"] == "equilibrium":
                found = dict(training.networks["discriminator"].named_buffers())
                changed = {n for n in BUFFERS if not torch.equal(found[n], buffers["discriminator"][n])}
                own = {"discriminator": {"real_error"}, "generator": {"balance", "convergence"}}
                assert changed == own[phase.name]
                assert set(found) == set(BUFFERS)
        assert turns == ["discriminator", "generator"]
        training.step += 1


class Halving(torch.nn.Module):
    """A discriminator that gives patches back at half their level, and notes what it was told."""

    def __init__(self, bands=1):
        super().__init__()
        self.bands, self.told = bands, []
        for name in BUFFERS:
            self.register_buffer(name, torch.zeros((), dtype=torch.float64))

    def forward(self, patches):
        self.told.append(patches)
        return patches[:, : self.bands] / 2


def test_the_balance_and_the_measure_of_convergence_are_the_original_s():
    """Against k + lambda (gamma L(x) - L(G(z))), cut at 0 and 1, in plain numbers."""
    random = np.random.default_rng(0)
    networks = {"generator": lambda z: 3 * z, "discriminator": Halving()}
    settings = {"gamma": 0.7, "balance_rate": 0.6}
    losses, k, course = OBJECTIVES["equilibrium"], 0.0, []
    for step in range(30):
        real, first, second = random.normal(0, 1, (3, 5, 1, 4, 4))
        # For a while generated patches are the brighter ones.
        first, second = (z * (0.5 if 12 <= step < 24 else 0.05) for z in (first, second))
        batches = [Batch(*map(torch.from_numpy, (real, z))) for z in (first, second)]
        real_error = np.abs(real / 2).mean()
        found = losses["discriminator"](networks, batches[0], settings).item()
        assert found == pytest.approx(real_error - k * np.abs(3 * first / 2).mean())
        error = np.abs(3 * second / 2).mean()
        assert losses["generator"](networks, batches[1], settings).item() == pytest.approx(error)
        k = min(max(k + 0.6 * (0.7 * real_error - error), 0), 1)
        course.append(k)
        assert networks["discriminator"].balance.item() == pytest.approx(k)
        measure = real_error + abs(0.7 * real_error - error)
        assert networks["discriminator"].convergence.item() == pytest.approx(measure)
    assert max(course) == 1
    assert min(course[1:]) == 0
    assert sum(0 < k < 1 for k in course) > 5


@pytest.mark.parametrize("run", [PATCHES, CLASSED], ids=lambda run: run.name)
def test_steps_of_the_loop_move_the_balance_by_the_errors_of_their_networks(tmp_path, run):
    training = start(run, tmp_path)
    k = 0.0

    def error(patches, batch):
        told = [patches]
        if batch.classes is not None:
            told += [torch.ones_like(patches) * c[:, None, None, None] for c in batch.classes.T]
        return (training.networks["discriminator"](torch.cat(told, dim=1)) - patches).abs().mean()

    for step in range(3):
        discriminator, generator = training.phases
        batch = training.data.draw(step, 0)
        with torch.no_grad():
            real_error = error(batch.real, batch)
            expected = real_error - k * error(training.networks["generator"](batch.latent), batch)
        torch.testing.assert_close(training._update(discriminator, 0), expected)
        batch = training.data.draw(step, 1)
        with torch.no_grad():
            fake_error = error(training.networks["generator"](batch.latent), batch)
        torch.testing.assert_close(training._update(generator, 1), fake_error)
        k = min(max(k + 0.1 * (0.7 * real_error - fake_error).item(), 0), 1)
        assert training.networks["discriminator"].balance.item() == pytest.approx(k, rel=1e-5)
        training.step += 1
    assert k > 0


@pytest.mark.parametrize("turn", ["discriminator", "generator"])
def test_a_discriminator_is_told_the_class_of_real_and_generated_patches(turn):
    classes = torch.eye(3)[[2, 0, 1, 1]]
    networks = {"generator": lambda z: z[:, :1].expand(-1, 1, 8, 8), "discriminator": Halving()}
    batch = Batch(torch.full((4, 1, 8, 8), 0.5), torch.randn(4, 7, 1, 1), classes=classes)
    OBJECTIVES["equilibrium"][turn](networks, batch, PATCHES.objective)
    told = networks["discriminator"].told
    assert len(told) == {"discriminator": 2, "generator": 1}[turn]
    for patches in told:
        assert patches.shape == (4, 1 + 3, 8, 8)
        assert torch.equal(patches[:, 1:], classes[:, :, None, None].expand(4, 3, 8, 8))


def test_a_discriminator_s_gradient_does_not_reach_the_generator():
    """Nor may the loss of generated patches vanish for the generator's own turn."""
    generator, discriminator = began.build(*PATCHES.networks.values(), bands=1)
    networks = {"generator": generator, "discriminator": discriminator}
    discriminator.balance.fill_(1)
    batch = Batch(torch.rand(4, 1, 32, 32), torch.randn(4, 4, 1, 1))
    OBJECTIVES["equilibrium"]["discriminator"](networks, batch, PATCHES.objective).backward()
    assert all(p.grad is None for p in generator.parameters())
    OBJECTIVES["equilibrium"]["generator"](networks, batch, PATCHES.objective).backward()
    assert all(p.grad.abs().sum() > 0 for p in generator.parameters())


def test_the_loss_of_scores_is_their_mean_absolute_error():
    networks = {"scorer": lambda frames: frames[:, 0, 0, 0]}
    batch = Batch(torch.tensor([1.0, 2.0, 4.0]).view(3, 1, 1, 1), targets=torch.tensor([1.5, 0.0, 4.0]))
    loss = OBJECTIVES["score"]["scorer"](networks, batch, {})
    assert loss.item() == pytest.approx(2.5 / 3)


# The loop.


def weights(state):
    return {path.name: path.read_bytes() for path in sorted((state / "weights").iterdir())}


@pytest.mark.parametrize("run", [PATCHES, CLASSED], ids=lambda run: run.name)
def test_balance_and_convergence_are_logged_once_an_epoch(tmp_path, run):
    training = start(run, tmp_path)
    measured = []
    for epoch in range(1, 5):
        # One epoch after the other, so that each one's end can be looked at.
        training.run = dataclasses.replace(run, epochs=epoch)
        training.go()
        discriminator = training.networks["discriminator"]
        measured.append([discriminator.balance.item(), discriminator.convergence.item()])
    losses = pd.read_csv(tmp_path / "losses.csv")
    assert losses["epoch"].tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(losses[["balance", "convergence"]], measured, rtol=1e-6)
    assert losses["balance"].between(0, 1).all()
    assert losses["balance"].nunique() == 4
    assert (tmp_path / "previews/000004.png").exists()


def test_other_objectives_log_no_balance(tmp_path):
    start(dataclasses.replace(GRIDS, epochs=1), tmp_path).go()
    assert not {"balance", "convergence"} & set(pd.read_csv(tmp_path / "losses.csv"))


@pytest.mark.parametrize("run", [PATCHES, CLASSED], ids=lambda run: run.name)
def test_the_balance_survives_a_checkpoint(tmp_path, run):
    start(run, tmp_path / "whole").go()
    start(dataclasses.replace(run, epochs=1), tmp_path / "parts").go()
    resumed = start(run, tmp_path / "parts")
    kept = load_file(tmp_path / "parts/checkpoint.safetensors")
    buffers = dict(resumed.networks["discriminator"].named_buffers())
    assert set(buffers) == set(BUFFERS)
    for name, value in buffers.items():
        assert value == kept[f"discriminator.{name}"]
        assert value > 0
    # A step that no checkpoint keeps, as of a run that is killed, and then all others.
    resumed.take_step()
    assert buffers["balance"] != kept["discriminator.balance"]
    start(run, tmp_path / "parts").go()
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")
    same_course(tmp_path / "parts", tmp_path / "whole")


def same_course(ours, theirs):
    """Both networks, both optimisers, the balance, and every row of losses but its time."""
    assert (ours / "checkpoint.safetensors").read_bytes() == (theirs / "checkpoint.safetensors").read_bytes()
    tables = [pd.read_csv(state / "losses.csv").drop(columns="steps_per_second") for state in (ours, theirs)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


LONG = dataclasses.replace(CLASSED, epochs=8, snapshots=(0, 8))
KILLED = """
import sys
from pathlib import Path
import torch
sys.path[:0] = {paths!r}
from test_frames import LONG, start
torch.set_num_threads(1)
start(LONG, Path({state!r})).go()
"""


def test_a_run_with_classes_killed_again_and_again_ends_in_the_same_bytes(tmp_path):
    start(LONG, tmp_path / "undisturbed").go()
    state = tmp_path / "killed"
    source = Path(__file__).resolve().parents[2] / "workflow"
    script = KILLED.format(paths=[str(source), str(Path(__file__).parent)], state=str(state))
    checkpoint = state / "checkpoint.safetensors"

    def version():
        return checkpoint.stat().st_mtime_ns if checkpoint.exists() else None

    for _ in range(2):
        before = version()
        process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
        # A checkpoint is written after every step here, so a kill right after one lands in the midst of work.
        while version() == before and process.poll() is None:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert list(weights(state)) == ["000000.safetensors"]
    start(LONG, state).go()
    assert weights(state) == weights(tmp_path / "undisturbed")
    same_course(state, tmp_path / "undisturbed")


@pytest.mark.parametrize("run", [PATCHES, CLASSED, GRIDS], ids=lambda run: run.name)
def test_one_seed_is_one_course(tmp_path, run):
    run = dataclasses.replace(run, epochs=1, snapshots=(0, 1))
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        start(dataclasses.replace(run, seed=seed), tmp_path / name).go()
    first, second, other = (weights(tmp_path / name) for name in "abc")
    assert first == second
    assert all(first[name] != other[name] for name in first)


def test_patches_in_mixed_precision(tmp_path):
    training = start(dataclasses.replace(CLASSED, epochs=1), tmp_path, Compute("cpu", "bfloat16"))
    training.go()
    tensors = [t for n in training.networks.values() for t in n.state_dict().values()]
    assert {t.dtype for t in tensors} == {torch.float32}
    losses = pd.read_csv(tmp_path / "losses.csv")
    assert np.isfinite(losses).all(axis=None)
    assert losses["balance"].gt(0).all()


def speckled(count):
    """Frames of speckles whose mean level is, in fifties, their score."""
    random = np.random.default_rng(2)
    means = random.uniform(20, 200, (count, 1, 1, 1))
    frames = (means + random.normal(0, 10, (count, 1, 16, 16))).round().astype(np.uint8)
    return torch.from_numpy(frames), torch.from_numpy(frames.mean(axis=(1, 2, 3)).astype(np.float32) / 50)


def test_a_scorer_learns_and_does_as_well_on_the_frames_that_it_never_saw(tmp_path):
    frames, scores = speckled(60)
    training = Training(SCORER, Scores(SCORER, frames, scores), CPU, tmp_path)
    scorer = training.networks["scorer"]

    def errors():
        with torch.no_grad():
            wrong = (scorer(from_levels(frames, "linear")) - scores).abs().numpy()
        held_out = fold_of(SCORER.seed, 60, 5) == SCORER.fold
        return wrong[~held_out].mean(), wrong[held_out].mean()

    before = errors()
    training.go()
    after = errors()
    assert after[0] < 0.3 * before[0]
    assert after[1] < 0.3 * before[1]
    losses = pd.read_csv(tmp_path / "losses.csv")
    assert losses["step"].tolist() == [12 * epoch for epoch in range(1, 13)]
    assert losses["loss_scorer"].iloc[-1] < 0.3 * losses["loss_scorer"].iloc[0]
    assert not (tmp_path / "previews").exists()
