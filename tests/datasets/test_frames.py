"""Data sets of sparse frames: real ones and their clusters, patches, grids and reduced frames."""

import logging
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from scripts.datasets import cut_patches, grid_positions, list_real_frames, reduce_real, reduce_scored

from mockskies.archives.frames import read_frame, write_frame
from mockskies.datasets.clusters import find_clusters
from mockskies.datasets.folds import fold_of
from mockskies.datasets.galaxies import read_galaxies
from mockskies.datasets.grids import class_grids, position_grids
from mockskies.datasets.patches import class_of, cut
from mockskies.datasets.real_frames import candidates, read_clusters, read_real_frames
from mockskies.datasets.reduce import reduce_frames
from mockskies.errors import InputError

BOUNDS = [16, 48]


def dark(*spots, background=0):
    """A frame with spots of (y, x, side, level); pixels only, so that all is known by hand."""
    frame = np.full((1000, 1000), background, np.uint8)
    for y, x, side, level in spots:
        frame[y : y + side, x : x + side] = level
    return frame


# Labelled real are 1, 2 and 4; scored above 3 are 5 and 20. Of them 2 is empty and 4 has a raised background.
FRAMES = {
    ("labeled", 1): dark((0, 0, 1, 6), (40, 100, 5, 50), (42, 103, 1, 80), (43, 101, 1, 80)),
    ("labeled", 2): dark((500, 500, 9, 5)),
    ("labeled", 3): dark((10, 10, 9, 90)),
    ("labeled", 4): dark((10, 10, 9, 90), background=2),
    ("scored", 5): dark((64, 64, 1, 255), (64, 66, 1, 7)),
    ("scored", 10): dark((8, 8, 8, 90)),
    ("scored", 20): dark((500, 31, 1, 200), (700, 700, 1, 5), (992, 992, 8, 100)),
}
LABELED = "Id,Actual\n4,1\n3,0\n2,1\n1,1\n"
SCORED = "Id,Actual\n20,3.0001\n10,3.0\n5,4\n"
REAL = "Id,part\n1,labeled\n5,scored\n20,scored\n"
CLUSTERS = """Id,y,x,size,peak,flux,edge
1,0,0,1,6,6,1
1,42,103,25,80,1310,0
5,64,64,1,255,255,0
5,64,66,1,7,7,0
20,500,31,1,200,200,0
20,992,992,64,100,6400,1
"""
CLASSES = [0, 1, 0, 0, 0, 2]


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    for (part, identifier), frame in FRAMES.items():
        write_frame(folder / part / f"{identifier}.png", frame)
    (folder / "labeled.csv").write_text(LABELED)
    (folder / "scored.csv").write_text(SCORED)
    return folder


@pytest.fixture
def listed(archive):
    """What `list_real_frames` writes."""
    (archive / "real.csv").write_text(REAL)
    (archive / "clusters.csv").write_text(CLUSTERS)
    return archive


@pytest.fixture
def job(archive, tmp_path, namespace):
    """``job(inputs, outputs, **params)``, with inputs below the archive and outputs below ``new``."""

    def make(inputs, outputs, threads=1, **params):
        names = {"labeled_table": "labeled.csv", "scored_table": "scored.csv"}
        names |= {name: f"{name}.csv" for name in ("real", "clusters")}
        return namespace(
            input={name: str(archive / names.get(name, name)) for name in inputs},
            output={name: str(tmp_path / "new" / file) for name, file in outputs.items()},
            params={"archive": "sparse", "simulated": True} | params,
            threads=threads,
        )

    return make


@pytest.fixture
def listing(job):
    def make(threads=1):
        inputs = ("labeled", "scored", "labeled_table", "scored_table")
        outputs = {"real": "real.csv", "clusters": "clusters.csv"}
        return job(inputs, outputs, threads=threads, threshold=5, real_above=3)

    return make


@pytest.fixture
def cutting(job):
    def make(classes=BOUNDS):
        outputs = {"array": "patches.npy", "table": "patches.csv"}
        return job(("labeled", "scored", "real", "clusters"), outputs, threshold=5, classes=classes)

    return make


@pytest.fixture
def gridding(job):
    def make(classes=BOUNDS):
        outputs = {"grids": "grids.npy", "class_grids": "class_grids.npy"}
        return job(("real", "clusters"), outputs, classes=classes)

    return make


