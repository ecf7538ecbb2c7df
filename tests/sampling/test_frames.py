"""Sparse frames drawn: by baselines, by one network, and in two stages."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from scripts.sampling import draw_baseline as baseline_script
from scripts.sampling import draw_end_to_end as end_to_end_script
from scripts.sampling import draw_two_stage as two_stage_script

from mockskies.archives.frames import frame_ids, read_frame
from mockskies.datasets.real_frames import COLUMNS
from mockskies.errors import InputError
from mockskies.models import began, dcgan, positions
from mockskies.sampling.baselines import diamonds, draw_baseline, geometric_properties, normal_properties
from mockskies.sampling.end_to_end import draw_end_to_end
from mockskies.sampling.frames import Drawn, Galaxies, compose, write_set
from mockskies.sampling.two_stage import Stage, draw_two_stage
from mockskies.training.precision import Compute
from mockskies.training.weights import network_tensors, save_tensors

CPU = Compute("cpu", "float32")
DISCRIMINATOR = {"kernel": 4, "batch_norm": True, "dropout": None, "dropout_after": "all"}
# Level of galaxies of each class, as `Classes` below paints them.
LEVELS = np.array([30, 120, 240])
RECORD = {"generator": "drawn", "simulated": True, "runs": {}}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


# Composition.


def compose_slowly(frame, corners, patches):
    image = [[0] * frame for _ in range(frame)]
    for (top, left), patch in zip(corners.tolist(), patches.tolist(), strict=True):
        for y, row in enumerate(patch, top):
            for x, level in enumerate(row, left):
                if 0 <= y < frame and 0 <= x < frame:
                    image[y][x] = max(image[y][x], level)
    return image


@pytest.mark.parametrize(("frame", "side"), [(50, 32), (25, 7), (20, 32)])
def test_frames_are_composed_pixel_by_pixel(frame, side):
    random = np.random.default_rng(frame)
    corners = random.integers(-side - 3, frame + 4, (60, 2))
    patches = random.integers(0, 256, (60, side, side), np.uint8)
    image = compose(frame, corners, patches)
    assert image.dtype == np.uint8
    assert image.tolist() == compose_slowly(frame, corners, patches)
    # The case is not a simple one: patches cut at each edge, some quite outside, and many that overlap.
    ends = corners + side
    assert ((corners < 0) & (ends > 0)).any(axis=0).all()
    assert ((corners < frame) & (ends > frame)).any(axis=0).all()
    assert ((ends <= 0) | (corners >= frame)).any()
    assert np.prod(np.clip(ends, 0, frame) - np.clip(corners, 0, frame), axis=1).sum() > 1.2 * frame**2


def test_where_patches_overlap_the_brighter_pixel_stays_in_either_order():
    patches = np.zeros((2, 3, 3), np.uint8)
    patches[0, 1, 1], patches[1, 0, 0] = 90, 200
    patches[0, 2, 2], patches[1, 1, 1] = 70, 10
    corners = np.array([[0, 0], [1, 1]])
    image = compose(5, corners, patches)
    assert (image[1, 1], image[2, 2]) == (200, 70)
    np.testing.assert_array_equal(image, compose(5, corners[::-1], patches[::-1]))


def test_a_frame_without_galaxies_is_black():
    image = compose(9, np.empty((0, 2), int), np.empty((0, 32, 32), np.uint8))
    assert image.shape == (9, 9)
    assert not image.any()


# Sets of frames.


def empty(side=40):
    none = Galaxies(np.empty((0, 2), int), np.empty((0, 32, 32), np.uint8), np.empty(0, int))
    return Drawn(np.zeros((side, side), np.uint8), none)


def test_a_set_without_any_galaxy_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(InputError, match=r"^drawn: expected galaxies, but all of 3 frames are empty$"):
        write_set([empty()] * 3, tmp_path / "images", tmp_path / "images.json", RECORD)
    assert list(tmp_path.iterdir()) == []


def test_some_frames_may_be_empty(tmp_path):
    patches = np.full((2, 32, 32), 9, np.uint8)
    corners = np.array([[0, 0], [5, 8]])
    full = Drawn(compose(40, corners, patches), Galaxies(corners, patches, np.array([2, 1])))
    write_set([empty(), full, empty()], tmp_path / "images", tmp_path / "images.json", RECORD)
    table = pd.read_csv(tmp_path / "galaxies.csv")
    assert table.columns.tolist() == ["Id", "y", "x", "class", "patch"]
    assert table.to_numpy().tolist() == [[2, 0, 0, 2, 0], [2, 5, 8, 1, 1]]
    assert frame_ids(tmp_path / "images") == [1, 2, 3]
    assert not read_frame(tmp_path / "images/3.png", 40).any()


def reproduced(folder, count, side):
    """Frames as they were written, each compared with its galaxies put together again; and the galaxies."""
    about = json.loads((folder / "images.json").read_text())
    assert (about["count"], about["frame"]) == (count, side)
    assert about["seconds_drawing"] > 0
    assert about["seconds_writing"] > 0
    table, patches = pd.read_csv(folder / "galaxies.csv"), np.load(folder / "patches.npy")
    assert patches.dtype == np.uint8
    assert table["patch"].tolist() == list(range(len(patches)))
    assert frame_ids(folder / "images") == list(range(1, count + 1))
    frames = []
    for number in range(1, count + 1):
        own = table[table["Id"] == number]
        frames.append(read_frame(folder / f"images/{number}.png", side))
        again = compose(side, own[["y", "x"]].to_numpy(), patches[own["patch"]])
        np.testing.assert_array_equal(frames[-1], again)
    return frames, table


# Baselines.


def clusters(rows):
    """A table of clusters of one frame."""
    return pd.DataFrame([(1, 5, 5, size, peak, 9, 0) for size, peak in rows], columns=COLUMNS)


def test_diamonds_have_their_size_and_peak_and_fall_in_a_line():
    sizes = np.arange(1, 482)
    patches = diamonds(sizes, np.full(len(sizes), 255.0)).astype(int)
    assert patches.shape == (481, 32, 32)
    y, x = np.indices((32, 32)) - 16
    distance = np.abs(y) + np.abs(x)
    whole = [2 * r * r + 2 * r + 1 for r in range(16)]
    for size, patch in zip(sizes, patches, strict=True):
        pixels = np.count_nonzero(patch)
        # Of the diamonds that there are, the one nearest in size.
        assert abs(pixels - size) == min(abs(n - size) for n in whole)
        radius = whole.index(pixels)
        np.testing.assert_array_equal(patch > 0, distance <= radius)
        assert np.unravel_index(patch.argmax(), patch.shape) == (16, 16)
        profile = patch[16, 16 : 16 + radius + 1]
        np.testing.assert_array_equal(patch[distance <= radius], profile[distance[distance <= radius]])
        assert profile[0] == 255
        assert (np.diff(profile) < 0).all()
        # Steps are all alike, but for whole levels; the next one would reach nothing.
        assert np.ptp(np.diff([*profile, 0])) <= 1


def test_diamonds_larger_than_a_patch_fill_it():
    patch = diamonds(np.array([5000.0]), np.array([100.0]))[0]
    assert np.count_nonzero(patch) == 481
    assert not patch[0].any()
    assert patch[1, 16] > 0


def test_peaks_are_those_asked_for():
    peaks = np.array([1.0, 17.4, 80.6, 255.0])
    assert diamonds(np.full(4, 13.0), peaks)[:, 16, 16].tolist() == [1, 17, 81, 255]


def near(values, mean, deviation):
    """Whether values are of a distribution's mean and deviation; five standard errors, for a fixed seed."""
    values = np.asarray(values, float)
    assert values.mean() == pytest.approx(mean, abs=5 * deviation / len(values) ** 0.5)
    assert values.std() == pytest.approx(deviation, rel=0.1)


