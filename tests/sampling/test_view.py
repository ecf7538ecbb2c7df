"""The wide view: what lies where, how it is composed, and the pyramid that it is written into."""

import csv
import json
import tracemalloc
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image
from scipy.stats import kstest
from scripts.sampling import choose_blanks as blanks_script
from scripts.sampling import compose_view as view_script

from mockskies.datasets.galaxies import read_galaxies, write_galaxies
from mockskies.errors import InputError
from mockskies.sampling import view as view_module
from mockskies.sampling.blanks import emptiest, emptiness
from mockskies.sampling.compose import compose
from mockskies.sampling.pyramid import TILE, level_count, write_pyramid
from mockskies.sampling.sky import PLATE, sky_plate
from mockskies.sampling.stamps import stamp
from mockskies.sampling.tiles import View, scatter
from mockskies.sampling.view import check_view, read_view, write_view

SIZE = 64
BLANKS = np.array([3, 1])
VIEW = View(rows=5, columns=7, tile=48)
DRAWN = {"simulated": True, "run": "galaxies", "step": 12}


def make_galaxies(number, seed=0, noise=2.0):
    """Round galaxies of different peaks on skies of different levels, ``(n, 3, 64, 64)``; their peaks."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    skies = random.uniform(5, 60, (number, 3, 1, 1))
    peaks = np.geomspace(3, 180, number)[random.permutation(number)].reshape(-1, 1, 1, 1)
    light = peaks * np.exp(-(x**2 + y**2) / 2 / 4**2)
    noisy = skies + light + random.normal(0, noise, (number, 3, SIZE, SIZE))
    return noisy.clip(0, 255).round().astype(np.uint8), peaks.ravel()


@pytest.fixture(scope="module")
def galaxies():
    return make_galaxies(12)[0]


@pytest.fixture(scope="module")
def plate(galaxies):
    return sky_plate(galaxies[BLANKS], 1)


@pytest.fixture(scope="module")
def written(galaxies, tmp_path_factory):
    """Folder of a view, written in one thread."""
    folder = tmp_path_factory.mktemp("view") / "view"
    write_view(folder, VIEW, galaxies, galaxies[BLANKS], BLANKS, 1, DRAWN, 1)
    return folder


def composed(view, galaxies, plate, seed=1, **others):
    return np.concatenate(
        list(compose(view, scatter(view, len(galaxies), BLANKS, SIZE, seed), galaxies, plate, **others))
    )


@pytest.mark.parametrize("tile", [48, 33, SIZE])
def test_view_is_the_sum_of_all_light_on_one_sky(galaxies, plate, tile):
    view = View(3, 14, tile)
    tiles = scatter(view, len(galaxies), BLANKS, SIZE, 1)
    light = np.zeros((*np.add(view.size, 2 * SIZE), 3), int)
    for one in tiles.sample(frac=1, random_state=0).itertuples():
        part = stamp(galaxies[one.image], round(one.scale * SIZE), one.angle)
        top, left = (round(centre - len(part) / 2) + SIZE for centre in (one.y, one.x))
        light[top : top + len(part), left : left + len(part)] += part
    rows, columns = (np.arange(length) % PLATE for length in view.size)
    expected = light[SIZE:-SIZE, SIZE:-SIZE] + plate[np.ix_(rows, columns)]
    np.testing.assert_array_equal(composed(view, galaxies, plate), expected.clip(0, 255))


def test_threads_change_no_byte(galaxies, written, tmp_path):
    write_view(tmp_path / "view", VIEW, galaxies, galaxies[BLANKS], BLANKS, 1, DRAWN, 3)
    names = {file.relative_to(written) for file in written.rglob("*") if file.is_file()}
    assert names == {p.relative_to(tmp_path / "view") for p in (tmp_path / "view").rglob("*") if p.is_file()}
    for name in names:
        if name.name != "view.json":
            assert (written / name).read_bytes() == (tmp_path / "view" / name).read_bytes()
    records = [json.loads((folder / "view.json").read_text()) for folder in (written, tmp_path / "view")]
    for record in records:
        assert record.pop("seconds") > 0
        assert 0.01 < record.pop("peak_gb") < 10
    assert records[0] == records[1]


def test_another_seed_is_another_view_and_more_rows_leave_the_first_as_they_were(galaxies, plate):
    first, other = (composed(VIEW, galaxies, plate, seed=seed) for seed in (1, 2))
    assert (np.abs(first.astype(int) - other) > 20).any()
    taller = composed(View(VIEW.rows + 2, VIEW.columns, VIEW.tile), galaxies, plate)
    reach = VIEW.tile // 2
    np.testing.assert_array_equal(taller[: VIEW.size[0] - reach], first[:-reach])
    assert (sky_plate(galaxies[BLANKS], 2) != sky_plate(galaxies[BLANKS], 1)).any()


def test_pixel_scales_are_spread_alike_in_every_row_and_column():
    tiles = scatter(View(40, 50, 256), 300, BLANKS, 256, 5)
    for axis in ("row", "column"):
        for _, group in tiles.groupby(axis):
            where = np.log(group["scale"]) / np.log(0.3)
            assert kstest(where, "uniform").pvalue > 1e-4
    assert tiles["scale"].between(0.299, 1).all()
    assert (tiles["scale"] * 256 % 1 == 0).all()
    assert kstest(tiles["angle"], "uniform", args=(0, 360)).pvalue > 1e-3
    for axis, centre in (("row", "y"), ("column", "x")):
        assert kstest(tiles[centre] / 256 - tiles[axis], "uniform").pvalue > 1e-3


def test_every_picture_and_every_blank_is_as_likely():
    tiles = scatter(View(60, 60, 64), 4, BLANKS, SIZE, 5)
    blanks = tiles[tiles["blank"] == 1]
    assert set(blanks["image"]) == set(BLANKS)
    counts = [*tiles[tiles["blank"] == 0]["image"].value_counts(), *blanks["image"].value_counts()]
    assert len(counts) == 6
    assert np.abs(np.array(counts) - 600).max() < 5 * np.sqrt(600)


def steps(image, tile):
    """Mean absolute step across tiles' borders and within tiles, along both axes."""
    found = []
    for turned in (image, image.swapaxes(0, 1)):
        step = np.abs(np.diff(turned.astype(int), axis=0)).mean(axis=(1, 2))
        border = np.arange(1, len(turned)) % tile == 0
        found.append((step[border].mean(), step[~border].mean()))
    return np.array(found).T