def left(folder):
    """Names below ``folder``, hidden ones too."""
    return sorted(path.name for path in folder.rglob("*"))


# Clusters.


def flood(frame, threshold):
    """Clusters by filling from each first pixel, in plain Python."""
    free = {(int(y), int(x)) for y, x in np.argwhere(frame > threshold)}
    height, width = frame.shape
    clusters = []
    for start in sorted(free):
        if start not in free:
            continue
        free.remove(start)
        stack, members = [start], []
        while stack:
            y, x = stack.pop()
            members.append((y, x))
            for place in [(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]:
                if place in free:
                    free.remove(place)
                    stack.append(place)
        levels = {place: int(frame[place]) for place in sorted(members)}
        clusters.append(
            SimpleNamespace(
                size=len(members),
                peak=max(levels.values()),
                levels=len(set(levels.values())),
                flux=sum(levels.values()),
                centre=next(place for place in levels if levels[place] == max(levels.values())),
                edge=any(y in (0, height - 1) or x in (0, width - 1) for y, x in members),
            )
        )
    return clusters


@pytest.mark.parametrize("share", [0.02, 0.15, 0.3, 0.45])
@pytest.mark.parametrize("seed", [1, 2])
def test_clusters_are_those_of_a_flood_fill(seed, share):
    random = np.random.default_rng(seed)
    # Few levels, so that many clusters have several brightest pixels; 5 is not above the threshold.
    frame = np.where(random.random((70, 90)) < share, random.choice([6, 7, 90, 255], (70, 90)), 0)
    frame = np.where(random.random(frame.shape) < 0.2, np.minimum(frame, 5), frame).astype(np.uint8)
    frame[0, 0], frame[30:34, 40:44] = 255, 9
    found, expected = find_clusters(frame, 5), flood(frame, 5)
    assert len(found) == len(expected) > 5
    for name in ("size", "peak", "levels", "flux", "edge"):
        values = [getattr(cluster, name) for cluster in expected]
        assert getattr(found, name).tolist() == values, name
        assert len(set(values)) > 1
    assert found.centre.tolist() == [list(cluster.centre) for cluster in expected]


def test_diagonals_join_and_the_threshold_is_strict():
    frame = np.zeros((9, 9), np.uint8)
    frame[2, 2], frame[3, 3], frame[3, 4], frame[5, 4], frame[4, 5], frame[7, 1] = 6, 9, 5, 9, 7, 5
    found = find_clusters(frame, 5)
    assert (len(found), found.size.tolist(), found.flux.tolist()) == (2, [2, 2], [15, 16])
    assert found.centre.tolist() == [[3, 3], [5, 4]]
    assert find_clusters(frame, 4).size.tolist() == [5, 1]


def test_a_dark_frame_has_no_clusters():
    found = find_clusters(dark((5, 5, 3, 5)), 5)
    assert len(found) == 0
    assert found.centre.shape == (0, 2)


def test_a_white_frame_is_one_cluster():
    found = find_clusters(np.full((1000, 1000), 255, np.uint8), 5)
    assert (found.size.tolist(), found.flux.tolist()) == ([10**6], [255 * 10**6])
    assert found.centre.tolist() == [[0, 0]]


# Real frames.


def test_candidates_are_labelled_1_or_scored_above(archive):
    tables = archive / "labeled.csv", archive / "scored.csv"
    chosen = {1: "labeled", 2: "labeled", 4: "labeled"}
    assert candidates(*tables, 3) == chosen | {5: "scored", 20: "scored"}
    assert list(candidates(*tables, 3)) == [1, 2, 4, 5, 20]
    assert candidates(*tables, 2.9).keys() == {1, 2, 4, 5, 10, 20}
    assert candidates(*tables, 4) == chosen


def test_real_frames_and_their_clusters(listing, tmp_path, caplog):
    caplog.set_level(logging.INFO, "mockskies")
    list_real_frames.main(listing(threads=2))
    assert left(tmp_path / "new") == ["clusters.csv", "real.csv"]
    assert (tmp_path / "new/real.csv").read_text() == REAL
    assert (tmp_path / "new/clusters.csv").read_text() == CLUSTERS
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "real: 3"),
        ("INFO", "with a background above 0: 1"),
        ("WARNING", "without a galaxy: 1"),
    ]
    assert read_real_frames(tmp_path / "new/real.csv") == {1: "labeled", 5: "scored", 20: "scored"}
    assert read_clusters(tmp_path / "new/clusters.csv").shape == (6, 7)


