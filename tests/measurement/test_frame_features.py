"""Features of sparse frames, against second implementations."""

import numpy as np
import pandas as pd
import pytest
from scripts.measurement import gather_features, locate_clusters, measure_frames
from skimage.feature import local_binary_pattern

from mockskies.archives.frames import write_frame
from mockskies.errors import InputError
from mockskies.measurement.binary_patterns import binary_patterns
from mockskies.measurement.cluster_properties import PROPERTIES, cluster_properties
from mockskies.measurement.features import COLUMNS, MEASURES, PROPERTY_SETS, measure, read_features
from mockskies.measurement.fourier_row import fourier_row
from mockskies.measurement.frames import chunk_of, gather_chunks, write_chunk
from mockskies.measurement.gradients import oriented_gradients
from mockskies.measurement.histogram import histogram
from mockskies.measurement.power_spectrum import power_spectrum, ring_sums


def sparse(seed, side=1000, galaxies=40, background=0):
    """Noisy blobs on a level sky."""
    random = np.random.default_rng(seed)
    frame = np.full((side, side), background, np.uint8)
    for y, x in random.integers(0, side - 9, (galaxies, 2)):
        frame[y : y + 9, x : x + 9] = random.integers(0, 256, (9, 9))
    return frame


def plain_rings(frame):
    """Complex transform, and a loop over rings."""
    side = len(frame)
    power = np.abs(np.fft.fftshift(np.fft.fft2(frame))) ** 2
    y, x = np.indices(frame.shape) - side // 2
    radius = np.hypot(y, x).astype(int)
    return np.array([power[radius == ring].sum() for ring in range(side // 2)])


@pytest.mark.parametrize(("side", "background"), [(60, 0), (200, 0), (200, 250)])
def test_ring_sums_are_those_of_the_complex_transform(side, background):
    frame = sparse(1, side, 5, background)
    np.testing.assert_allclose(ring_sums(frame), plain_rings(frame), rtol=2e-5)


def test_power_is_the_moving_average_of_ring_sums():
    frame = sparse(2, 100)
    expected = pd.Series(plain_rings(frame)).rolling(5, center=True).mean().dropna()
    np.testing.assert_allclose(power_spectrum(frame), expected, rtol=2e-5)
    assert len(power_spectrum(sparse(2))) == len(COLUMNS["power"]) == 496
    assert (COLUMNS["power"][0], COLUMNS["power"][-1]) == ("ring_2", "ring_497")


def test_parseval():
    """All power is that of the pixels: what rings leave out is in the corners of the plane."""
    frame = sparse(3, 100).astype(np.uint8)
    total = frame.size * (frame.astype(float) ** 2).sum()
    y, x = np.indices(frame.shape) - 50
    outside = (np.abs(np.fft.fftshift(np.fft.fft2(frame))) ** 2)[np.hypot(y, x).astype(int) >= 50].sum()
    assert ring_sums(frame).sum() + outside == pytest.approx(total, rel=1e-6)


def test_a_wave_is_in_its_ring():
    x = np.arange(100)
    frame = np.tile(np.round(100 + 100 * np.cos(2 * np.pi * 20 * x / 100)), (100, 1)).astype(np.uint8)
    assert np.argmax(ring_sums(frame)[1:]) + 1 == 20


def test_the_fourier_row_is_that_of_the_whole_transform():
    frame = sparse(4)
    whole = np.abs(np.fft.fft2(frame))
    row = fourier_row(frame)
    np.testing.assert_allclose(row, np.fft.fftshift(whole)[250, 500:], rtol=1e-4)
    # With the zero frequency in the corner, the second half is the same backwards.
    np.testing.assert_allclose(row[1:], whole[250, :500:-1], rtol=1e-4)


def test_the_histogram_counts_every_pixel():
    frame = sparse(5)
    assert histogram(frame).tolist() == np.bincount(frame.ravel(), minlength=256).tolist()
    assert histogram(frame[:, ::2]).sum() == frame.size // 2


def test_binary_patterns_are_those_of_the_whole_frame():
    frame = sparse(6, 200, 8)
    whole = local_binary_pattern(frame, 8, 1, "uniform").astype(int)
    assert binary_patterns(frame).tolist() == np.bincount(whole.ravel(), minlength=10).tolist()
    assert binary_patterns(np.full((100, 100), 3, np.uint8)[:50]).sum() == 5000
    black = binary_patterns(np.zeros((100, 100), np.uint8))
    assert black.tolist() == [0] * 8 + [10000, 0]


def test_gradients_tell_directions():
    """A frame of horizontal bars has all its gradient in one orientation, in each block alike."""
    bars = np.zeros((200, 200), np.uint8)
    bars[::10] = 200
    descriptor = oriented_gradients(bars).reshape(3, 3, 2, 2, 9)
    assert np.count_nonzero(descriptor.sum(axis=(0, 1, 2, 3)) > 0) == 1
    np.testing.assert_array_equal(descriptor, np.broadcast_to(descriptor[:1, :1], descriptor.shape))
    turned = oriented_gradients(np.ascontiguousarray(bars.T)).reshape(-1, 9).sum(axis=0)
    assert abs(np.argmax(turned) - np.argmax(descriptor.sum(axis=(0, 1, 2, 3)))) in (4, 5)


def test_every_set_has_as_many_numbers_as_columns():
    frame = sparse(7)
    for name in MEASURES:
        values = measure(frame, [name])
        assert values.shape == (len(COLUMNS[name]),), name
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
    assert {name: len(columns) for name, columns in COLUMNS.items()} == {
        "properties": 29,
        "histogram": 256,
        "hog": 324,
        "lbp": 10,
        "fourier": 500,
        "power": 496,
        "basic": 3,
        "individual": 19,
        "interactions": 10,
    }
    assert PROPERTY_SETS["individual"] + PROPERTY_SETS["interactions"] == PROPERTIES


def test_a_black_frame_can_be_measured():
    assert np.isfinite(measure(np.zeros((1000, 1000), np.uint8), list(MEASURES))).all()


def test_chunks_are_the_whole_in_order():
    rows = list(range(10))
    chunks = [chunk_of(rows, f"{i}-of-4") for i in range(1, 5)]
    assert [row for chunk in chunks for row in chunk] == rows
    assert max(map(len, chunks)) - min(map(len, chunks)) <= 1
    assert chunk_of(rows[:2], "1-of-3") == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four frames, whose names are not in the order of their text."""
    folder = tmp_path_factory.mktemp("frames")
    for frame in (2, 10, 9, 100):
        write_frame(folder / f"{frame}.png", sparse(frame))
    return folder


def test_scripts_from_frames_to_features(folder, tmp_path, namespace):
    names = ["properties", "histogram", "power"]
    paths = {1: [tmp_path / "whole.npz"], 2: [tmp_path / f"{i}.npz" for i in (1, 2)]}
    measured = {}
    for chunks, files in paths.items():
        for number, path in enumerate(files, 1):
            job = namespace(
                input={"frames": folder},
                output={"chunk": path},
                params={"features": names, "chunk": f"{number}-of-{chunks}"},
                threads=3 - chunks,
            )
            measure_frames.main(job)
        outputs = [tmp_path / f"{chunks}_{name}" for name in ("properties.csv", "histogram.npy", "power.npy")]
        gather_features.main(
            namespace(input={"chunks": files}, output={"features": outputs}, params={"features": names})
        )
        measured[chunks] = [path.read_bytes() for path in outputs]
    assert measured[1] == measured[2]
    table = pd.read_csv(tmp_path / "1_properties.csv")
    assert table.columns.tolist() == ["Id", *PROPERTIES]
    assert table["Id"].tolist() == [2, 9, 10, 100]
    expected = [list(cluster_properties(sparse(frame)).values()) for frame in table["Id"]]
    np.testing.assert_allclose(table[list(PROPERTIES)], expected, rtol=1e-6)
    matrix = read_features(
        [tmp_path / "1_properties.csv", tmp_path / "1_histogram.npy"], ["basic", "histogram"]
    )
    assert matrix.shape == (4, 259)
    assert matrix[1, 3:].tolist() == histogram(sparse(9)).tolist()


def test_centres_are_the_clusters_brightest_pixels(tmp_path, namespace):
    frame = np.zeros((1000, 1000), np.uint8)
    frame[10, 20], frame[11, 21], frame[500, 999], frame[700, 3] = 9, 60, 6, 5
    write_frame(tmp_path / "frames/7.png", frame)
    write_frame(tmp_path / "frames/3.png", np.zeros_like(frame))
    job = namespace(
        input={"frames": tmp_path / "frames"}, output={"centres": tmp_path / "c.csv"}, params={"threshold": 5}
    )
    locate_clusters.main(job)
    assert (tmp_path / "c.csv").read_text() == "Id,y,x\n7,11,21\n7,500,999\n"


def test_chunks_out_of_order_are_refused(tmp_path):
    for name, frame in (("a", 5), ("b", 4)):
        write_chunk(tmp_path / name, [frame], ["lbp"], np.zeros((1, 10), np.float32))
    with pytest.raises(InputError, match="expected chunks with ascending Ids, found other ones"):
        gather_chunks([tmp_path / "a", tmp_path / "b"], {"lbp": tmp_path / "lbp.npy"})


def test_features_of_the_wrong_length_are_refused(tmp_path):
    np.save(tmp_path / "power.npy", np.zeros((5, 500), np.float32))
    with pytest.raises(InputError, match=r"power.npy: expected 496 features of power .* of \(5, 500\)$"):
        read_features([tmp_path / "power.npy"], ["power"])


def test_features_of_other_frames_are_refused(tmp_path):
    np.save(tmp_path / "power.npy", np.zeros((5, 496), np.float32))
    np.save(tmp_path / "lbp.npy", np.zeros((4, 10), np.float32))
    paths = [tmp_path / "power.npy", tmp_path / "lbp.npy"]
    with pytest.raises(InputError, match=r"lbp.npy: expected 5 frames as .*power.npy has, found 4"):
        read_features(paths, ["power", "lbp"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop(columns="cluster_x_avg"), "expected the column cluster_x_avg, found Id,"),
        (
            lambda table: table.assign(cluster_num=np.nan),
            "line 2: expected a number in the column cluster_num",
        ),
        (
            lambda table: table.assign(cluster_num="many"),
            "line 2: expected a number in the column cluster_num",
        ),
    ],
)
def test_damaged_properties_are_refused(tmp_path, change, message):
    table = pd.DataFrame(np.zeros((3, 30)), columns=["Id", *PROPERTIES])
    change(table).to_csv(tmp_path / "properties.csv", index=False)
    with pytest.raises(InputError, match=f"properties.csv: {message}"):
        read_features([tmp_path / "properties.csv"], ["basic"])


def test_damaged_features_are_refused(tmp_path):
    (tmp_path / "lbp.npy").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"lbp.npy: expected features, but reading it failed"):
        read_features([tmp_path / "lbp.npy"], ["lbp"])
    np.save(tmp_path / "lbp.npy", np.full((4, 10), np.nan, np.float32))
    with pytest.raises(InputError, match=r"lbp.npy: expected finite numbers, found others"):
        read_features([tmp_path / "lbp.npy"], ["lbp"])
    with pytest.raises(InputError, match=r"none.csv: expected a table, but reading it failed"):
        read_features([tmp_path / "none.csv"], ["basic"])