def test_borders_of_tiles_do_not_show(galaxies, plate):
    view = View(16, 16, SIZE)
    border, within = steps(composed(view, galaxies, plate), view.tile)
    np.testing.assert_allclose(border, within, rtol=0.06)
    # The same pictures side by side, as they are: their skies differ.
    chosen = np.random.default_rng(0).integers(0, len(galaxies), (16, 16))
    mosaic = galaxies[chosen].transpose(0, 3, 1, 4, 2).reshape(*view.size, 3)
    border, within = steps(mosaic, view.tile)
    assert (border > 3 * within).all()


def test_a_picture_without_light_leaves_none_whatever_its_sky():
    random = np.random.default_rng(2)
    for level in (0, 2, 40, 255):
        noise = random.normal(level, 2, (3, SIZE, SIZE)).clip(0, 255).round().astype(np.uint8)
        light = stamp(noise, 50, 31.0)
        assert np.abs(light).mean() < 0.1
        outside = np.hypot(*np.mgrid[-24.5:25:1, -24.5:25:1]) > 25
        assert not light[outside].any()


def test_light_keeps_its_amount_its_place_and_its_sense_of_rotation():
    y, x = np.mgrid[:256, :256] - 127.5
    # A bar up and to the right, with a brighter end there.
    bar = 80 * np.exp(-((x + y) ** 2) / 200 - (x - y) ** 2 / 2000)
    bar += 100 * np.exp(-((x - 20) ** 2 + (y + 20) ** 2) / 100)
    noise = np.random.default_rng(0).normal(4, 1, (3, 256, 256))
    picture = (bar + noise).clip(0, 255).round().astype(np.uint8)
    for side, angle in ((256, 0.0), (256, 57.0), (100, 0.0), (77, 200.0)):
        light = stamp(picture, side, angle)
        assert light.sum() / 3 * (256 / side) ** 2 == pytest.approx(bar.sum(), rel=0.05)
    turned = stamp(picture, 256, 90.0) - np.rot90(stamp(picture, 256, 0.0))
    assert np.abs(turned).mean() < 0.01
    bright = np.array(np.unravel_index(stamp(picture, 256, 30.0).sum(axis=-1).argmax(), (256, 256))) - 127.5
    # From 45 degrees above the horizontal, counter-clockwise by 30.
    assert np.rad2deg(np.arctan2(-bright[0], bright[1])) == pytest.approx(75, abs=4)


def test_shrunk_pictures_are_averaged_not_sampled():
    stripes = np.zeros((3, 256, 256), np.uint8)
    stripes[:, 64:-64, 64:-64] = 100
    stripes[:, 64:-64, 64:-64:2] = 200
    light = stamp(stripes, 90, 0.0)[30:-30, 30:-30]
    assert light.min() > 140
    assert light.max() < 160