def test_frames_that_all_have_galaxies_are_no_warning(archive, listing, caplog):
    (archive / "labeled.csv").write_text(LABELED.replace("2,1", "2,0"))
    caplog.set_level(logging.INFO, "mockskies")
    list_real_frames.main(listing())
    assert {record.levelname for record in caplog.records} == {"INFO"}
    assert caplog.messages[-1] == "without a galaxy: 0"


def test_no_frame_is_left(archive, listing, tmp_path):
    (archive / "labeled.csv").write_text(LABELED.replace("1,1", "1,0"))
    (archive / "scored.csv").write_text("Id,Actual\n5,0\n10,0\n20,0\n")
    with pytest.raises(InputError) as caught:
        list_real_frames.main(listing())
    assert str(caught.value) == (
        f"{archive}/labeled, {archive}/scored: expected real frames with a background of 0 and a galaxy "
        "above level 5, found none among 2: 1 with a background above 0, 1 without a galaxy"
    )
    assert left(tmp_path / "new") == []


def test_no_candidates(archive, listing, tmp_path):
    (archive / "labeled.csv").write_text(LABELED.replace(",1", ",0"))
    (archive / "scored.csv").write_text("Id,Actual\n5,3\n")
    with pytest.raises(InputError) as caught:
        list_real_frames.main(listing())
    assert str(caught.value) == (
        f"{archive}/labeled.csv, {archive}/scored.csv: "
        "expected frames labelled 1 or scored above 3, found none"
    )
    assert not (tmp_path / "new").exists()


def test_a_damaged_table_leaves_nothing(archive, listing, tmp_path):
    (archive / "scored.csv").write_text(SCORED.replace("4\n", "9\n"))
    with pytest.raises(InputError) as caught:
        list_real_frames.main(listing())
    message = f"{archive}/scored.csv: line 4: expected a score between 0 and 8, found '9'"
    assert str(caught.value) == message
    assert not (tmp_path / "new").exists()


def test_a_damaged_frame_leaves_nothing(listed, listing, cutting, job, tmp_path):
    """The second of those that are read, so that writing has begun."""
    path = listed / "scored/5.png"
    path.write_bytes(b"nothing")
    jobs = [
        (list_real_frames, listing()),
        (cut_patches, cutting()),
        (reduce_real, job(("labeled", "scored", "real"), {"array": "real.npy"}, size=20)),
        (reduce_scored, job(("scored",), {"array": "scored.npy"}, size=20)),
    ]
    message = f"{path}: expected a whole PNG, but reading it failed: cannot identify image file '{path}'"
    for script, settings in jobs:
        with pytest.raises(InputError) as caught:
            script.main(settings)
        assert str(caught.value) == message
        assert left(tmp_path / "new") == []


# Patches.


def plain_cut(frame, y, x):
    patch = np.zeros((32, 32), np.uint8)
    for row in range(32):
        for column in range(32):
            place = y - 16 + row, x - 16 + column
            if min(place) >= 0 and max(place) < 1000:
                patch[row, column] = frame[place]
    return patch


def test_patches_are_padded_beyond_the_edge():
    frame = np.random.default_rng(1).integers(1, 256, (1000, 1000)).astype(np.uint8)
    centres = np.array([(500, 300), (0, 0), (999, 999), (3, 998), (984, 16), (983, 15)])
    patches = cut(frame, centres)
    assert patches.shape == (6, 32, 32)
    np.testing.assert_array_equal(patches, [plain_cut(frame, *centre) for centre in centres])
    assert patches[:, 16, 16].tolist() == frame[tuple(centres.T)].tolist()
    assert [np.count_nonzero(patch == 0) for patch in patches[:2]] == [0, 32 * 32 - 16 * 16]