def test_sizes_and_peaks_of_the_first_baseline_are_normal():
    random = np.random.default_rng(1)
    real = clusters(np.column_stack([random.normal(90, 12, 500), random.normal(120, 20, 500)]).round())
    sizes, peaks = normal_properties(real)(np.random.default_rng(2), 5000)
    near(sizes, real["size"].mean(), real["size"].std())
    near(peaks, real["peak"].mean(), real["peak"].std())
    # A normal distribution has 68.3 per cent within one deviation.
    within = np.abs(sizes - real["size"].mean()) < real["size"].std()
    assert within.mean() == pytest.approx(0.683, abs=0.03)
    # Independent of each other, as the text says.
    assert abs(np.corrcoef(sizes, peaks)[0, 1]) < 0.06


def test_the_first_baseline_s_galaxies_have_light_and_fit_the_levels():
    faint = clusters([(1, 1), (400, 255), (10, 255), (3, 1)])
    sizes, peaks = normal_properties(faint)(np.random.default_rng(2), 1000)
    assert sizes.min() == 1
    assert (peaks.min(), peaks.max()) == (1, 255)


def test_sizes_and_peaks_of_the_second_baseline_are_geometric_in_two_groups():
    small, large = [(5, 20), (7, 20), (12, 32)], [(60, 90), (90, 104)]
    real = clusters(small * 3 + large * 2)
    sizes, peaks = geometric_properties(real, 48)(np.random.default_rng(2), 20000)
    # Small galaxies above this are fewer than one in ten million.
    above = sizes >= 60
    assert above.mean() == pytest.approx(4 / 13, abs=0.02)
    for group, (first_size, mean_size, first_peak, mean_peak) in (
        (~above, (5, 8, 20, 24)),
        (above, (60, 75, 90, 97)),
    ):
        for values, first, mean in (
            (sizes[group], first_size, mean_size),
            (peaks[group], first_peak, mean_peak),
        ):
            assert (values == values.round()).all()
            assert values.min() == first
            # Of a geometric distribution that starts at 1 and has the mean m: m^2 - m.
            m = mean - first + 1
            near(values, mean, (m * m - m) ** 0.5)
            assert (values == first).mean() == pytest.approx(1 / m, rel=0.1)