def test_pictures_lie_where_the_table_says(plate):
    pictures, _ = make_galaxies(1, noise=0.5)
    view = View(4, 4, SIZE)
    tiles = scatter(view, 1, BLANKS[:0], SIZE, 1)
    image = np.concatenate(list(compose(view, tiles, pictures, 0 * plate))).astype(float).sum(axis=-1)
    # A galaxy is round and in the middle of its picture: whatever its angle, light is about its centre.
    alone = [t for t in tiles.itertuples() if is_alone(t, tiles) and 32 < t.y < 224 and 32 < t.x < 224]
    assert len(alone) > 1
    for tile in alone:
        reach = int(tile.scale * SIZE / 2)
        top, left = (int(centre - reach) for centre in (tile.y, tile.x))
        window = image[top : top + 2 * reach, left : left + 2 * reach]
        y, x = np.mgrid[: 2 * reach, : 2 * reach] + 0.5
        found = (window * y).sum() / window.sum() + top, (window * x).sum() / window.sum() + left
        np.testing.assert_allclose(found, (tile.y, tile.x), atol=0.3)


def is_alone(tile, tiles):
    reach = (tiles["scale"] + tile.scale) * SIZE / 2
    near = (np.abs(tiles["y"] - tile.y) < reach) & (np.abs(tiles["x"] - tile.x) < reach)
    return near.sum() == 1


def test_sky_is_like_the_corners_of_blanks_and_repeats_without_a_seam():
    random = np.random.default_rng(3)
    shared = random.normal(0, 2, (6, 1, 128, 130))
    noise = 30 + (shared[..., 1:-1] + shared[..., 2:]) + random.normal(0, 1, (6, 3, 128, 128))
    noise += np.array([0, 5, 10])[:, None, None]
    noise[:, :, 40:88, 40:88] += 150
    noise[:, :, 3:5, 3:5] = 255
    plate = sky_plate(noise.round().astype(np.uint8), 1)
    assert plate.shape == (PLATE, PLATE, 3)
    np.testing.assert_allclose(plate.mean(axis=(0, 1)), [30, 35, 40], atol=0.3)
    np.testing.assert_allclose(plate.std(axis=(0, 1)), 3, rtol=0.05)
    bands = np.corrcoef(plate.reshape(-1, 3).T)
    np.testing.assert_allclose(bands[np.triu_indices(3, 1)], 8 / 9, atol=0.05)
    plate = plate - plate.mean(axis=(0, 1))
    for axis, correlation in ((0, 0), (1, 4 / 9)):
        moved = np.roll(plate, 1, axis=axis)
        assert np.corrcoef(plate.ravel(), moved.ravel())[0, 1] == pytest.approx(correlation, abs=0.04)
        seam, inner = (
            np.abs(plate - moved).take(place, axis=axis).mean() for place in ([0], range(1, PLATE))
        )
        assert seam == pytest.approx(inner, rel=0.1)


def test_blanks_are_the_emptiest_whatever_their_skies():
    pictures, peaks = make_galaxies(16, seed=4, noise=0.5)
    rows, values = emptiest("images.npy", pictures, 6, iter)
    assert rows.tolist() == np.argsort(peaks)[:6].tolist()
    assert (np.diff(values) > 0).all()
    assert max(values) < min(emptiness(pictures[row]) for row in set(range(16)) - set(rows))


def test_a_picture_with_a_bright_rim_is_not_empty():
    random = np.random.default_rng(0)
    picture = random.normal(10, 2, (3, SIZE, SIZE))
    bright = picture.copy()
    bright[:, :14] = bright[:, -14:] = bright[:, :, :14] = bright[:, :, -14:] = 200
    first, other = (emptiness(p.round().astype(np.uint8)) for p in (picture, bright))
    assert first < 1
    assert other > 50