def test_scripts_cut_every_galaxy(listed, cutting, tmp_path):
    cut_patches.main(cutting())
    assert left(tmp_path / "new") == ["patches.csv", "patches.json", "patches.npy"]
    patches, about = read_galaxies(tmp_path / "new/patches.npy")
    assert patches.shape == (6, 1, 32, 32)
    frames = {identifier: frame for (_, identifier), frame in FRAMES.items()}
    clusters = read_clusters(listed / "clusters.csv")
    for patch, (identifier, y, x, *_) in zip(patches, clusters, strict=True):
        np.testing.assert_array_equal(patch[0], plain_cut(frames[identifier], y, x))
    assert patches[:, 0, 16, 16].tolist() == [6, 80, 255, 7, 200, 100]
    lines = ["Id,y,x,size,peak,class"]
    lines += [",".join(map(str, [*row[:5], kind])) for row, kind in zip(clusters, CLASSES, strict=True)]
    assert (tmp_path / "new/patches.csv").read_text().splitlines() == lines
    expected = {"archive": "sparse", "simulated": True, "threshold": 5, "classes": BOUNDS, "bands": ["level"]}
    assert about | expected == about


def test_classes_begin_at_their_bounds():
    assert class_of(np.array([1, 15, 16, 47, 48, 900]), BOUNDS).tolist() == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("bounds", "name"),
    [
        ([1, 48], "small (below 1 px)"),
        ([26, 64], "medium (26 to 63 px)"),
        ([16, 65], "large (65 px or more)"),
    ],
)
def test_a_class_without_members(bounds, name, listed, cutting, gridding, tmp_path):
    message = f"defremond2020.classes: expected galaxies of class {name}, found none among 6 of 1 to 64 px"
    with pytest.raises(InputError) as caught:
        cut_patches.main(cutting(bounds))
    assert str(caught.value) == message
    assert not (tmp_path / "new").exists()
    with pytest.raises(InputError) as caught:
        grid_positions.main(gridding(bounds))
    assert str(caught.value) == message
    assert not (tmp_path / "new").exists()


# Grids.


def scattered(random, cells_once):
    """Identifiers, and clusters of random places and sizes; at most one a cell if so wanted."""
    identifiers, rows = [3, 40, 500], []
    for identifier in identifiers:
        cells = random.choice(31 * 31, 60, replace=not cells_once)
        y, x = np.array(np.divmod(cells, 31)) * 32 + random.integers(0, 32, (2, 60))
        size = random.choice([1, 20, 60], 60)
        rows.append(np.column_stack([np.full(60, identifier), y, x, size, *np.ones((3, 60), int)]))
    return identifiers, np.concatenate(rows)


