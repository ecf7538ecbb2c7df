"""FID and KID against formulas, against torchmetrics, and on images that get worse step by step."""

import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from scipy.ndimage import gaussian_filter
from scripts.comparison import compare_distances
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

from mockskies.comparison.extrapolation import BENT, DRAWS, FEW, fid_rows
from mockskies.comparison.fid import frechet_distance, kernel_distance, moments
from mockskies.comparison.quality import _Given
from mockskies.errors import InputError

REAL = Path(__file__).resolve().parents[3] / "shared/data/galaxyzoo"


def gaussian(number, mean=0.0, deviation=1.0, seed=0, features=8):
    return np.random.default_rng(seed).normal(mean, deviation, (number, features)).astype(np.float32)


def mixed(number, seed, features=8):
    """Features that depend on one another, as a classifier's do."""
    mixing = np.random.default_rng(99).normal(size=(features, features))
    return gaussian(number, seed=seed, features=features) @ mixing.astype(np.float32)


def fid(first, second):
    return frechet_distance(moments(first), moments(second))


@pytest.mark.parametrize("scale", [1, 1000])
@pytest.mark.parametrize("number", [5, 9, 400])
def test_a_set_is_at_no_distance_from_itself(number, scale):
    features = scale * mixed(number, 1)
    assert abs(fid(features, features)) < 1e-6
    assert abs(fid(features, features[::-1])) < 1e-6 * scale


def test_fid_of_two_gaussians_is_the_formula_s():
    found = fid(gaussian(20000), gaussian(20000, 0.5, 2.0, seed=1))
    assert found == pytest.approx(8 * (0.5**2 + (2 - 1) ** 2), rel=0.02)


@pytest.mark.parametrize("number", [300, 40])
def test_fid_is_torchmetrics(number):
    first, second = mixed(number, 1), mixed(number, 2) * 1.2 + 0.3
    metric = FrechetInceptionDistance(feature=_Given(8)).set_dtype(torch.float64)
    metric.update(torch.from_numpy(first).double(), real=True)
    metric.update(torch.from_numpy(second).double(), real=False)
    assert fid(first, second) == pytest.approx(metric.compute().item(), rel=1e-9)


def test_kid_is_torchmetrics():
    first, second = mixed(90, 1), mixed(90, 2) * 1.1
    with warnings.catch_warnings(action="ignore"):
        kid = KernelInceptionDistance(feature=_Given(8), subsets=1, subset_size=90).set_dtype(torch.float64)
    kid.update(torch.from_numpy(first).double(), real=True)
    kid.update(torch.from_numpy(second).double(), real=False)
    assert kernel_distance(first, second)[0] == pytest.approx(kid.compute()[0].item(), rel=1e-9)


@pytest.mark.parametrize(("shift", "too_large"), [(0.0, 2), (0.5, 1.3)])
def test_the_error_of_kid_is_its_scatter(shift, too_large):
    pairs = [(gaussian(60, seed=i), gaussian(50, shift, seed=1000 + i)) for i in range(150)]
    found = np.array([kernel_distance(*pair) for pair in pairs])
    assert 0.85 < found[:, 1].mean() / found[:, 0].std() < too_large
    if not shift:
        assert abs(found[:, 0].mean()) < 3 * found[:, 0].std() / np.sqrt(150)


def discs(number, seed, thin):
    """Images ``(n, 3, 32, 32)`` of discs: a share is ``thin`` and red, the others are round and blue."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:32, :32] - 15.5
    images = []
    for edge_on in random.permutation(np.arange(number) < thin * number):
        angle, radius = random.uniform(0, np.pi), random.uniform(2, 4)
        along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        profile = np.exp(-np.hypot(along, across * (5 if edge_on else 1)) / radius)
        colours = np.array([1.0, 0.8, 0.5] if edge_on else [0.6, 0.8, 1.0])[:, None, None]
        images.append(150 * colours * profile + random.normal(0, 3, (3, 32, 32)) + 10)
    return np.clip(images, 0, 255).astype(np.uint8)


def rings(images):
    """Means and scatter of each band's levels in seven rings, in units of their usual size."""
    side = images.shape[-1]
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    radius = np.hypot(y, x) * 64 / side
    found = []
    for inner, outer in pairwise((0, 2, 4, 6, 9, 12, 16, 22)):
        levels = images[..., (radius >= inner) & (radius < outer)].astype(float)
        found += [levels.mean(axis=-1) / 50, levels.std(axis=-1) / 20]
    return np.concatenate(found, axis=1)


def blurred(images, width):
    return gaussian_filter(images.astype(float), (0, 0, width, width)).astype(np.uint8)


def noisy(images, deviation):
    noise = np.random.default_rng(5).normal(0, deviation, images.shape)
    return np.clip(images + noise, 0, 255).astype(np.uint8)


def assert_grows(reference, *worse):
    distances = [fid(rings(reference), rings(images)) for images in worse]
    assert distances == sorted(distances)


def test_fid_grows_with_blur_noise_and_imbalance():
    reference, others = discs(200, 1, 0.4), discs(200, 2, 0.4)
    assert_grows(reference, others, *(blurred(others, width) for width in (0.7, 1.2, 2.5)))
    assert_grows(reference, others, *(noisy(others, deviation) for deviation in (4, 8, 16)))
    assert_grows(reference, others, *(discs(200, 3, share) for share in (0.6, 0.8, 1.0)))


