"""What the SDSS would have seen of one galaxy and its surroundings, in g, r and i, before any colour picture.

Frames are drawn in the survey's own pixels with its own noise. That noise is smooth in pictures because they
are enlarged to 424 px (`mockskies.archives.picture`), as the survey's are.
"""

from functools import cache

import galsim
import numpy as np
from scipy import fft, ndimage, special

from mockskies.archives.galaxies import Galaxy

# Of the survey: arcsec; mag of 1 nanomaggy; sky noise of a pixel in nanomaggies in g, r, i; nanomaggies of
# one electron in r (54 s, gain 4.7 or so).
PIXEL = 0.396
ZERO_POINT = 22.5
SKY_NOISE = np.array([0.015, 0.019, 0.029])
ELECTRON = np.array([0.0011, 0.0010, 0.0013])

# Frames were interpolated when they were turned north: as a Gaussian of so many pixels would smooth them.
# What is left of the sky, in nanomaggies a pixel.
TURNED = 0.5
SKY_ERROR = 0.0017

# The survey's petroR90, of pictures with noise, over that of a picture without: so chosen that the mean
# profiles of 600 real pictures are met.
MEASURED = 0.92

# Side of a picture in petroR90 (424 px of 0.02), and room around it that is drawn as well.
FRAME = 424 * 0.02
MARGIN = 1.15

# Neighbours a square arcminute to r = 22.5, counted as magnitudes grow by these powers of ten.
STARS, STAR_SLOPE, BRIGHTEST_STAR = 2.2, 0.16, 15.0
GALAXIES, GALAXY_SLOPE, BRIGHTEST_GALAXY = 5.0, 0.40, 16.0
FAINTEST = 22.5
STAR_COLOURS = (-0.1, 0.1, 0.3, 0.45, 0.6, 0.9, 1.3, 1.4, 1.5)  # g-r

FOURIER = galsim.GSParams(folding_threshold=0.02, maxk_threshold=0.01)
KERNEL = 41  # px, side of the point spread function's image