def test_peaks_of_the_second_baseline_fit_the_levels():
    real = clusters([(5, 200), (5, 255), (60, 250), (60, 255)])
    _, peaks = geometric_properties(real, 48)(np.random.default_rng(2), 2000)
    assert peaks.min() == 200
    assert peaks.max() == 255


@pytest.mark.parametrize(
    ("sizes", "found"), [((5, 9, 47), "3 and 0"), ((48, 90), "0 and 2")], ids=["small", "large"]
)
def test_galaxies_of_one_group_only_are_refused(sizes, found):
    message = rf"^clusters: expected galaxies below and above 48 px, got {found}$"
    with pytest.raises(InputError, match=message):
        geometric_properties(clusters([(size, 50) for size in sizes]), 48)


def real_frames(random, numbers):
    """Clusters of frames, as many as ``numbers`` on each."""
    rows = np.repeat(np.arange(len(numbers)) + 1, numbers)
    table = pd.DataFrame(0, index=range(len(rows)), columns=COLUMNS)
    table["Id"], table["size"] = rows, random.integers(4, 90, len(rows))
    table["peak"] = random.integers(30, 200, len(rows))
    return table


def test_baselines_draw_as_many_galaxies_as_real_frames_have_anywhere_in_the_frame():
    random = np.random.default_rng(1)
    numbers = random.normal(12, 3, 50).round().astype(int)
    real = real_frames(random, numbers)
    drawn = list(draw_baseline(real, normal_properties(real), 100, 600, 3, "baseline"))
    assert {one.frame.shape for one in drawn} == {(100, 100)}
    near([len(one.galaxies.patches) for one in drawn], numbers.mean(), numbers.std())
    centres = np.concatenate([one.galaxies.corners for one in drawn]) + 16
    assert (centres.min(), centres.max()) == (0, 99)
    for axis in (0, 1):
        near(centres[:, axis], 49.5, 100 / 12**0.5)
        tenths = np.bincount(centres[:, axis] // 10)
        assert tenths == pytest.approx(len(centres) / 10, rel=0.15)
    assert all(not one.galaxies.classes.any() for one in drawn)
    # Each frame has its own stream.
    few = list(draw_baseline(real, normal_properties(real), 100, 3, 3, "baseline"))
    assert len(few) == 3
    for one, other in zip(few, drawn, strict=False):
        np.testing.assert_array_equal(one.frame, other.frame)
    assert (few[0].frame != few[1].frame).any()
    other = next(draw_baseline(real, normal_properties(real), 100, 1, 4, "baseline"))
    assert (other.frame != few[0].frame).any()


def test_no_baseline_s_frame_is_empty():
    real = real_frames(np.random.default_rng(1), [1] * 30 + [2] * 2 + [9])
    drawn = draw_baseline(real, normal_properties(real), 50, 60, 3, "baseline")
    assert min(len(one.galaxies.patches) for one in drawn) == 1


@pytest.mark.parametrize("properties", ["normal", "geometric"])
def test_the_script_of_baselines(tmp_path, namespace, properties):
    real_frames(np.random.default_rng(1), [30, 40, 50]).to_csv(tmp_path / "clusters.csv", index=False)
    for drawn in (3, 5):
        folder = tmp_path / str(drawn)
        params = {"name": "baseline", "properties": properties, "large": 48, "frame": 1000, "drawn": drawn}
        job = namespace(
            input={"clusters": tmp_path / "clusters.csv"},
            output={"images": folder / "images", "about": folder / "images.json"},
            params=params | {"seed": 1, "simulated": True},
        )
        baseline_script.main(job)
        _, table = reproduced(folder, drawn, 1000)
        assert not table["class"].any()
    for number in (1, 2, 3):
        one, other = (tmp_path / f"{n}/images/{number}.png" for n in (3, 5))
        assert one.read_bytes() == other.read_bytes()
    about = json.loads((tmp_path / "3/images.json").read_text())
    assert (about["generator"], about["simulated"], about["runs"]) == ("baseline", True, {})
    # Peaks of the first are not whole, those of the second are; both are levels that were asked for.
    peaks = np.load(tmp_path / "5/patches.npy").max(axis=(1, 2))
    assert peaks.min() >= 1
    assert len(np.unique(peaks)) > 20


# One network.


def end_to_end_settings(stretch="linear"):
    return {
        "architecture": {
            "model": "dcgan",
            "generator": {
                "latent_channels": 5, "widths": [6, 4, 4, 4, 4],
                "kernel": 4, "batch_norm": True, "dropout": None,
            },
            "discriminator": {"widths": [4] * 5, **DISCRIMINATOR},
        },
        "bands": 1, "run": "whole", "step": 70, "stretch": stretch,
    }  # fmt: skip


class Corner(torch.nn.Module):
    """Frames of 8 px of which the first row's left half is ``level`` and the rest -1; it notes its noise."""

    def __init__(self, level):
        super().__init__()
        self.level, self.seen = level, []

    def forward(self, latent):
        self.seen.append(latent)
        image = latent.new_full((len(latent), 1, 8, 8), -1)
        image[:, :, :4, :2] = self.level
        return image


@pytest.mark.parametrize("frame", [8, 100, 1000])
def test_frames_of_one_network_are_enlarged_as_they_lie(frame):
    stub = Corner(0.5)
    drawn = list(draw_end_to_end(stub, end_to_end_settings(), frame, 70, 1, "whole", CPU))
    assert len(drawn) == 70
    assert {one.frame.shape for one in drawn} == {(frame, frame)}
    assert {one.frame.dtype for one in drawn} == {np.dtype(np.uint8)}
    assert all(one.galaxies is None for one in drawn)
    image = drawn[69].frame.astype(int)
    # Well within each part of the picture levels are those that the network painted.
    assert image[frame // 4, frame // 16] in (191, 192)
    # Only a bicubic curve goes above what it leads through.
    assert (image.max() > 192) == (frame > 8)
    assert not image[frame * 3 // 4 :].any()
    assert not image[:, frame // 2 :].any()
    noise = torch.cat(stub.seen)
    assert noise.shape == (70, 5, 1, 1)
    assert len(noise.unique(dim=0)) == 70
    assert noise.mean().abs() < 0.3
    assert noise.std().item() == pytest.approx(1, abs=0.2)


def test_what_enlarging_overshoots_is_cut_at_the_ends_of_the_levels():
    (one,) = draw_end_to_end(Corner(1), end_to_end_settings(), 100, 1, 1, "whole", CPU)
    # The bright part ends at 50 and 25; a mean of more than the levels there are would begin at 0 again.
    assert one.frame[:43, :18].min() > 250
    assert one.frame[:, 32:].max() < 5
    assert (np.diff(one.frame[20, 18:32].astype(int)) <= 0).all()


@pytest.mark.parametrize(
    ("stretch", "levels"),
    [("linear", {-9: 0, 0: 128, 0.5: 191, 9: 255}), ("square_root", {-9: 0, 0: 64, 0.5: 143, 9: 255})],
)
def test_levels_of_one_network_are_those_of_its_run(stretch, levels):
    for output, level in levels.items():
        drawn = draw_end_to_end(Corner(output), end_to_end_settings(stretch), 8, 1, 1, "whole", CPU)
        frame = next(drawn).frame
        assert (frame[:4, :2] == level).all()
        assert not frame[4:].any()


def test_the_script_of_one_network(tmp_path, namespace):
    settings = end_to_end_settings("square_root")
    blocks = settings["architecture"]
    torch.manual_seed(0)
    network, _ = dcgan.build(blocks["generator"], blocks["discriminator"], 1)
    with torch.no_grad():
        for layer in (network.hidden[0], network.output[0]):
            layer.weight *= 30  # so that levels come near both ends
        for _ in range(40):
            network(torch.randn(32, 5, 1, 1))  # so that the running means are not those of the start
    save_tensors(tmp_path / "000007.safetensors", network_tensors("generator", network), settings)
    for name, drawn, seed in (("a", 3, 1), ("b", 3, 1), ("more", 5, 1), ("other", 3, 2)):
        folder = tmp_path / name
        params = {"name": "end_to_end", "weights": "000007.safetensors", "frame": 1000, "drawn": drawn}
        job = namespace(
            input={"weights": tmp_path},
            output={"images": folder / "images", "about": folder / "images.json"},
            params=params | {"seed": seed, "precision": "float32", "simulated": False},
        )
        end_to_end_script.main(job)
        about = json.loads((folder / "images.json").read_text())
        assert (about["count"], about["frame"], about["runs"]) == (drawn, 1000, {"whole": 70})
        assert about["simulated"] is False
        assert sorted(path.name for path in folder.iterdir()) == ["images", "images.json"]
    read = {
        name: np.stack([read_frame(tmp_path / name / f"images/{i}.png") for i in (1, 2, 3)])
        for name in ("a", "b", "more", "other")
    }
    np.testing.assert_array_equal(read["a"], read["b"])
    # A batch of another size rounds otherwise.
    assert np.abs(read["a"].astype(int) - read["more"]).max() <= 2
    assert (read["a"] != read["other"]).mean() > 0.5
    assert (read["a"][0] != read["a"][1]).mean() > 0.5
    assert np.ptp(read["a"]) > 150
    with Image.open(tmp_path / "a/images/1.png") as image:
        assert (image.format, image.mode, image.size) == ("PNG", "L", (1000, 1000))


# Two stages.


class Places(torch.nn.Module):
    """Grids ``(n, 3, y, x)``: noise decides which ``share`` of cells hold a galaxy, of which class."""

    def __init__(self, share=0.05):
        super().__init__()
        self.share, self.grids = share, []

    def forward(self, latent):
        assert latent.shape[1:] == (4, 32, 32)
        chance = 0.5 + 0.5 * torch.erf(latent[:, :1] / 2**0.5)
        occupied = torch.where(chance < self.share, 0.9, 0.1)
        classes = torch.softmax(3 * latent[:, 1:], dim=1)
        self.grids.append(2 * occupied * classes - 1)
        return self.grids[-1]


class Classes(torch.nn.Module):
    """Patches of one level each, by their class; the first pixel tells some of the noise."""

    def forward(self, latent):
        assert latent.shape[1:] == (2 + 3, 1, 1)
        assert latent[:, 2:].sum(dim=1).eq(1).all()
        level = (latent[:, 2:, 0, 0] * torch.from_numpy(LEVELS)).sum(dim=1)
        patches = level[:, None, None, None].expand(-1, 1, 32, 32) / 127.5 - 1
        patches = patches.clone()
        patches[:, 0, 0, 0] = latent[:, 0, 0, 0] / 3
        return patches


def stage(network, channels, classes=None, stretch="linear"):
    block = {"latent_channels": channels} | ({} if classes is None else {"classes": classes})
    return Stage(network, {"architecture": {"generator": block}, "stretch": stretch})


def stub_stages(share=0.05):
    return stage(Places(share), 4), stage(Classes(), 2, classes=3)


def draw(count, frame=1000, seed=1, share=0.05):
    return list(draw_two_stage(*stub_stages(share), frame, count, seed, "two", CPU))


@pytest.mark.parametrize("frame", [500, 1000, 1030, 2048])
def test_two_stage_frames_of_any_size(frame):
    few, many = draw(3, frame, share=0.02), draw(5, frame, share=0.02)
    assert [len(few), len(many)] == [3, 5]
    for one, other in zip(few, many, strict=False):
        np.testing.assert_array_equal(one.frame, other.frame)
        np.testing.assert_array_equal(one.galaxies.corners, other.galaxies.corners)
        np.testing.assert_array_equal(one.galaxies.patches, other.galaxies.patches)
    cells = -(-frame // 32)
    for one in many:
        corners, patches = one.galaxies.corners, one.galaxies.patches
        assert one.frame.shape == (frame, frame)
        assert one.frame.dtype == patches.dtype == np.uint8
        assert len(corners) == len(patches) == len(one.galaxies.classes)
        assert not (corners % 32).any()
        assert len(np.unique(corners, axis=0)) == len(corners)
        assert corners.min() >= 0
        assert corners.max() < frame
        np.testing.assert_array_equal(one.frame, compose_by_cells(frame, corners, patches))
    places = np.concatenate([one.galaxies.corners for one in many]) // 32
    expected = 5 * 0.02 * cells**2
    assert len(places) == pytest.approx(expected, abs=5 * expected**0.5)
    # All of the frame is used, beyond the first grid too: as much before the middle as behind it.
    for axis in (0, 1):
        share = (places[:, axis] < cells / 2).mean()
        assert share == pytest.approx(np.ceil(cells / 2) / cells, abs=2.5 / len(places) ** 0.5)


def test_a_large_frame_is_tiled_by_independent_grids():
    (one,) = draw(1, 2048)
    occupied = np.zeros((64, 64), bool)
    occupied[tuple(one.galaxies.corners.T // 32)] = True
    quarters = occupied.reshape(2, 32, 2, 32).swapaxes(1, 2).reshape(4, 32 * 32)
    assert (quarters.sum(axis=1) > 20).all()
    assert np.abs(np.corrcoef(quarters) - np.eye(4)).max() < 5 / 32


def compose_by_cells(frame, corners, patches):
    """Galaxies of a grid do not overlap: each is copied to its cell, and the frame cut."""
    cells = -(-frame // 32)
    image = np.zeros((cells, cells, 32, 32), np.uint8)
    image[tuple(corners.T // 32)] = patches
    return image.swapaxes(1, 2).reshape(32 * cells, 32 * cells)[:frame, :frame]


@pytest.mark.parametrize(("frame", "tiles"), [(1000, 1), (1100, 2)])
def test_the_class_of_a_cell_reaches_its_galaxy(frame, tiles):
    places, galaxies = stub_stages()
    drawn = list(draw_two_stage(places, galaxies, frame, 66, 1, "two", CPU))
    # Two blocks of 64 frames, each of as many grids as cover it.
    assert [len(grids) for grids in places.generator.grids] == [64 * tiles**2] * 2
    grids = torch.cat(places.generator.grids).numpy()
    kinds = set()
    for number in (0, 1, 63, 64, 65):
        one = drawn[number]
        expected = {}
        for tile in range(tiles**2):
            shares = (grids[number * tiles**2 + tile] + 1) / 2
            for i, j in np.argwhere(shares.sum(axis=0) > 0.5):
                y, x = 32 * (i + 32 * (tile // tiles)), 32 * (j + 32 * (tile % tiles))
                if y < frame and x < frame:
                    expected[y, x] = int(np.argmax(shares[:, i, j]))
        found = {
            (y, x): kind
            for (y, x), kind in zip(one.galaxies.corners.tolist(), one.galaxies.classes, strict=True)
        }
        assert found == expected
        for (y, x), kind in expected.items():
            # Past the first pixel, which is noise.
            assert (one.frame[y + 1 : y + 32, x : x + 32] == LEVELS[kind]).all()
        kinds |= set(expected.values())
    assert kinds == {0, 1, 2}


def test_galaxies_of_one_class_are_not_copies():
    patches = np.concatenate([one.galaxies.patches for one in draw(3)])
    assert len(np.unique(patches[:, 0, 0])) > 50


def test_seed_and_name_decide_frames():
    first, again, other = draw(2), draw(2), draw(2, seed=2)
    np.testing.assert_array_equal(first[1].frame, again[1].frame)
    assert (first[1].frame != other[1].frame).any()
    assert (first[0].frame != first[1].frame).any()
    named = next(draw_two_stage(*stub_stages(), 1000, 1, 1, "three", CPU))
    assert (first[0].frame != named.frame).any()


def test_frames_of_no_galaxies_are_refused_when_written(tmp_path):
    drawn = draw(2, 500, share=0)
    assert all(one.frame.shape == (500, 500) and not one.frame.any() for one in drawn)
    with pytest.raises(InputError, match=r"^drawn: expected galaxies, but all of 2 frames are empty$"):
        write_set(drawn, tmp_path / "images", tmp_path / "images.json", RECORD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("stretch", "level"), [("linear", 191), ("square_root", 143)])
def test_galaxies_without_classes_start_from_noise_alone(stretch, level):
    class Half(torch.nn.Module):
        def forward(self, latent):
            assert latent.shape[1:] == (6, 1, 1)
            return latent.new_full((len(latent), 1, 32, 32), 0.5)

    class Grid(torch.nn.Module):
        def forward(self, latent):
            grid = torch.full((len(latent), 1, 32, 32), -0.001)
            grid[:, :, 3, 5] = 0.001
            return grid

    stages = stage(Grid(), 4), stage(Half(), 6, 0, stretch)
    (one,) = draw_two_stage(*stages, 1000, 1, 1, "two", CPU)
    assert one.galaxies.corners.tolist() == [[96, 160]]
    assert one.galaxies.classes.tolist() == [0]
    assert (one.frame[96:128, 160:192] == level).all()
    assert np.count_nonzero(one.frame) == 32**2


BLOCKS = {
    "positions": {
        "model": "positions",
        "generator": {"latent_channels": 3, "widths": [4, 4]},
        "discriminator": {"widths": [4, 4, 4], **DISCRIMINATOR},
    },
    "galaxies": {
        "model": "began",
        "generator": {"latent_channels": 4, "width": 2, "doublings": 2, "classes": 0},
        "discriminator": {"hidden": 4, "width": 2, "doublings": 2, "classes": 0},
    },
}


def save_stages(folder, classes):
    """Weights of both stages, of which the first leaves about one cell in a hundred occupied."""
    bands = max(classes, 1)
    torch.manual_seed(0)
    first, _ = positions.build(*list(BLOCKS["positions"].values())[1:], bands)
    with torch.no_grad():
        first.output.weight *= 20
        shares = ((first(torch.randn(8, 3, 32, 32)) + 1) / 2).sum(dim=1)
        first.output.bias[0] -= shares.logit().quantile(0.99)
    blocks = BLOCKS["galaxies"] | {
        name: BLOCKS["galaxies"][name] | {"classes": classes} for name in ("generator", "discriminator")
    }
    second, _ = began.build(blocks["generator"], blocks["discriminator"], 1)
    with torch.no_grad():
        second.decoder.output.weight *= 200
    saved = {"positions": (first, BLOCKS["positions"], bands, 40), "galaxies": (second, blocks, 1, 90)}
    for name, (network, block, bands, step) in saved.items():
        settings = {
            "architecture": block,
            "run": name,
            "step": step,
            "bands": bands,
            "stretch": "square_root",
        }
        path = folder / name / f"{step:06d}.safetensors"
        save_tensors(path, network_tensors("generator", network), settings)


@pytest.mark.parametrize("classes", [0, 3])
def test_the_script_of_two_stages(tmp_path, namespace, classes):
    save_stages(tmp_path, classes)
    for drawn in (3, 5):
        folder = tmp_path / str(drawn)
        params = {"name": "two", "weights": ["000040.safetensors", "000090.safetensors"], "frame": 1000}
        job = namespace(
            input={"positions": tmp_path / "positions", "galaxies": tmp_path / "galaxies"},
            output={"images": folder / "images", "about": folder / "images.json"},
            params=params | {"drawn": drawn, "seed": 1, "precision": "float32", "simulated": True},
        )
        two_stage_script.main(job)
        frames, table = reproduced(folder, drawn, 1000)
        assert table.groupby("Id").size().between(1, 60).all()
        assert table["class"].isin(range(max(classes, 1))).all()
        assert (table["class"].nunique() > 1) == (classes > 0)
        assert max(frame.max() for frame in frames) > 100
        about = json.loads((folder / "images.json").read_text())
        assert about["runs"] == {"positions": 40, "galaxies": 90}
        assert about["generator"] == "two"
    for number in (1, 2, 3):
        one, other = (tmp_path / f"{n}/images/{number}.png" for n in (3, 5))
        assert one.read_bytes() == other.read_bytes()
        assert read_frame(one).shape == (1000, 1000)


def test_stages_in_the_wrong_order_are_not_drawn(tmp_path, namespace):
    save_stages(tmp_path, 0)
    job = namespace(
        input={"positions": tmp_path / "galaxies", "galaxies": tmp_path / "positions"},
        output={"images": tmp_path / "images", "about": tmp_path / "images.json"},
        params={"name": "two", "weights": ["000040.safetensors"] * 2, "frame": 1000, "drawn": 1}
        | {"seed": 1, "precision": "float32", "simulated": True},
    )
    with pytest.raises(
        InputError, match=r"galaxies/000040.safetensors: expected weights, found no such file$"
    ):
        two_stage_script.main(job)