@pytest.mark.skipif(not REAL.exists(), reason=f"no galaxies in {REAL}")
def test_fid_of_real_galaxies_grows_with_blur_noise_and_imbalance():
    paths = sorted(REAL.glob("*/*.jpg"), key=lambda path: path.name)
    images = np.stack([np.asarray(Image.open(path).reduce(8)).transpose(2, 0, 1) for path in paths])
    middle = images[:, :, 16:37, 16:37].mean(axis=(2, 3))
    colour = middle[:, 0] / middle[:, 2]
    red, blue = images[colour > np.median(colour)], images[colour <= np.median(colour)]
    reference, others = (np.concatenate([red[part], blue[part]]) for part in (slice(100), slice(100, 200)))
    assert_grows(reference, others, *(blurred(others, width) for width in (0.5, 1, 2, 4)))
    assert_grows(reference, others, *(noisy(others, deviation) for deviation in (5, 10, 20)))
    shares = (np.concatenate([red[100 : 200 + n], blue[100 : 200 - n]]) for n in (60, 80, 100))
    assert_grows(reference, others, *shares)


@pytest.fixture(scope="module")
def rows():
    """Drawn features at a known distance, 8 * 0.3^2, from real ones."""
    real, drawn = gaussian(1000, seed=1), gaussian(400, 0.3, seed=2)
    return fid_rows(real, drawn, [50, 100, 200, 400], 60, seed=3)


def test_rows_are_those_of_each_size_and_of_infinite_sets(rows):
    assert rows["kind"].tolist() == ["all", *["drawn"] * 5, *["halves"] * 5]
    assert rows["images"].tolist() == [400, *[50, 100, 200, 400, np.inf] * 2]
    assert rows["real"].tolist() == [1000, *[50, 100, 200, 400, np.inf] * 2]
    assert (rows["note"] == "").all()
    bounded = rows["images"].isin([400, np.inf])
    assert rows["fid_low"].notna().tolist() == bounded.tolist()
    within = rows[bounded]
    assert ((within["fid_low"] < within["fid"]) & (within["fid"] < within["fid_high"])).all()


def test_fid_falls_with_size_and_its_extrapolation_holds_the_truth(rows):
    for kind, truth in (("drawn", 8 * 0.3**2), ("halves", 0)):
        own = rows[rows["kind"] == kind]
        assert own["fid"].is_monotonic_decreasing
        last = own.iloc[-1]
        assert last["fid_low"] < truth < last["fid_high"]
        assert abs(last["fid"] - truth) < abs(own["fid"].iloc[0] - truth) / 3
    null = rows[rows["kind"] == "halves"]
    assert (null["kid"].abs() < 3 * null["kid_error"]).all()
    drawn = rows[rows["kind"] == "drawn"].iloc[-1]
    assert drawn["kid"] > 5 * drawn["kid_error"]


def test_the_resampled_interval_is_as_wide_as_the_scatter_of_new_sets(rows):
    found = [fid(gaussian(400, seed=100 + i), gaussian(400, 0.3, seed=500 + i)) for i in range(60)]
    row = rows[(rows["kind"] == "drawn") & (rows["images"] == 400)].iloc[0]
    assert 0.7 < (row["fid_high"] - row["fid_low"]) / (3.92 * np.std(found)) < 1.5


def test_too_few_images_are_said_to_be():
    found = fid_rows(gaussian(60, seed=1), gaussian(30, seed=2), [6, 8, 20], 5, seed=1)
    drawn = found[found["kind"] == "drawn"]
    assert drawn["note"].tolist() == [FEW, FEW, "", BENT]
    small = fid_rows(gaussian(60, seed=1), gaussian(7, seed=2), [4, 5], 5, seed=1)
    assert small["note"].tolist() == [FEW, *[FEW, FEW, BENT] * 2]
    assert DRAWS > 1


@pytest.mark.parametrize(
    ("real", "drawn", "message"),
    [
        (gaussian(90), gaussian(20), "coccomini2021.fid_sizes: expected at most the 20 drawn images, got 30"),
        (
            gaussian(51),
            gaussian(40),
            "coccomini2021.fid_sizes: expected at most the 25 real images in a half, got 30",
        ),
        (
            gaussian(90),
            gaussian(40, features=5),
            "features: expected 8 of drawn images as of real ones, got 5",
        ),
    ],
)
def test_sets_that_do_not_fit_are_refused(real, drawn, message):
    with pytest.raises(InputError) as found:
        fid_rows(real, drawn, [20, 30], 5, seed=1)
    assert str(found.value) == message


def test_one_seed_gives_the_same_bytes(namespace, tmp_path):
    np.save(tmp_path / "real.npy", gaussian(80, seed=1))
    np.save(tmp_path / "drawn.npy", gaussian(40, 0.2, seed=2))
    outputs = []
    for name, seed in (("one", 1), ("again", 1), ("two", 2)):
        compare_distances.main(
            namespace(
                input={"real": tmp_path / "real.npy", "drawn": tmp_path / "drawn.npy"},
                output={"fid": tmp_path / f"{name}.csv"},
                params={"sizes": [20, 30], "bootstraps": 10, "seed": seed},
            )
        )
        outputs.append((tmp_path / f"{name}.csv").read_bytes())
    assert outputs[0] == outputs[1] != outputs[2]
    assert len(pd.read_csv(tmp_path / "one.csv")) == 7