def draw_frame(galaxy: Galaxy, stream: np.random.Generator) -> tuple[np.ndarray, float]:
    """Draw g, r and i images with the galaxy at the centre.

    Returns
    -------
    frame
        Shape ``(3, y, x)`` in g, r, i; float32, nanomaggies a pixel of 0.396 arcsec, row 0 on top, odd side.
    petro_r90
        In arcsec, of the galaxy alone, as the survey would have measured it.
    """
    psf = galsim.Moffat(beta=3.5, fwhm=galaxy.seeing, gsparams=FOURIER)
    extent = 2 * int(8 * galaxy.radius / PIXEL) + 61
    alone = _draw_alone(galaxy, psf, extent, stream)
    petro_r90 = MEASURED * petrosian_r90(alone[1])
    side = 2 * int(np.ceil(MARGIN * FRAME * petro_r90 / PIXEL / 2)) + 1
    frame = _neighbours(side, galaxy, psf, petro_r90, stream)
    _add(frame, alone, (side // 2, side // 2))
    return frame + _noise(frame, stream), petro_r90


def _noise(frame: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """Noise of sky and light, as smooth as the survey's after its frames were turned north."""
    variance = SKY_NOISE[:, None, None] ** 2 + np.maximum(frame, 0) * ELECTRON[:, None, None]
    noise = np.sqrt(variance, dtype=np.float32) * stream.standard_normal(frame.shape, dtype=np.float32)
    level = stream.normal(0, SKY_ERROR, 3).astype(np.float32)
    return ndimage.gaussian_filter(noise, (0, TURNED, TURNED), truncate=3) + level[:, None, None]


def petrosian_r90(image: np.ndarray) -> float:
    """Radius in arcsec that holds 90 per cent of the Petrosian flux, as the SDSS defines it.

    The Petrosian radius is where the surface brightness has fallen to a fifth of the mean within; the flux
    is that within two of them. ``image`` is centred, without noise, shape ``(y, x)``.
    """
    centre = image.shape[0] // 2
    y, x = np.ogrid[-centre : centre + 1, -centre : centre + 1]
    ring = np.sqrt(np.float32(x**2 + y**2)).astype(np.int32).ravel()
    flux, pixels = np.bincount(ring, image.ravel())[: centre + 1], np.bincount(ring)[: centre + 1]
    growth = np.cumsum(flux)
    ratio = flux / pixels / (growth / np.cumsum(pixels))
    below = np.flatnonzero(ratio[2:] < 0.2)
    petrosian = (below[0] + 2 if len(below) else centre // 2) + 0.5
    edges = np.arange(1, len(growth) + 1)
    total = np.interp(2 * petrosian, edges, growth)
    return float(np.interp(0.9 * total, growth, edges)) * PIXEL


def _draw_alone(galaxy: Galaxy, psf: galsim.GSObject, extent: int, stream: np.random.Generator) -> np.ndarray:
    """The galaxy with the point spread function, without noise: shape ``(3, extent, extent)``."""
    flux = 10 ** (0.4 * (ZERO_POINT - galaxy.magnitude))
    frame = np.zeros((3, extent, extent), np.float32)
    if galaxy.bulge_fraction > 0:
        # A bulge is rounder than its disc.
        ratio = galaxy.axis_ratio if galaxy.bulge_fraction == 1 else 0.45 + 0.55 * galaxy.axis_ratio
        bulge = _sersic(galaxy.sersic).dilate(galaxy.bulge_radius * np.sqrt(ratio))
        bulge = bulge.shear(q=ratio, beta=-galaxy.position_angle * galsim.degrees)
        size = min(extent, 2 * int(6 * galaxy.bulge_radius / PIXEL) + 41)
        stamp = _draw(galsim.Convolve(bulge, psf, gsparams=FOURIER), size)
        _add(frame, _coloured(flux * galaxy.bulge_fraction * stamp, galaxy.old_colour), (extent // 2,) * 2)
    if galaxy.bulge_fraction < 1:
        size = min(extent, 2 * int(4.5 * galaxy.radius / PIXEL) + 41)
        kernel = _transform(_draw(psf, KERNEL), size)
        old, young = _disc(galaxy, size, stream)
        share = flux * (1 - galaxy.bulge_fraction) / (old.sum() + young.sum())
        disc_colour = (2 * galaxy.old_colour + galaxy.young_colour) / 3
        for light, colour in ((old, disc_colour), (young, galaxy.young_colour)):
            if light.any():
                _add(frame, _coloured(share * _convolve(light, kernel), colour), (extent // 2,) * 2)
    if galaxy.oddity == "merger":
        _add_companion(frame, galaxy, psf, stream)
    return frame


def _disc(galaxy: Galaxy, size: int, stream: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Old and young light of a disc, both ``(size, size)``, in any unit, before the point spread function."""
    y, x = (np.indices((size, size), dtype=np.float32) - size // 2) * np.float32(PIXEL)
    angle = np.deg2rad(galaxy.position_angle)
    # Counter-clockwise as seen, with y downwards.
    along, across = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
    length = galaxy.radius / 1.678
    if galaxy.type == "edge_on":
        disc = _edge_on(galaxy, along, across, length)
        return disc, _clumps(galaxy, size, stream) * disc * np.float32(0.5)
    across = across / galaxy.axis_ratio
    distance, azimuth = np.hypot(along, across), np.arctan2(across, along)
    # Discs end: beyond five scale lengths light falls off faster.
    smooth = np.exp(-distance / length - (distance / (5.2 * length)) ** 5)
    smooth *= 1 + np.float32(min(galaxy.lopsidedness, 0.9)) * np.cos(azimuth) * np.tanh(distance / length)
    clumps = _clumps(galaxy, size, stream)
    if galaxy.type == "irregular":
        return 0.4 * smooth, smooth * clumps
    young = 0.12 * galaxy.clumpiness * smooth * clumps
    if galaxy.arms:
        arms = _arms(galaxy, distance, azimuth, length, stream)
        smooth *= 1 + galaxy.arm_strength * (0.9 * arms - 0.35)
        # Arms outshine the disc further out.
        bright = np.exp(-distance / (1.5 * length) - (distance / (4.0 * length)) ** 6)
        young += 0.75 * galaxy.arm_strength * bright * arms * clumps
    if galaxy.oddity == "ring":
        ring = np.exp(-0.5 * ((distance - 2.4 * length) / (0.3 * length)) ** 2)
        young += 0.12 * ring * clumps
    if galaxy.bar_strength:
        smooth += galaxy.bar_strength * _bar(galaxy, along, across * galaxy.axis_ratio**0.5)
    if galaxy.oddity == "disturbed":
        young += 0.15 * _tail(distance, azimuth, length) * clumps
    return smooth.astype(np.float32), young.astype(np.float32)


def _edge_on(galaxy: Galaxy, along: np.ndarray, across: np.ndarray, length: float) -> np.ndarray:
    """A disc seen from its side (van der Kruit & Searle 1981), with dust in its plane or without."""
    reduced = np.maximum(np.abs(along) / length, 0.02)
    height = max(galaxy.axis_ratio * length * 0.8, 0.35)
    disc = reduced * special.k1(reduced) / np.cosh(across / height) ** 2
    if galaxy.oddity == "dust_lane":
        disc *= 1 - 0.75 * np.exp(-0.5 * (across / (0.4 * height)) ** 2 - (along / (3 * length)) ** 2)
    return disc.astype(np.float32)


def _arms(
    galaxy: Galaxy, distance: np.ndarray, azimuth: np.ndarray, length: float, stream: np.random.Generator
) -> np.ndarray:
    """Logarithmic arms, 0 between them and 1 on their ridges, that begin outside bulge and bar."""
    start = galaxy.bar_length if galaxy.bar_strength else 0.6 * length
    turned = np.log(np.maximum(distance, 0.1 * length) / start) / np.tan(np.deg2rad(galaxy.pitch))
    # From a bar, arms begin at its ends.
    first = 0.0 if galaxy.bar_strength else stream.uniform(0, 2 * np.pi)
    wobble = 0.25 * np.sin(2.3 * distance / length + stream.uniform(0, 2 * np.pi))
    phase = galaxy.arms * (azimuth - galaxy.winding * turned) + first + wobble
    sharpness = 1.2 + 2.5 * galaxy.arm_strength
    return np.exp(sharpness * (np.cos(phase) - 1)) / (1 + np.exp(-4 * (distance - start) / (0.5 * length)))


def _bar(galaxy: Galaxy, along: np.ndarray, across: np.ndarray) -> np.ndarray:
    """A bar with a flat run of light and blunt ends."""
    return 0.9 * np.exp(
        -((along / galaxy.bar_length) ** 4) - np.abs(across / (0.28 * galaxy.bar_length)) ** 2
    )


def _tail(distance: np.ndarray, azimuth: np.ndarray, length: float) -> np.ndarray:
    """One tidal arm that unwinds far outside the disc."""
    phase = azimuth - 1.1 * np.log(np.maximum(distance, 0.1) / length)
    return np.exp(5 * (np.cos(phase) - 1) - 0.5 * ((distance - 3 * length) / (1.3 * length)) ** 2)


def _clumps(galaxy: Galaxy, size: int, stream: np.random.Generator) -> np.ndarray:
    """Log-normal patches of about 1/7 of the half-light radius, of mean about 1."""
    width = max(0.14 * galaxy.radius, 0.5) / PIXEL
    field = ndimage.gaussian_filter(stream.standard_normal((size, size), dtype=np.float32), width, truncate=3)
    return np.exp(1.6 * galaxy.clumpiness * field / field.std())


def _add_companion(
    frame: np.ndarray, galaxy: Galaxy, psf: galsim.GSObject, stream: np.random.Generator
) -> None:
    """A smaller galaxy that touches the central one."""
    flux = 10 ** (0.4 * (ZERO_POINT - galaxy.magnitude)) * stream.uniform(0.1, 0.4)
    angle, distance = stream.uniform(0, 2 * np.pi), stream.uniform(1.2, 2.2) * galaxy.radius / PIXEL
    profile = _sersic(float(stream.choice([1.5, 2.5]))).dilate(galaxy.radius * stream.uniform(0.3, 0.5))
    profile = profile.shear(q=stream.uniform(0.5, 1), beta=stream.uniform(0, 180) * galsim.degrees)
    stamp = _draw(galsim.Convolve(profile, psf, gsparams=FOURIER), 2 * int(4 * galaxy.radius / PIXEL) + 21)
    centre = frame.shape[1] // 2
    at = round(centre + distance * np.sin(angle)), round(centre + distance * np.cos(angle))
    _add(frame, _coloured(flux * stamp, galaxy.old_colour - stream.uniform(0, 0.3)), at)


def _neighbours(
    side: int, galaxy: Galaxy, psf: galsim.GSObject, petro_r90: float, stream: np.random.Generator
) -> np.ndarray:
    """Stars and galaxies of the field, a group's around many an elliptical: shape ``(3, side, side)``."""
    sharp = np.zeros((3, side, side), np.float32)
    area = (side * PIXEL / 60) ** 2
    richness = stream.uniform(1, 3) if galaxy.type == "elliptical" else 1.0
    for density, slope, brightest, draw in (
        (STARS, STAR_SLOPE, BRIGHTEST_STAR, _star),
        (GALAXIES * richness, GALAXY_SLOPE, BRIGHTEST_GALAXY, _small_galaxy),
    ):
        number = stream.poisson(density * area)
        magnitudes = np.maximum(brightest, FAINTEST + np.log10(1 - stream.random(number)) / slope)
        places = stream.uniform(0, side - 1, (number, 2))
        for magnitude, place in zip(magnitudes, places, strict=True):
            distance = np.hypot(*(place - side // 2)) * PIXEL
            if magnitude < galaxy.magnitude + 1 and distance < 2 * petro_r90:
                continue  # the survey would have centred a bright one, or left both out
            row, column = np.round(place).astype(int)
            light, colour = draw(magnitude, place - (row, column), stream)
            flux = 10 ** (0.4 * (ZERO_POINT - magnitude)) / light.sum()
            _add(sharp, _coloured(flux * light, colour), (row, column))
    kernel = _transform(_draw(psf, KERNEL), side)
    return np.stack([_convolve(band, kernel) for band in sharp])


def _star(magnitude: float, offset: np.ndarray, stream: np.random.Generator) -> tuple[np.ndarray, float]:
    """A point between pixels, and its g-r."""
    shares = [np.maximum(0, 1 - np.abs(np.arange(-1, 2) - shift)) for shift in offset]
    return np.outer(*shares).astype(np.float32), float(stream.choice(STAR_COLOURS))


def _small_galaxy(
    magnitude: float, offset: np.ndarray, stream: np.random.Generator
) -> tuple[np.ndarray, float]:
    """An exponential disc that is small as faint galaxies are, and its g-r."""
    length = 10 ** stream.normal(0.05 - 0.1 * (magnitude - 19), 0.15) / 1.678 / PIXEL
    half = 1 + int(6 * length)
    y, x = np.ogrid[-half : half + 1, -half : half + 1]
    y, x = y - offset[0], x - offset[1]
    ratio, angle = stream.uniform(0.3, 1), stream.uniform(0, np.pi)
    along, across = x * np.cos(angle) - y * np.sin(angle), (x * np.sin(angle) + y * np.cos(angle)) / ratio
    light = np.exp(-np.sqrt(along**2 + across**2 + 0.3) / length)
    return light.astype(np.float32), stream.uniform(0.45, 1.3)


def _coloured(light: np.ndarray, green_red: float) -> np.ndarray:
    """Light in r, ``(y, x)``, as g, r and i, ``(3, y, x)``: r-i follows from g-r as in galaxies."""
    red_infrared = 0.47 * green_red + (0.9 * (green_red - 1.2) if green_red > 1.2 else 0)
    factors = 10 ** (0.4 * np.array([-green_red, 0, red_infrared], np.float32))
    return factors.astype(np.float32)[:, None, None] * light


def _add(frame: np.ndarray, stamp: np.ndarray, centre: tuple[int, int]) -> None:
    """Add ``stamp``, of odd side, to what it overlaps of ``frame``, both ``(3, y, x)``."""
    spans = [
        (slice(max(0, at - s // 2), min(n, at + s // 2 + 1)), at - s // 2)
        for at, s, n in zip(centre, stamp.shape[1:], frame.shape[1:], strict=True)
    ]
    into = tuple(span for span, _ in spans)
    of = tuple(slice(span.start - start, span.stop - start) for span, start in spans)
    frame[:, *into] += stamp[:, *of]


def _draw(profile: galsim.GSObject, size: int, offset: galsim.PositionD | None = None) -> np.ndarray:
    """Image of ``profile``, ``(size, size)``, float32, its flux 1."""
    return profile.drawImage(nx=size, ny=size, scale=PIXEL, offset=offset, dtype=np.float32).array


@cache
def _sersic(index: float) -> galsim.GSObject:
    """Profile of half-light radius 1 and flux 1; cut at six of them, since its wings never end."""
    return galsim.Sersic(n=index, half_light_radius=1, trunc=6, flux_untruncated=False, gsparams=FOURIER)


def _transform(kernel: np.ndarray, size: int) -> np.ndarray:
    """Fourier transform with which to convolve an image of ``size`` squared."""
    side = fft.next_fast_len(size + KERNEL, real=True)
    padded = np.zeros((side, side), np.float32)
    padded[:KERNEL, :KERNEL] = kernel / kernel.sum()
    return fft.rfft2(np.roll(padded, (-(KERNEL // 2),) * 2, axis=(0, 1)))


def _convolve(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """``image`` convolved with a kernel from `_transform`."""
    side = kernel.shape[0]
    spread = fft.irfft2(fft.rfft2(image, (side, side)) * kernel, (side, side))
    return spread[: image.shape[0], : image.shape[1]].astype(np.float32)
