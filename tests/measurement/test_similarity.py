"""Structural similarity against scikit-image's, and the search for the most similar images."""

import numpy as np
import pandas as pd
import pytest
from measurement.galaxy_images import sersic
from scripts.measurement import search_similar as script
from skimage.metrics import structural_similarity

from mockskies.datasets.galaxies import write_galaxies
from mockskies.errors import InputError
from mockskies.measurement.similar import COLUMNS, search_similar
from mockskies.measurement.similarity import BLOCK, SEGMENT, similarities


def plain(images, among):
    return np.array(
        [
            [structural_similarity(*(np.moveaxis(i, 0, -1) for i in pair), channel_axis=-1) for pair in row]
            for row in ([(image, other) for other in among] for image in images)
        ]
    )


def noise(seed, number, size, low=0, high=256):
    return np.random.default_rng(seed).integers(low, high, (number, 3, size, size)).astype(np.uint8)


def galaxies(number, size, seed=0):
    random = np.random.default_rng(seed)
    draw = [(random.uniform(3, 8), random.uniform(0.3, 1), random.uniform(0, 180)) for _ in range(number)]
    return np.stack([sersic(size, r * size / 64, q, a, seed + i) for i, (r, q, a) in enumerate(draw)])


@pytest.mark.parametrize("size", [7, 8, 31, 64, 128])
def test_similarity_is_scikit_image_s(size):
    assert 3 * 128**2 > SEGMENT > 3 * 64**2
    images = np.concatenate([noise(1, 2, size), galaxies(1, size)])
    among = np.concatenate([noise(2, 1, size), galaxies(2, size, seed=9)])
    assert similarities(images, among) == pytest.approx(plain(images, among), abs=1e-6)


def test_rounding_stays_small_where_levels_are_extreme_and_contrast_is_lacking():
    """A bright sky with hardly any noise: covariances are small differences of large products."""
    flat = np.stack([np.full((3, 40, 40), level, np.uint8) for level in (0, 1, 254, 255)])
    images = np.concatenate([flat, noise(3, 1, 40, 254, 256), noise(4, 1, 40, 0, 2)])
    assert similarities(images, images) == pytest.approx(plain(images, images), abs=1e-6)


def test_neither_threads_nor_blocks_change_a_byte(tmp_path):
    images, among = galaxies(3, 32), galaxies(2 * BLOCK + 3, 32, seed=50)
    np.save(tmp_path / "among.npy", among)
    mapped = np.load(tmp_path / "among.npy", mmap_mode="r")
    found = similarities(images, among)
    assert similarities(images, mapped, threads=3).tobytes() == found.tobytes()
    assert similarities(images, among[5:]).tobytes() == found[:, 5:].tobytes()


def test_a_planted_copy_is_found_first_and_no_real_image_is_its_own_neighbour():
    real, drawn = galaxies(30, 32, seed=7), galaxies(12, 32, seed=200)
    drawn[4] = real[21]
    table, others = search_similar(drawn, real, 12, 3, seed=1)
    assert list(table.columns) == COLUMNS
    assert table["image"].tolist() == np.repeat(np.arange(12), 3).tolist()
    assert table["rank"].tolist() == [1, 2, 3] * 12
    copy = table[(table["image"] == 4) & (table["rank"] == 1)].iloc[0]
    assert (copy["real"], copy["ssim"]) == (21, pytest.approx(1, abs=1e-6))
    assert table[(table["rank"] == 1) & (table["image"] != 4)]["ssim"].max() < 0.99
    expected = plain(drawn, real)
    for image, own in table.groupby("image"):
        order = np.argsort(-expected[image])[:3]
        assert own["real"].tolist() == order.tolist()
        assert own["ssim"].to_numpy() == pytest.approx(expected[image, order], abs=1e-6)
    assert len(others) == 36
    assert (others["image"] != others["real"]).all()
    assert others["ssim"].max() < 0.99


def test_images_are_drawn_by_the_seed():
    real, drawn = galaxies(20, 16, seed=7), galaxies(20, 16, seed=200)
    chosen = [search_similar(drawn, real, 5, 1, seed) for seed in (1, 1, 2)]
    pd.testing.assert_frame_equal(chosen[0][0], chosen[1][0])
    assert chosen[0][0]["image"].tolist() != chosen[2][0]["image"].tolist()
    assert chosen[0][0]["image"].tolist() != chosen[0][1]["image"].tolist()


def test_the_script_writes_both_tables(namespace, tmp_path):
    write_galaxies(tmp_path / "images.npy", 6, 16, [galaxies(6, 16)], {"simulated": True})
    write_galaxies(tmp_path / "16.npy", 9, 16, [galaxies(9, 16, seed=30)], {"simulated": True})
    outputs = []
    for threads in (1, 2):
        output = {name: tmp_path / f"{name}_{threads}.csv" for name in ("similar", "real")}
        script.main(
            namespace(
                threads=threads,
                input={"images": tmp_path / "images.npy", "real": tmp_path / "16.npy"},
                output=output,
                params={"similar": 4, "neighbours": 2, "seed": 3},
            )
        )
        outputs.append([path.read_bytes() for path in output.values()])
    assert outputs[0] == outputs[1]
    tables = [pd.read_csv(tmp_path / f"{name}_1.csv") for name in ("similar", "real")]
    assert [table.shape for table in tables] == [(8, 4), (8, 4)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (galaxies(4, 16), galaxies(4, 32), 2, 2),
            "similar images: expected images (3, 32, 32) as the real ones, got (3, 16, 16)",
        ),
        (
            (galaxies(4, 16), galaxies(9, 16), 5, 2),
            "coccomini2021.similar: 5 images are asked for, but there are 4",
        ),
        (
            (galaxies(9, 16), galaxies(4, 16), 4, 4),
            "coccomini2021.neighbours: 4 images are asked for, but there are 3",
        ),
    ],
)
def test_what_cannot_be_searched_is_refused(arguments, message):
    with pytest.raises(InputError) as found:
        search_similar(*arguments, seed=1)
    assert str(found.value) == message
