"""The real galaxy nearest to each generated one in a classifier's features."""

import numpy as np
import pandas as pd
import pytest
from scripts.measurement import find_neighbours
from skimage.metrics import structural_similarity

from mockskies.datasets.galaxies import write_galaxies
from mockskies.errors import InputError
from mockskies.measurement.neighbours import nearest, pair_similarity


@pytest.fixture(scope="module")
def features():
    """Of 12 generated and 40 real galaxies; one is a copy, and two real ones are equal."""
    random = np.random.default_rng(3)
    generated, real = (random.normal(size=(count, 6)).astype(np.float32) for count in (12, 40))
    generated[5] = real[21]
    real[8] = real[30]
    return generated, real


def test_neighbours_are_those_of_a_plain_search(features):
    generated, real = features
    distances = np.linalg.norm(generated[:, None].astype(float) - real, axis=-1)
    table = nearest(generated, real)
    assert table["image"].tolist() == list(range(12))
    assert table["real"].tolist() == distances.argmin(axis=1).tolist()
    np.testing.assert_allclose(table["distance"], distances.min(axis=1), rtol=1e-5, atol=1e-6)


def test_share_counts_real_galaxies_that_are_nearer_to_another(features):
    generated, real = features
    among = np.linalg.norm(real[:, None].astype(float) - real, axis=-1)
    np.fill_diagonal(among, np.inf)
    # As many of them as there are generated ones, evenly spaced.
    own = among[np.linspace(0, 39, 12).round().astype(int)].min(axis=1)
    table = nearest(generated, real)
    assert table["share"].tolist() == [(own < distance).mean() for distance in table["distance"]]
    assert table["share"].max() > 0.5
    assert table.loc[5, "share"] == 0


def test_a_real_galaxy_is_not_its_own_neighbour_even_if_it_has_a_twin():
    real = np.array([[0.0], [0.0], [5.0]], np.float32)
    table = nearest(np.array([[0.5], [7.0], [2.0]], np.float32), real)
    # The twins are 0 apart, the third is 5 from them.
    assert table["share"].tolist() == [2 / 3, 2 / 3, 2 / 3]
    assert table["distance"].tolist() == [0.5, 2.0, 2.0]


def test_pairs_have_the_ssim_that_scikit_image_finds():
    random = np.random.default_rng(1)
    images, real = (random.integers(0, 256, (count, 3, 20, 20), np.uint8) for count in (5, 9))
    real[7] = images[2]
    rows = np.array([4, 0, 7, 7, 8])
    expected = [
        structural_similarity(image, real[row], channel_axis=0)
        for image, row in zip(images, rows, strict=True)
    ]
    for threads in (1, 3):
        np.testing.assert_allclose(pair_similarity(images, real, rows, threads), expected, atol=1e-5)
    assert expected[2] == 1


def test_the_script_writes_both(tmp_path, namespace, features):
    random = np.random.default_rng(2)
    files = {"images": tmp_path / "images.npy", "real": tmp_path / "real.npy"}
    arrays = {}
    for name, count in (("images", 12), ("real", 40)):
        arrays[name] = random.integers(0, 256, (count, 3, 16, 16), np.uint8)
        write_galaxies(files[name], count, 16, [arrays[name]], {})
    for name, array in zip(("features", "real_features"), features, strict=True):
        files[name] = tmp_path / f"{name}.npy"
        np.save(files[name], array)
    find_neighbours.main(namespace(input=files, output={"nearest": tmp_path / "nearest.csv"}))
    table = pd.read_csv(tmp_path / "nearest.csv")
    pd.testing.assert_frame_equal(
        table.drop(columns="ssim"), nearest(*features), rtol=1e-6, check_dtype=False
    )
    expected = pair_similarity(arrays["images"], arrays["real"], table["real"].to_numpy())
    np.testing.assert_allclose(table["ssim"], expected, rtol=1e-6)


def test_features_that_do_not_belong_together_are_an_error(features):
    generated, real = features
    with pytest.raises(InputError, match=r"^real features: expected two galaxies or more, found 1$"):
        nearest(generated, real[:1])
    with pytest.raises(InputError, match=r"^features: expected 6 of each galaxy, found 5$"):
        nearest(generated[:, :5], real)


def test_images_that_do_not_belong_together_are_an_error():
    images = np.zeros((3, 3, 16, 16), np.uint8)
    with pytest.raises(InputError, match=r"^images: expected 2, as there are features, found 3$"):
        pair_similarity(images, images, np.array([0, 1]))
    with pytest.raises(
        InputError, match=r"^images: expected \(3, 16, 16\) as the real ones, got \(3, 8, 8\)$"
    ):
        pair_similarity(images[..., :8, :8], images, np.arange(3))
