"""Simulated photographs: the same whoever draws them, labelled, and true to their truth."""

import csv
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scipy import fft, integrate
from scripts.archives import simulate_photographs

from mockskies.archives.photograph import read_photograph
from mockskies.archives.photograph_cluster import draw_cluster, king_radii
from mockskies.archives.photograph_galaxy import draw_galaxy, galaxy_light
from mockskies.archives.photograph_light import developed, points, power_law, reddened, spread, star_colours
from mockskies.archives.photograph_nebula import PALETTES, draw_nebula, nebula_light
from mockskies.archives.photograph_noise import Solid, filaments, fractal, turbulent, warped
from mockskies.archives.photograph_planet import draw_planet, planet_light
from mockskies.archives.photographs import photograph_files
from mockskies.archives.simulate_photographs import COLUMNS, KINDS, SHARES, SIDES, simulate_one

# Two chunks of photographs, so that two workers have work.
COUNT = 5


def stream(seed=1):
    return np.random.default_rng(seed)


@pytest.fixture
def simulate(namespace):
    """Run the script: ``simulate(out)``."""

    def run(out, seed=1, archive="space", threads=1):
        output = {name: out / name for name in ("photographs", "left_out", "truth")}
        params = {"seed": seed, "archive": archive, "photographs": COUNT}
        simulate_photographs.main(namespace(params=params, output=output, threads=threads))
        return out

    return run


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Photographs and truths by index."""
    return {index: simulate_one(1, "space", index) for index in range(COUNT)}


# The archive.


def test_an_archive_is_the_same_whoever_draws_it_and_says_that_it_is_simulated(tmp_path, simulate, drawn):
    out = simulate(tmp_path, threads=2)
    files = photograph_files(out / "photographs")
    assert [path.name for path in files] == [f"simulated_{n:04d}.png" for n in range(1, COUNT + 1)]
    for path, (photograph, _) in zip(files, drawn.values(), strict=True):
        np.testing.assert_array_equal(read_photograph(path), photograph)
    with open(out / "truth", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    for row, (photograph, truth) in zip(rows, drawn.values(), strict=True):
        assert (int(row["height"]), int(row["width"])) == photograph.shape[:2]
        assert {name: value for name, value in row.items() if value} == {k: str(v) for k, v in truth.items()}
    assert (out / "left_out").read_text() == "name,reason\n"
    for path in files:
        with Image.open(path) as image:
            assert image.info["Source"] == "simulated by mockskies; no camera saw this"


def test_another_index_seed_or_archive_is_another_photograph(drawn):
    photographs = [drawn[0], drawn[1], simulate_one(2, "space", 0), simulate_one(1, "sky", 0)]
    assert len({photograph.tobytes() for photograph, _ in photographs}) == 4


def test_sizes_and_kinds_are_as_stated(monkeypatch):
    """Drawn without their light, which takes longest."""
    kinds = {
        name: (truth, draw, lambda _, shape, __: np.zeros((3, *shape)))
        for name, (truth, draw, _) in KINDS.items()
    }
    monkeypatch.setattr("mockskies.archives.simulate_photographs.KINDS", kinds)
    monkeypatch.setattr("mockskies.archives.simulate_photographs.developed", lambda light, _: light)
    truths = [simulate_one(1, "space", index)[1] for index in range(150)]
    sides = np.array([(truth["height"], truth["width"]) for truth in truths])
    assert SIDES[0] <= sides.max(axis=1).min() < sides.max() <= SIDES[1]
    assert sides.min() >= SIDES[0] * 9 // 16
    assert (sides[:, 0] > sides[:, 1]).mean() == pytest.approx(0.3 * 4 / 5, abs=0.1)
    found = Counter(truth["kind"] for truth in truths)
    for kind, share in SHARES.items():
        assert found[kind] / 150 == pytest.approx(share, abs=3.5 * np.sqrt(share * (1 - share) / 150))
    assert all(truth["sky"] == 0 for truth in truths if truth["kind"] == "planet")


@pytest.mark.parametrize("draw", [draw_planet, draw_nebula, draw_cluster, draw_galaxy])
def test_truths_are_numbers_and_words_that_a_table_can_hold(draw):
    for seed in range(200):
        for name, value in vars(draw(stream(seed))).items():
            assert type(value) in (int, float, str), name
            assert isinstance(value, str) or np.isfinite(value), name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(97, 131), (131, 97)])
def test_light_is_finite_and_of_its_shape(kind, shape):
    _, draw, light = KINDS[kind]
    for seed in range(12):
        random = stream(seed)
        there = light(draw(random), shape, random)
        assert there.shape == (3, *shape)
        assert np.isfinite(there).all()
        assert there.max() > 0.1


# Planets.

# Seen full, without weather, ground or company.
BALL = replace(
    draw_planet(stream()), form="ice", palette=0, radius=0.3, centre_y=0.0, centre_x=0.0, angle=0.0,
    opening=0.0, phase=0.0, lit_from=0.0, oblateness=0.0, turbulence=0.0, storms=0,
    rings=0.0, moons=0, stars=0,
)  # fmt: skip


def planet(shape=(200, 240), seed=1, **changes):
    return planet_light(replace(BALL, **changes), shape, stream(seed)).mean(axis=0)


def test_a_full_planet_is_a_disc_of_its_radius_at_its_place():
    light = planet(centre_y=0.1, centre_x=-0.05)
    assert np.count_nonzero(light > light.max() / 20) == pytest.approx(np.pi * 60**2, rel=0.01)
    y, x = np.nonzero(light)
    assert (y.mean(), x.mean()) == pytest.approx((100 + 20, 120 - 10), abs=0.7)


@pytest.mark.parametrize("phase", [30.0, 60.0, 90.0, 110.0])
@pytest.mark.parametrize("lit_from", [0.0, 90.0, 200.0])
def test_the_lit_part_of_a_disc_is_that_of_its_phase(phase, lit_from):
    """(1 + cos phase) / 2 of it, towards the Sun."""
    light = planet(phase=phase, lit_from=lit_from) > 0.02
    assert light.sum() / (np.pi * 60**2) == pytest.approx((1 + np.cos(np.deg2rad(phase))) / 2, abs=0.02)
    y, x = np.nonzero(light)
    up, right = 100 - y.mean(), x.mean() - 120
    turned = np.rad2deg(np.arctan2(up, right)) - lit_from
    assert (turned + 180) % 360 - 180 == pytest.approx(0, abs=1)


def test_limbs_are_darker_by_minnaerts_law():
    """Of a full disc light falls as the cosine to the power of twice the exponent less one."""
    light = planet()[100, 120:]
    cosine = np.sqrt(1 - (np.arange(50) / 60) ** 2)
    np.testing.assert_allclose(light[:50] / light[0], cosine**1.2, rtol=0.04)


def test_an_oblate_planet_is_flattened_along_its_axis():
    y, x = np.nonzero(planet(oblateness=0.1, angle=90.0))
    assert np.ptp(x) / np.ptp(y) == pytest.approx(0.9, abs=0.015)


def test_rings_reach_as_far_as_they_should_and_lie_before_and_behind():
    def lit(opening):
        return planet((300, 300), radius=0.2, opening=opening, rings=1.0)

    # Open by 30 deg: half as high as they are wide, which is 2.27 radii.
    y, x = np.nonzero(lit(30.0) > 0.05)
    assert np.ptp(x) / 2 == pytest.approx(2.27 * 60, rel=0.02)
    assert np.ptp(y) / 2 == pytest.approx(2.27 * 30, rel=0.05)
    # The B ring, 1.7 radii from the middle, crosses the disc on the side that faces the camera, which is
    # below if the north pole is seen; on the other side the planet hides it.
    bare = planet((300, 300), radius=0.2, opening=30.0)
    below, above = round(150 + 1.7 * 30), round(150 - 1.7 * 30)
    assert abs(lit(30.0) - bare)[below, 150] > 0.1
    assert abs(lit(30.0) - bare)[above, 150] < 0.01
    bare = planet((300, 300), radius=0.2, opening=-30.0)
    assert abs(lit(-30.0) - bare)[above, 150] > 0.1
    assert abs(lit(-30.0) - bare)[below, 150] < 0.01


def test_the_planet_throws_its_shadow_on_the_rings_and_they_throw_theirs_on_it():
    both = [
        planet((300, 300), radius=0.2, opening=20.0, rings=1.0, phase=40.0, lit_from=d) for d in (0.0, 180.0)
    ]
    # Away from the Sun: 1.6 radii behind the planet's middle, where the ray through that meets the plane.
    way = np.array([np.sin(np.deg2rad(40)), np.cos(np.deg2rad(40))]) * 1.6 * 60
    row, left, right = 150 - round(way[1] * np.tan(np.deg2rad(20))), 150 - round(way[0]), 150 + round(way[0])
    assert both[0][row, left] < 0.1 * both[0][row, right]
    assert both[1][row, right] < 0.1 * both[1][row, left]
    # From above, they darken the lower half of the disc.
    args = {"radius": 0.2, "opening": 6.0, "phase": 25.0, "lit_from": 90.0}
    with_rings, bare = planet((300, 300), rings=1.0, **args), planet((300, 300), **args)
    share = with_rings[158:200, 140:160].mean(axis=1) / bare[158:200, 140:160].mean(axis=1)
    assert share.min() < 0.5
    assert share.max() > 0.98


def test_turned_planets_are_banded_along_their_equator():
    """Along it colours are alike, across it they are not."""
    args = {"form": "bands", "turbulence": 0.01}
    for angle in (0.0, 90.0):
        light = planet(angle=angle, **args)[70:130, 90:150]
        along, across = (
            np.abs(np.diff(light, axis=axis)).mean() for axis in ((1, 0) if angle == 0 else (0, 1))
        )
        assert across > 2 * along


def test_weather_moves_bands():
    calm, wild = (planet(form="bands", turbulence=t)[80:120, 80:160] for t in (0.0, 0.1))
    assert np.abs(np.diff(wild, axis=1)).mean() > 2 * np.abs(np.diff(calm, axis=1)).mean()


def test_craters_are_seen_at_the_terminator():
    smooth, rough = (
        planet(form="craters", phase=90.0, storms=n, turbulence=0.0)[60:140, 124:150] for n in (0, 150)
    )
    assert np.abs(np.diff(rough)).mean() > 2 * np.abs(np.diff(smooth)).mean()


# Nebulae.


def test_dust_darkens_and_reddens_a_cloud(monkeypatch):
    monkeypatch.setitem(PALETTES, "grey", ((1.0, 1.0, 1.0),) * 3)
    random = replace(draw_nebula(stream()), form="cloud", stars=0, palette="grey")
    clear, dusty = (nebula_light(replace(random, dust=dust), (150, 150), stream(2)) for dust in (0.0, 3.0))
    red, green, blue = dusty.sum(axis=(1, 2)) / clear.sum(axis=(1, 2))
    assert 0.95 > red > green > blue


def test_pillars_stand_up_from_below():
    nebula = replace(draw_nebula(stream()), form="pillars", stars=0, dust=3.0)
    light = np.mean(
        [nebula_light(nebula, (120, 120), stream(seed)).mean(axis=(0, 2)) for seed in range(8)], axis=0
    )
    assert light[90:].mean() < 0.6 * light[:30].mean()


@pytest.mark.parametrize("waist", [0.0, 0.8])
def test_shells_are_as_large_as_stated_and_coloured_in_the_order_of_ionisation(waist):
    nebula = replace(
        draw_nebula(stream()), form="shell", palette="narrow_bands", extent=0.3, stars=0, axis_ratio=1.0,
        angle=0.0, waist=waist, contrast=0.3,
    )  # fmt: skip
    light = np.mean([nebula_light(nebula, (200, 200), stream(seed)) for seed in range(6)], axis=0)
    row, column = light[:, 100, 100:], light[:, 100:, 100]
    reach = [np.flatnonzero(profile.mean(axis=0) > 0.15)[-1] for profile in (row, column)]
    assert reach[0] == pytest.approx(1.1 * 0.3 * 200, abs=7)
    assert reach[1] == pytest.approx(1.1 * 0.3 * 200 * (1 - 0.75 * waist), abs=7)
    # Oxygen within, nitrogen without.
    blue_over_red = row[2] / row[0]
    assert blue_over_red[10:25].mean() > 2 * blue_over_red[55:62].mean()


# Clusters.


def test_clusters_have_kings_profile():
    core, tidal = 0.1, 1.0
    radii = king_radii(20_000, core, tidal, stream())
    edge = 1 / np.sqrt(1 + (tidal / core) ** 2)

    def within(radius):
        return integrate.quad(lambda r: r * (1 / np.sqrt(1 + (r / core) ** 2) - edge) ** 2, 0, radius)[0]

    for radius in (0.05, 0.2, 0.5):
        assert (radii < radius).mean() == pytest.approx(within(radius) / within(tidal), abs=0.012)
    assert radii.max() <= tidal


# Galaxies.


def shape_of(light):
    """Axis ratio and angle in deg from second moments."""
    y, x = np.indices(light.shape)
    y, x = light.shape[0] / 2 - y, x - light.shape[1] / 2
    xx, yy, xy = ((light * product).sum() for product in (x * x, y * y, x * y))
    values = np.linalg.eigvalsh([[xx, xy], [xy, yy]])
    return np.sqrt(values[0] / values[1]), np.rad2deg(0.5 * np.arctan2(2 * xy, xx - yy)) % 180


@pytest.mark.parametrize("angle", [20.0, 110.0])
@pytest.mark.parametrize(("form", "ratio"), [("spiral", 0.5), ("elliptical", 0.7)])
def test_galaxies_lie_and_are_inclined_as_stated(form, ratio, angle):
    galaxy = replace(
        draw_galaxy(stream()), form=form, extent=0.08, axis_ratio=ratio, angle=angle, bulge=0.0, bar=0.0,
        arms=2, dust=0.0, young=0.5 * (form == "spiral"), stars=0, neighbours=0,
    )  # fmt: skip
    light = np.mean([galaxy_light(galaxy, (240, 240), stream(seed))[0] for seed in range(4)], axis=0)
    found, turned = shape_of(light)
    assert found == pytest.approx(ratio, abs=0.08)
    assert turned == pytest.approx(angle, abs=6)


@pytest.mark.parametrize("winding", [-1, 1])
def test_arms_wind_as_stated(winding):
    """The ridge of an arm moves by 1 / tan(pitch) radians as the radius grows by a factor of e."""
    galaxy = replace(
        draw_galaxy(stream()), form="spiral", extent=0.12, axis_ratio=1.0, angle=0.0, bulge=0.0, bar=0.0,
        arms=2, pitch=25.0, winding=winding, flocculence=0.0, dust=0.0, young=2.0, stars=0, neighbours=0,
    )  # fmt: skip
    light = np.mean([galaxy_light(galaxy, (300, 300), stream(seed))[2] for seed in range(3)], axis=0)
    azimuth = np.linspace(0, 2 * np.pi, 720, endpoint=False)

    def ridge(radius):
        y, x = 150 - radius * 36 * np.sin(-azimuth), 150 + radius * 36 * np.cos(azimuth)
        around = light[np.round(y).astype(int), np.round(x).astype(int)]
        return np.angle((around * np.exp(2j * azimuth)).sum()) / 2

    moved = ridge(1.5 * 1.3) - ridge(1.5)
    expected = winding * np.log(1.3) / np.tan(np.deg2rad(25))
    assert (moved - expected + np.pi / 2) % np.pi - np.pi / 2 == pytest.approx(0, abs=0.12)


def test_a_lane_of_dust_divides_a_disc_on_edge():
    galaxy = replace(
        draw_galaxy(stream()),
        form="edge_on",
        extent=0.15,
        axis_ratio=0.15,
        angle=0.0,
        young=0.1,
        stars=0,
        neighbours=0,
    )
    clear, dusty = (
        galaxy_light(replace(galaxy, dust=d), (200, 200), stream(3)).mean(axis=0) for d in (0.0, 1.5)
    )
    assert dusty[99:102, 60:140].mean() < 0.7 * clear[99:102, 60:140].mean()
    np.testing.assert_allclose(dusty[140:], clear[140:], rtol=1e-3, atol=1e-4)


# Light.


def test_hot_stars_are_blue_and_cool_ones_red():
    red, green, blue = star_colours(np.array([3000.0, 5800.0, 20000.0]))
    assert red[0] == 1 > green[0] > blue[0]
    assert (red[1], green[1], blue[1]) == pytest.approx((1, 1, 1))
    assert red[2] < green[2] < blue[2] == 1
    np.testing.assert_allclose(
        star_colours(np.array([3000.0]), 2.0), star_colours(np.array([3000.0])) ** 2, rtol=1e-5
    )


def test_peaks_follow_their_power_law():
    peaks = power_law(20_000, 5.0, 1.2, stream())
    assert peaks.min() >= 0.05
    assert peaks.max() == 5
    assert (peaks > 0.2).mean() == pytest.approx(4**-1.2, abs=0.01)


def test_points_keep_their_light_and_place():
    y, x, light = np.array([10.25, 30.0]), np.array([5.5, 40.0]), np.array([[1.0, 2.0], [3.0, 4.0]])
    drawn = points((50, 60), y, x, light)
    np.testing.assert_allclose(drawn.sum(axis=(1, 2)), [3, 7])
    alone = points((50, 60), y[:1], x[:1], light[:, :1])[0]
    rows, columns = np.indices(alone.shape)
    assert (alone * rows).sum() == pytest.approx(10.25)
    assert (alone * columns).sum() == pytest.approx(5.5)


def test_stars_have_their_peak_and_spikes_in_their_direction():
    white = np.ones((3, 1), np.float32)

    def star(spikes, angle=0.0, peak=10.0):
        return spread(
            (101, 121), np.array([50.0]), np.array([60.0]), np.array([peak]), white, 1.5, spikes, angle
        )[0]

    plain, spiked, turned = star(0.0), star(0.05), star(0.05, 45.0)
    assert plain[50, 60] == pytest.approx(10.04, rel=0.01)
    # Gaussian: at two standard deviations.
    assert plain[53, 60] == pytest.approx(10 * np.exp(-2), rel=0.05)
    for dy, dx in ((0, 12), (12, 0), (0, -12), (-12, 0)):
        assert spiked[50 + dy, 60 + dx] > 2 * plain[50 + dy, 60 + dx]
        assert turned[50 + dy, 60 + dx] == pytest.approx(plain[50 + dy, 60 + dx], rel=0.05)
    assert turned[50 + 9, 60 + 9] > 2 * plain[50 + 9, 60 + 9]
    np.testing.assert_allclose(star(0.05, peak=20.0), 2 * spiked, atol=1e-4)
    # Light that leaves the picture on one side does not come back on the other.
    corner = spread((101, 121), np.array([1.0]), np.array([1.0]), np.array([10.0]), white, 1.5, 0.05, 0.0)[0]
    assert corner[60:, 60:].max() < 1e-4


def test_dust_takes_blue_first():
    red, green, blue = reddened(np.ones((3, 4, 5), np.float32), np.full((4, 5), 1.0))[:, 0, 0]
    assert green == pytest.approx(np.exp(-1))
    assert red > green > blue


def test_development_is_monotonic_and_never_clips_what_is_dark():
    light = np.broadcast_to(np.linspace(0, 20, 50)[None, None, :], (3, 400, 50))
    levels = developed(light, stream()).mean(axis=(0, 2))
    assert (np.diff(levels) > -1).all()
    assert levels[0] < 2
    assert levels[-1] > 253
    assert developed(light, stream()).dtype == np.uint8


# Noise.


@pytest.mark.parametrize("slope", [2.5, 3.5])
def test_fractal_noise_has_its_slope(slope):
    field = fractal((256, 256), slope, 1e6, stream())
    assert (field.mean(), field.std()) == pytest.approx((0, 1), abs=1e-5)
    # Windowed, since it does not repeat within a picture.
    power = np.abs(fft.fft2(field * np.outer(np.hanning(256), np.hanning(256)))) ** 2
    k = np.hypot(fft.fftfreq(256)[:, None], fft.fftfreq(256)[None, :]) * 256
    ring = np.bincount(np.round(k).astype(int).ravel(), power.ravel()) / np.bincount(
        np.round(k).astype(int).ravel()
    )
    found = -np.polyfit(np.log(np.arange(6, 80)), np.log(ring[6:80]), 1)[0]
    assert found == pytest.approx(slope, abs=0.2)


def test_noise_has_no_power_beyond_its_largest_length():
    fine, coarse = (
        np.abs(np.diff(fractal((200, 200), 4.0, largest, stream()))).mean() for largest in (10, 100)
    )
    assert fine > 3 * coarse


def test_stretched_noise_is_longer_that_way():
    field = fractal((200, 200), 3.5, 40, stream(), stretch=(4, 1))
    assert np.abs(np.diff(field, axis=1)).mean() > 1.7 * np.abs(np.diff(field, axis=0)).mean()


def test_a_flow_displaces_what_it_carries():
    field = fractal((60, 70), 3.5, 20, stream())
    one, none = np.ones_like(field), np.zeros_like(field)
    np.testing.assert_allclose(warped(field, (one, none), 3)[:50], field[3:53], atol=1e-5)
    np.testing.assert_allclose(warped(field, (none, one), 4)[:, :60], field[:, 4:64], atol=1e-5)
    assert turbulent((60, 70), 3.5, 20, 3, stream()).std() == pytest.approx(1, abs=1e-5)


def test_filaments_follow_contours():
    np.testing.assert_allclose(filaments(np.array([-0.2, 0.0, 0.1]), 0.1), np.exp([-2.0, 0, -1]))


def test_a_solid_texture_is_smooth_and_repeats_after_its_period():
    texture = Solid(4.0, 3.0, stream())
    places = stream(2).uniform(-3, 3, (3, 60, 60))
    values = texture(places)
    assert (values.mean(), values.std()) == pytest.approx((0, 1), abs=0.25)
    shifted = np.array([3.0, 0, 0])[:, None, None]
    # The finer octave, of another period, is much weaker.
    assert np.corrcoef(values.ravel(), texture(places + shifted).ravel())[0, 1] > 0.8
    assert np.abs(texture(places + 0.01) - values).mean() < 0.2
    assert abs(np.corrcoef(values.ravel(), texture(places + shifted / 2).ravel())[0, 1]) < 0.6
