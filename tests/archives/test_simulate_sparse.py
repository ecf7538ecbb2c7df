"""Simulated sparse frames: the same whoever draws them, true to their truth, and worth less when degraded."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp
from scripts.archives import link_sparse, simulate_sparse

from mockskies.archives import simulate_sparse as simulator
from mockskies.archives import sparse_frame
from mockskies.archives.frames import frame_ids, read_frame
from mockskies.archives.simulate_sparse import identifiers, kinds, simulate_one
from mockskies.archives.sparse import PARTS, TABLES, read_table
from mockskies.archives.sparse_frame import Frame, render
from mockskies.archives.sparse_light import FULL, Galaxies, add_diamonds, add_light, saturate
from mockskies.archives.sparse_scores import POPULATIONS, draw_fake, draw_real, draw_scored, score
from mockskies.archives.sparse_sky import clouds, white_noise

REAL = Path(__file__).resolve().parents[3] / "shared/data/sparse"
# Two chunks of frames, so that two workers have work.
IMAGES = {"labeled": 6, "scored": 4, "query": 2}
PAPER = {"labeled": 1200, "scored": 9600, "query": 1200}


def outputs(folder):
    parts = {part: folder / part for part in PARTS}
    return parts, {part: folder / f"{part}.csv" for part in TABLES}, folder / "truth.csv"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """An archive that two processes drew."""
    folder = tmp_path_factory.mktemp("archive")
    simulator.simulate_sparse(
        5, "sparse", IMAGES, *outputs(folder), workers=2, progress=lambda rows, total: rows
    )
    return folder


@pytest.fixture(scope="module")
def truth(archive):
    return pd.read_csv(archive / "truth.csv")


@pytest.fixture
def simulate(namespace):
    def run(folder, seed=5, threads=1):
        parts, tables, truth = outputs(folder)
        output = parts | {f"{part}_table": path for part, path in tables.items()} | {"truth": truth}
        params = {"seed": seed, "archive": "sparse", "images": IMAGES}
        simulate_sparse.main(namespace(params=params, output=output, threads=threads))

    return run


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The archive.


def test_the_number_of_workers_changes_nothing(archive, tmp_path, simulate):
    simulate(tmp_path)
    assert contents(tmp_path) == contents(archive)


def test_another_seed_is_another_archive(archive, tmp_path, simulate):
    simulate(tmp_path, seed=6)
    found, other = contents(tmp_path), contents(archive)
    assert found.keys().isdisjoint(name for name in other if name.endswith(".png"))
    assert len(found) == len(other) == 15
    assert set(found.values()).isdisjoint(other.values())


def test_a_frame_depends_on_its_seed_archive_and_identifier_alone(archive, truth):
    for row in truth.itertuples():
        pixels, drawn = simulate_one(5, "sparse", row.kind, row.Id)
        np.testing.assert_array_equal(pixels, read_frame(archive / row.part / f"{row.Id}.png"))
        assert drawn["score"] == row.score
    scenes = [simulate_one(seed, name, "real", i)[0] for seed in (1, 2) for name in "ab" for i in (0, 1)]
    assert len({scene.tobytes() for scene in scenes}) == 8


def test_names_and_numbers_are_those_asked_for(archive):
    expected = identifiers(5, "sparse", IMAGES)
    assert {part: frame_ids(archive / part) for part in PARTS} == expected
    assert {part: len(ids) for part, ids in expected.items()} == IMAGES
    names = {*PARTS, "labeled.csv", "scored.csv", "truth.csv"}
    assert {path.name for path in archive.iterdir()} == names
    assert {part: list(read_table(archive / f"{part}.csv", part)) for part in TABLES} == {
        part: expected[part] for part in TABLES
    }


def test_no_identifier_is_drawn_twice():
    parts = identifiers(1, "sparse", PAPER)
    every = [i for part in PARTS for i in parts[part]]
    assert len(set(every)) == 12000
    assert all(len(str(i)) == 7 for i in every)
    assert all(parts[part] == sorted(parts[part]) for part in PARTS)
    # Parts are no ranges of their own.
    assert min(parts["query"]) < np.median(parts["labeled"]) < max(parts["query"])


@pytest.mark.parametrize(("labelled", "real"), [(6, 5), (12, 10), (1200, 1000), (7, 5), (160, 133)])
def test_five_of_six_labelled_frames_are_real(labelled, real):
    drawn = kinds(identifiers(1, "sparse", PAPER | {"labeled": labelled}))
    of = {part: [kind for p, kind, _ in drawn if p == part] for part in PARTS}
    assert (len(of["labeled"]), of["labeled"].count("real")) == (labelled, real)
    assert of["labeled"].count("fake") == labelled - real
    assert {*of["scored"], *of["query"]} == {"scored"}


def test_truth_has_a_row_for_each_image(archive, truth):
    assert list(truth.columns) == ["part", "Id", "kind", *(f.name for f in fields(Frame)), "score"]
    assert {part: sorted(rows["Id"]) for part, rows in truth.groupby("part")} == {
        part: frame_ids(archive / part) for part in PARTS
    }
    assert len(truth) == sum(IMAGES.values())
    by_id = truth.set_index("Id")
    assert by_id["score"].loc[frame_ids(archive / "scored")].to_dict() == read_table(
        archive / "scored.csv", "scored"
    )
    labels = read_table(archive / "labeled.csv", "labeled")
    assert {i: float(by_id["kind"][i] == "real") for i in labels} == labels
    assert sum(labels.values()) == 5


def test_a_simulated_archive_is_as_a_users_folder_must_be(archive, tmp_path, namespace):
    parts, tables, _ = outputs(tmp_path / "links")
    output = parts | {f"{part}_table": path for part, path in tables.items()}
    link_sparse.main(namespace(params={"folder": str(archive), "images": IMAGES}, output=output))
    for path in tables.values():
        assert path.read_bytes() == (archive / path.name).read_bytes()


def test_a_failure_leaves_nothing(tmp_path):
    def stop(rows, total):
        yield next(iter(rows))
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match=r"^stop$"):
        simulator.simulate_sparse(5, "sparse", IMAGES, *outputs(tmp_path / "new"), workers=1, progress=stop)
    assert list((tmp_path / "new").iterdir()) == []


# Scores.


def drawn(draw, number, seed=3):
    random = np.random.default_rng(seed)
    return [draw(random) for _ in range(number)]


@pytest.mark.parametrize("draw", [draw_scored, draw_real, draw_fake])
def test_scores_lie_between_0_and_the_greatest(draw):
    scores = [score(frame) for frame in drawn(draw, 1500)]
    assert min(scores) > 0
    assert max(scores) <= 6.25
    # Not because all are small.
    assert max(scores) > {draw_scored: 5, draw_real: 5, draw_fake: 0.3}[draw]


@pytest.mark.parametrize(
    ("background", "lowest", "highest"), [(0, 1.01, 6.25), (1, 0.27, 5.99), (2, 0.26, 3.99), (3, 0.25, 2.46)]
)
def test_the_worst_and_the_best_of_each_background(background, lowest, highest):
    population = POPULATIONS[background]
    frame = population.draw(np.random.default_rng(1))
    width, slope, hardness, roughness = np.sign(population.weights)

    def far(sign):
        return replace(
            frame,
            width=frame.width * np.exp(sign * width),
            slope=frame.slope * np.exp(9 * sign * slope),
            hardness=1 + (frame.hardness - 1) * np.exp(9 * sign * hardness),
            roughness=frame.roughness * np.exp(9 * sign * roughness),
        )

    assert (score(far(-1)), score(far(1))) == pytest.approx((lowest, highest))


@pytest.mark.parametrize("population", POPULATIONS)
def test_noise_lowers_the_score(population):
    """In steps over what is drawn: faint noise up to 0.5 levels, and strong from 1.6."""
    for frame in drawn(population.draw, 50):
        scores = [score(replace(frame, noise=noise)) for noise in (0, 0.13, 0.3, 0.5, 1.6, 5, 19.5)]
        assert (np.diff(scores) < 0).all()
        assert scores[-1] < 0.001
        assert scores[0] / score(replace(frame, noise=0.36)) == pytest.approx(2)


@pytest.mark.parametrize(
    "worse",
    [
        lambda frame, amount: replace(frame, blur=1 + amount),
        lambda frame, amount: replace(frame, naive=amount / 8),
        lambda frame, amount: replace(frame, roughness=frame.roughness * (1 + amount / 20)),
        lambda frame, amount: replace(frame, hardness=frame.hardness * (1 + amount / 20)),
        lambda frame, amount: replace(frame, width=frame.width / (1 + amount / 50)),
        lambda frame, amount: replace(frame, slope=frame.slope / (1 + amount / 50)),
    ],
    ids=["blur", "naive", "roughness", "hardness", "width", "slope"],
)
def test_degradation_lowers_the_score(worse):
    for frame in drawn(POPULATIONS[0].draw, 50):
        scores = [score(worse(frame, amount)) for amount in (0, 0.5, 1, 2, 4, 8)]
        # A frame at an end of the scale is worth no less when it is worse still.
        ends = (scores[0] == 6.25, scores[-1] == 1.01)
        assert (np.diff(scores) < 0).all() or (any(ends) and (np.diff(scores) <= 0).all())


def test_naive_frames_and_those_blurred_beyond_hope_are_worth_little():
    for frame in drawn(POPULATIONS[0].draw, 20):
        assert score(replace(frame, naive=1.0)) == pytest.approx(0.35)
        assert score(replace(frame, blur=30.0)) == pytest.approx(0.30)


def test_clouds_are_worth_next_to_nothing():
    cloudy = [frame for frame in drawn(draw_scored, 1500) if frame.cloud_level > 0]
    assert 60 <= len(cloudy) <= 160
    assert max(map(score, cloudy)) < 0.005


def test_kinds_of_frames():
    real, fake = drawn(draw_real, 300), drawn(draw_fake, 300)
    assert {(f.noise, f.naive, f.blur, f.cloud_level) for f in real} == {(0, 0, 1, 0)}
    assert {round(f.background) for f in real} == {0, 1, 2}
    raised = [f for f in real if f.background > 0]
    assert min(POPULATIONS[round(f.background)].merit(f) for f in raised) > 0
    faults = [(f.naive == 1, f.blur > 1, f.noise > 0 and f.cloud_level == 0, f.cloud_level > 0) for f in fake]
    assert {sum(fault) for fault in faults} == {1}
    assert (np.sum(faults, axis=0) > 50).all()


@pytest.mark.skipif(not REAL.exists(), reason="needs the real scores in ../shared")
def test_scores_are_distributed_as_the_real_ones():
    real = list(read_table(REAL / "scored.csv", "scored").values())
    simulated = [score(frame) for frame in drawn(draw_scored, 3000)]
    # By chance alone 0.03 is passed once in 50.
    assert ks_2samp(simulated, real).statistic < 0.05
    assert np.quantile(simulated, [0.2, 0.5, 0.9, 0.99]) == pytest.approx(
        np.quantile(real, [0.2, 0.5, 0.9, 0.99]), rel=0.1
    )


# Pixels.

PLAIN = Frame(background=0.0, galaxies=58.0, width=1.1, slope=0.7, hardness=3.0, roughness=0.0, specks=0)


def galaxies(*rows):
    """Of (y, x, peak, height, width)."""
    return Galaxies(*np.array(rows, float).T)


def light(*rows, add=add_light, side=1000):
    signal = np.zeros((side, side), np.float32)
    stream = np.random.default_rng(1)
    add(signal, galaxies(*rows), *([0.0, stream] if add is add_light else []))
    return signal


@pytest.mark.parametrize("background", [0.0, 0.95, 1.9, 2.0, 2.72])
@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_the_commonest_level_is_the_background(background, noise):
    pixels = render(replace(PLAIN, background=background, noise=noise), np.random.default_rng(1))
    counts = np.bincount(pixels.ravel(), minlength=256)
    assert (pixels.shape, pixels.dtype) == ((1000, 1000), np.uint8)
    assert counts.argmax() == pixels.min() == round(background)
    assert counts.max() > 800_000
    assert pixels.max() > 200


def test_noise_makes_a_frame_noisier():
    pixels = [render(replace(PLAIN, noise=noise), np.random.default_rng(1)) for noise in (0, 0.4, 2, 10)]
    lit = [np.count_nonzero(p) for p in pixels]
    assert (np.diff(lit) > 50_000).all()
    assert np.mean(pixels[3]) > 2 * np.mean(pixels[2])


# The roughest that is drawn is 4.3.
@pytest.mark.parametrize("roughness", [0.0, 4.3])
def test_clouds_are_behind_galaxies(roughness):
    clouded = {"noise": 0.3, "cloud_level": 100.0, "cloud_height": 5.0, "cloud_scale": 50.0}
    cloudy = replace(PLAIN, roughness=roughness, **clouded)
    pixels = render(cloudy, np.random.default_rng(1)).astype(float)
    assert np.median(pixels) == pytest.approx(100, abs=2)
    assert pixels.min() > 70
    assert pixels.max() > 200


@pytest.mark.parametrize("hardness", [1.05, 1.6, 3.0, 8.5])
def test_saturation_is_monotone_and_never_above_white(hardness):
    signal = np.concatenate([np.linspace(0, 600, 6001), np.geomspace(601, 1e5, 200)]).astype(np.float32)
    levels = saturate(signal, hardness)
    assert (np.diff(levels) >= 0).all()
    assert (np.diff(levels[signal < 150]) > 0).all()
    assert levels[0] == 0
    assert levels[-1] == levels.max() == 255
    # Faint signals are as they were; all are below the two straight lines.
    assert levels[100] == pytest.approx(10, rel=0.01)
    assert (levels <= np.minimum(signal, 255) * (1 + 1e-6)).all()


def test_a_harder_saturation_bends_later():
    signal = np.float32(0.8 * FULL)
    levels = [saturate(signal, hardness) for hardness in (1.05, 1.6, 3.0, 8.5)]
    assert (np.diff(levels) > 0).all()


@pytest.mark.parametrize(("height", "width"), [(1.1, 1.1), (1.2, 0.9), (4.0, 3.5)])
@pytest.mark.parametrize("place", [(500.0, 400.0), (500.3, 400.4)])
def test_an_isolated_galaxy_is_as_asked(height, width, place):
    """Of peak sech(y / h) sech(x / w): the flux is pi^2 h w times the peak, the variance (pi w / 2)^2."""
    signal = light((*place, 200.0, height, width)).astype(float)
    y, x = np.indices(signal.shape)
    flux = signal.sum()
    assert flux == pytest.approx(200 * np.pi**2 * height * width, rel=0.01)
    centre = (signal * y).sum() / flux, (signal * x).sum() / flux
    assert centre == pytest.approx(place, abs=0.01)
    variance = (signal * (y - centre[0]) ** 2).sum() / flux, (signal * (x - centre[1]) ** 2).sum() / flux
    assert variance == pytest.approx([(np.pi * height / 2) ** 2, (np.pi * width / 2) ** 2], rel=0.03)
    if place == (500.0, 400.0):
        assert signal.max() == signal[500, 400] == pytest.approx(200)


@pytest.mark.parametrize(("width", "peak"), [(1.1, 150.0), (3.0, 80.0)])
def test_a_rendered_galaxy_has_the_peak_and_width_asked_for(width, peak, monkeypatch):
    one = galaxies((300, 600, peak, 1.05 * width, width))
    monkeypatch.setattr(sparse_frame, "draw_galaxies", lambda frame, stream: one)
    pixels = render(PLAIN, np.random.default_rng(1)).astype(float)
    assert np.unravel_index(pixels.argmax(), pixels.shape) == (300, 600)
    assert pixels.max() == pytest.approx(peak, abs=1)
    for profile, scale in ((pixels[300, 600:], width), (pixels[300:, 600], 1.05 * width)):
        half = np.interp(-pixels.max() / 2, -profile, np.arange(len(profile)))
        assert half == pytest.approx(np.arccosh(2) * scale, rel=0.05)


def test_light_is_cut_at_the_edge_and_nowhere_else():
    shape = 150.0, 2.0, 1.5
    whole, corner = light((500.25, 500.375, *shape)), light((-0.75, 999.375, *shape))
    np.testing.assert_allclose(corner[:60, -60:], whole[501:561, 441:501], rtol=1e-4, atol=1e-4)
    assert np.count_nonzero(corner) == np.count_nonzero(corner[:60, -60:]) > 100


def test_light_adds_up():
    rows = [(20.0, 30.0, 100.0, 1.1, 1.1), (25.0, 33.0, 60.0, 3.0, 4.0)]
    np.testing.assert_allclose(light(*rows, side=100), light(rows[0], side=100) + light(rows[1], side=100))


def test_naive_galaxies_are_pyramids_over_a_diamond():
    signal = light((50.0, 40.0, 90.0, 2.0, 2.0), add=add_diamonds, side=100)
    y, x = np.indices(signal.shape)
    distance = abs(y - 50) + abs(x - 40)
    np.testing.assert_allclose(signal, 90 * np.clip(1 - distance / 6, 0, None), rtol=1e-6)


def test_the_noise_of_light_grows_with_its_root():
    """Of a signal s it is the roughness times s / sqrt(s + 30); 400 galaxies that do not touch."""
    y, x = (50 * np.indices((20, 20)) + 25).reshape(2, -1)
    for peak, roughness in ((150.0, 0.0), (150.0, 0.8), (15.0, 0.8)):
        many = galaxies(*zip(y, x, *np.full((400, 3), [peak, 1.5, 1.5]).T, strict=True))
        signal = np.zeros((1000, 1000), np.float32)
        add_light(signal, many, roughness, np.random.default_rng(1))
        sigma = roughness * peak / np.sqrt(peak + 30)
        assert signal[y, x].mean() == pytest.approx(peak, abs=0.001 + 4 * sigma / 20)
        assert signal[y, x].std() == pytest.approx(sigma, rel=0.12, abs=1e-4)


def test_wider_and_blurred_galaxies_are_fainter():
    def brightest(**changes):
        drawn = sparse_frame.draw_galaxies(replace(PLAIN, **changes), np.random.default_rng(4))
        return drawn.peak.max(), np.median(drawn.width)

    (peak, width), (blurred_peak, blurred_width) = brightest(), brightest(blur=2.0)
    assert blurred_peak == pytest.approx(peak / 2)
    assert blurred_width == pytest.approx(2 * width)
    assert brightest(width=2.2) == pytest.approx((peak / 2, 2 * width))
    # The brightest of a real frame just saturates.
    assert peak == pytest.approx(700, rel=0.25)


def test_numbers_of_galaxies_are_those_expected():
    random = np.random.default_rng(5)
    counts = [len(sparse_frame.draw_galaxies(PLAIN, random).y) for _ in range(400)]
    assert np.mean(counts) == pytest.approx(58, abs=1.5)
    assert np.var(counts) == pytest.approx(58, rel=0.25)


@pytest.mark.parametrize("sigma", [0.4, 2.0, 15.0])
def test_white_noise_is_gaussian_in_whole_levels(sigma):
    noise = white_noise((500, 500), sigma, np.random.default_rng(1))
    assert noise.dtype == np.int16
    assert noise.mean() == pytest.approx(0, abs=4 * sigma / 500)
    # Rounding adds a twelfth where steps are finer than the noise.
    if sigma > 1:
        assert noise.var() == pytest.approx(sigma**2 + 1 / 12, rel=0.02)
    neighbours = np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]
    assert neighbours == pytest.approx(0, abs=0.01)


def test_clouds_vary_over_their_scale():
    """Gaussians of scale s have the correlation exp(-d^2 / 4 s^2) at the distance d."""
    field = clouds(1000, 15.0, np.random.default_rng(1))
    assert field.shape == (1000, 1000)
    assert field.var() == pytest.approx(1, rel=0.15)
    for distance in (8, 15, 30):
        expected = np.exp(-((distance / 15) ** 2) / 4)
        for a, b in ((field[distance:], field[:-distance]), (field[:, distance:], field[:, :-distance])):
            assert np.corrcoef(a.ravel(), b.ravel())[0, 1] == pytest.approx(expected, abs=0.06)