def test_grids_have_one_mark_for_each_occupied_cell():
    identifiers, clusters = scattered(np.random.default_rng(1), cells_once=False)
    grids = position_grids(identifiers, clusters)
    assert (grids.shape, grids.dtype) == ((3, 1, 32, 32), np.uint8)
    marks = {(identifiers[row], y, x) for row, _, y, x in np.argwhere(grids).tolist()}
    occupied = Counter((i, y // 32, x // 32) for i, y, x in clusters[:, :3].tolist())
    assert marks == set(occupied)
    assert max(occupied.values()) > 1
    assert set(np.unique(grids)) == {0, 255}
    assert (class_grids(identifiers, clusters, BOUNDS).max(axis=1, keepdims=True) == grids).all()


def test_bands_of_classes_sum_to_the_plain_grid():
    identifiers, clusters = scattered(np.random.default_rng(2), cells_once=True)
    bands = class_grids(identifiers, clusters, BOUNDS)
    assert (bands.shape, bands.dtype) == ((3, 3, 32, 32), np.uint8)
    summed = bands.sum(axis=1, dtype=int, keepdims=True)
    np.testing.assert_array_equal(summed, position_grids(identifiers, clusters))
    for number, size in enumerate((1, 20, 60)):
        of_class = position_grids(identifiers, clusters[clusters[:, 3] == size])
        np.testing.assert_array_equal(bands[:, [number]], of_class)


def test_scripts_put_positions_on_grids(listed, gridding, tmp_path):
    grid_positions.main(gridding())
    assert left(tmp_path / "new") == ["class_grids.json", "class_grids.npy", "grids.json", "grids.npy"]
    grids, about = read_galaxies(tmp_path / "new/grids.npy")
    bands, about_bands = read_galaxies(tmp_path / "new/class_grids.npy")
    cells = [(0, 0, 0), (0, 1, 3), (1, 2, 2), (2, 15, 0), (2, 31, 31)]
    assert [tuple(place) for place in np.argwhere(grids[:, 0])] == cells
    kinds = [(row, kind, y, x) for (row, y, x), kind in zip(cells, [0, 1, 0, 0, 2], strict=True)]
    assert [tuple(place) for place in np.argwhere(bands)] == sorted(kinds)
    assert (about["bands"], about_bands["bands"]) == (["galaxies"], ["small", "medium", "large"])
    assert (about_bands["classes"], about["simulated"]) == (BOUNDS, True)


# Reduced frames.


def block_means(frame, size):
    side = 1000 // size
    return frame.reshape(size, side, size, side).mean(axis=(1, 3))


def test_reduced_frames_are_means_of_blocks(tmp_path):
    random = np.random.default_rng(1)
    blocks = random.integers(0, 256, (125, 125)).astype(np.uint8)
    noise = random.integers(0, 256, (1000, 1000)).astype(np.uint8)
    spots = dark(*[(8 * i, 8 * i, 4, 4 * i) for i in range(60)])
    frames = [np.kron(blocks, np.ones((8, 8), np.uint8)), noise, spots]
    files = [tmp_path / f"{i}.png" for i in range(3)]
    for file, frame in zip(files, frames, strict=True):
        write_frame(file, frame)
    about = {"simulated": False}
    reduce_frames(files, 125, tmp_path / "125.npy", about, workers=2, progress=lambda rows, total: rows)
    reduced, metadata = read_galaxies(tmp_path / "125.npy")
    assert reduced.shape == (3, 1, 125, 125)
    np.testing.assert_array_equal(reduced[0, 0], blocks)
    np.testing.assert_array_equal(reduced[2, 0], block_means(spots, 125))
    difference = reduced[1, 0] - block_means(noise, 125)
    assert np.abs(difference).max() <= 0.5
    assert np.abs(difference.mean()) < 0.01
    assert (metadata["resampling"], metadata["simulated"]) == ("mean of the area", False)


def test_frames_stay_in_place_where_sizes_do_not_divide(tmp_path):
    ramp = np.tile((np.arange(1000) // 4).astype(np.uint8), (1000, 1))
    write_frame(tmp_path / "1.png", ramp)
    write_frame(tmp_path / "2.png", np.ascontiguousarray(ramp.T))
    files = [tmp_path / "1.png", tmp_path / "2.png"]
    reduce_frames(files, 128, tmp_path / "128.npy", {}, workers=1, progress=lambda rows, total: rows)
    across, down = read_galaxies(tmp_path / "128.npy")[0][:, 0]
    np.testing.assert_array_equal(down, across.T)
    # Of 1000 px on 128: a new pixel covers 7.8125 px, or 1.95 levels.
    expected = np.tile((np.arange(128) + 0.5) * 7.8125 / 4 - 0.5, (128, 1))
    np.testing.assert_allclose(across, expected, atol=0.75)


def test_scripts_reduce_frames_in_the_order_of_their_tables(listed, job, tmp_path):
    reduce_real.main(job(("labeled", "scored", "real"), {"array": "real/125.npy"}, size=125))
    # A wildcard is text.
    reduce_scored.main(job(("scored",), {"array": "scored/125.npy"}, size="125"))
    for name, ids in (("real", (1, 5, 20)), ("scored", (5, 10, 20))):
        reduced, about = read_galaxies(tmp_path / f"new/{name}/125.npy")
        frames = [read_frame(next(listed.glob(f"*/{i}.png"))) for i in ids]
        expected = np.stack([block_means(frame, 125) for frame in frames])[:, None]
        np.testing.assert_allclose(reduced, expected, atol=1)
        assert np.abs(expected - expected[::-1]).max() > 10
        assert about["archive"] == "sparse"
    assert about["identifiers"] == "scored.csv: Id, ascending"


# Folds.


@pytest.mark.parametrize(("count", "folds"), [(9600, 5), (11, 4), (5, 5)])
def test_folds_are_as_even_as_can_be(count, folds):
    fold = fold_of(1, count, folds)
    sizes = np.bincount(fold, minlength=folds)
    assert (len(fold), len(sizes)) == (count, folds)
    assert sizes.max() - sizes.min() == (count % folds > 0)


def test_folds_are_at_random_and_depend_on_the_seed_alone():
    assert fold_of(1, 100, 5).tolist() == fold_of(1, 100, 5).tolist() != fold_of(2, 100, 5).tolist()
    assert fold_of(1, 100, 5).tolist() != [i % 5 for i in range(100)]


def test_fewer_images_than_folds():
    with pytest.raises(InputError) as caught:
        fold_of(1, 4, 5)
    assert str(caught.value) == "folds: expected at least as many images as the 5 folds, got 4"