@pytest.mark.parametrize("size", [(700, 530), (256, 256), (1, 3), (513, 1024)])
def test_levels_are_means_of_two_by_two_down_to_one_pixel(tmp_path, size):
    y, x = np.mgrid[: size[0], : size[1]]
    picture = np.stack([y * 255 // size[0], x * 255 // size[1], (x + y) % 97], axis=-1).astype(np.uint8)
    bands = np.split(picture, range(100, size[0], 100))
    levels = [picture]
    while levels[-1].shape[:2] != (1, 1):
        levels.append(halved(levels[-1]))
    levels.reverse()
    kept = write_pyramid(tmp_path, "p", size, bands, 300)
    np.testing.assert_array_equal(kept, [level for level in levels if max(level.shape) <= 300][-1])
    assert level_count(size) == len(levels)
    assert len(list((tmp_path / "p_files").iterdir())) == len(levels)
    for number, level in enumerate(levels):
        folder = tmp_path / f"p_files/{number}"
        rows, columns = (-(-length // TILE) for length in level.shape[:2])
        names = {f"{column}_{row}.jpg" for row in range(rows) for column in range(columns)}
        assert {file.name for file in folder.iterdir()} == names
        for name in names:
            column, row = map(int, name.removesuffix(".jpg").split("_"))
            part = level[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
            with Image.open(folder / name) as tile:
                assert np.asarray(tile).shape == part.shape
                assert np.abs(np.asarray(tile) - part.astype(int)).mean() < 4


def halved(level):
    """Means of two by two, rounded half up; at an odd end of what there is."""
    height, width = (-(-length // 2) for length in level.shape[:2])
    means = np.empty((height, width, 3))
    for y in range(height):
        for x in range(width):
            means[y, x] = level[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].mean(axis=(0, 1))
    return np.floor(means + 0.5).astype(np.uint8)


def test_description_is_deep_zooms(written):
    image = ElementTree.parse(written / "view.dzi").getroot()
    assert image.tag == "{http://schemas.microsoft.com/deepzoom/2008}Image"
    assert image.attrib == {"Format": "jpg", "Overlap": "0", "TileSize": "256"}
    (size,) = image
    assert size.tag.endswith("}Size")
    assert size.attrib == {"Height": str(5 * 48), "Width": str(7 * 48)}


def test_windows_are_those_of_the_composed_view(written, galaxies, plate):
    view = composed(VIEW, galaxies, plate)
    whole = read_view(written, 0, 0, *VIEW.size)
    difference = np.abs(whole.astype(int) - view)
    assert difference.mean() < 2
    assert difference.max() < 40
    windows = [(0, 0, 1, 1), (100, 200, 90, 120), (0, 250, 240, 12), (239, 335, 1, 1), (17, 256, 30, 80)]
    for top, left, height, width in windows:
        window = read_view(written, top, left, height, width)
        np.testing.assert_array_equal(window, whole[top : top + height, left : left + width])
    with Image.open(written / "overview.png") as overview:
        np.testing.assert_array_equal(np.asarray(overview), view)


def test_windows_across_many_tiles(tmp_path, galaxies):
    view = View(10, 12, SIZE)
    write_view(tmp_path / "view", view, galaxies, galaxies[BLANKS], BLANKS, 1, DRAWN, 2)
    expected = composed(view, galaxies, sky_plate(galaxies[BLANKS], 1))
    for window in ((200, 230, 330, 300), (250, 500, 20, 268), (0, 0, 640, 768)):
        top, left, height, width = window
        part = expected[top : top + height, left : left + width]
        found = read_view(tmp_path / "view", *window)
        assert found.shape == part.shape
        assert np.abs(found - part.astype(int)).mean() < 2


def test_memory_does_not_grow_with_the_rows(tmp_path, galaxies, plate):
    peaks = []
    for rows in (12, 48):
        view = View(rows, 8, 32)
        tiles = scatter(view, len(galaxies), BLANKS, SIZE, 1)
        tracemalloc.start()
        write_pyramid(tmp_path / str(rows), "v", view.size, compose(view, tiles, galaxies, plate), 64)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] < 48 * 8 * 32**2 * 3  # the whole of the taller one
    assert peaks[1] < 1.2 * peaks[0]


def test_scripts_choose_blanks_and_compose(tmp_path, namespace):
    pictures, _ = make_galaxies(20)
    write_galaxies(tmp_path / "images.npy", 20, SIZE, [pictures], DRAWN)
    job = namespace(
        input={"images": tmp_path / "images.npy"},
        output={"images": tmp_path / "blanks/images.npy"},
        params={"blanks": 3},
    )
    blanks_script.main(job)
    blanks, about = read_galaxies(tmp_path / "blanks/images.npy")
    np.testing.assert_array_equal(blanks, pictures[about["rows"]])
    assert len(about["emptiness"]) == 3
    assert {key: about[key] for key in DRAWN} == DRAWN

    job = namespace(
        input={"images": tmp_path / "images.npy", "blanks": tmp_path / "blanks/images.npy"},
        output={"view": tmp_path / "view"},
        params={"view": {"rows": 6, "columns": 8, "tile": 32}, "seed": 1},
    )
    view_script.main(job)
    record = json.loads((tmp_path / "view/view.json").read_text())
    assert {key: record[key] for key in DRAWN} == DRAWN
    assert (record["rows"], record["columns"], record["tile"]) == (6, 8, 32)
    assert (record["height"], record["width"], record["seed"]) == (192, 256, 1)
    assert record["scale"] == [0.15, 0.5]
    with open(tmp_path / "view/tiles.csv", newline="") as file:
        tiles = list(csv.DictReader(file))
    assert list(tiles[0]) == ["row", "column", "image", "blank", "angle", "scale", "y", "x"]
    assert [(int(t["row"]), int(t["column"])) for t in tiles] == [(y, x) for y in range(6) for x in range(8)]
    assert {int(t["image"]) for t in tiles if t["blank"] == "1"} <= set(about["rows"])
    assert sum(int(t["blank"]) for t in tiles) == record["blank_tiles"]
    assert read_view(tmp_path / "view", 10, 20, 30, 40).shape == (30, 40, 3)


def test_fewer_images_than_blanks_are_refused(tmp_path, namespace):
    pictures, _ = make_galaxies(2)
    write_galaxies(tmp_path / "images.npy", 2, SIZE, [pictures], DRAWN)
    job = namespace(
        input={"images": tmp_path / "images.npy"}, output={"images": tmp_path / "b.npy"}, params={"blanks": 3}
    )
    with pytest.raises(InputError, match=r"images.npy: coccomini2021.blanks asks for 3 images, found 2$"):
        blanks_script.main(job)
    assert not (tmp_path / "b.npy").exists()


@pytest.mark.parametrize(
    ("tile", "drawn", "empty", "message"),
    [
        (15, (4, 64), (2, 64), r"^coccomini2021.view.tile: expected 16 to 64 px, .* galaxies, got 15$"),
        (65, (4, 64), (2, 64), r"^coccomini2021.view.tile: expected 16 to 64 px, .* galaxies, got 65$"),
        (32, (0, 64), (2, 64), r"^drawn.npy: expected images, found none$"),
        (32, (4, 64), (0, 64), r"^blanks.npy: expected images, found none$"),
        (
            32,
            (4, 64),
            (2, 32),
            r"^blanks.npy: expected images of 64 px as in drawn.npy, found those of 32 px$",
        ),
    ],
)
def test_views_that_cannot_be_made_are_refused(tile, drawn, empty, message):
    sets = [np.zeros((number, 3, size, size), np.uint8) for number, size in (drawn, empty)]
    with pytest.raises(InputError, match=message):
        check_view(View(1, 1, tile), "drawn.npy", sets[0], "blanks.npy", sets[1])


@pytest.mark.parametrize(
    "window", [(-1, 0, 5, 5), (0, -1, 5, 5), (230, 0, 11, 5), (0, 330, 5, 7), (0, 0, 0, 5)]
)
def test_windows_outside_the_view_are_refused(written, window):
    top, left, height, width = window
    message = rf"view.dzi: expected a window inside 240 x 336 px, got {height} x {width} at {top}, {left}$"
    with pytest.raises(InputError, match=message):
        read_view(written, *window)


def test_damaged_views_are_refused(written, tmp_path):
    with pytest.raises(InputError, match=r"view.json: expected the size of a view, but reading it failed"):
        read_view(tmp_path, 0, 0, 1, 1)
    (tmp_path / "view.json").write_bytes((written / "view.json").read_bytes())
    with pytest.raises(InputError, match=r"9/0_0.jpg: expected a whole JPEG, but reading it failed"):
        read_view(tmp_path, 0, 0, 1, 1)
    tile = tmp_path / "view_files/9/0_0.jpg"
    tile.parent.mkdir(parents=True)
    tile.write_bytes((written / "view_files/9/0_0.jpg").read_bytes()[:900])
    with pytest.raises(InputError, match=r"9/0_0.jpg: expected a whole JPEG, but reading it failed"):
        read_view(tmp_path, 0, 0, 1, 1)


def test_a_view_that_fails_leaves_nothing(galaxies, tmp_path, monkeypatch):
    def broken(*_):
        yield np.zeros((100, VIEW.size[1], 3), np.uint8)
        raise InputError("no more")

    monkeypatch.setattr(view_module, "compose", broken)
    with pytest.raises(InputError, match=r"^no more$"):
        write_view(tmp_path / "view", VIEW, galaxies, galaxies[BLANKS], BLANKS, 1, DRAWN, 1)
    assert list(tmp_path.iterdir()) == []


def test_a_pool_composes_what_one_thread_does(galaxies, plate):
    with ThreadPoolExecutor(3) as pool:
        many = composed(VIEW, galaxies, plate, run=pool.map)
    np.testing.assert_array_equal(many, composed(VIEW, galaxies, plate))
