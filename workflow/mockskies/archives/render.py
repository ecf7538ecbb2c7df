"""What a telescope without noise would see of the truth, in electron/s."""

from collections.abc import Callable

import galsim
import numpy as np
from astropy import units as u
from astropy.table import QTable, Row

from mockskies.archives.population import Sky
from mockskies.archives.xdf import FILTERS

# Hubble's mirror and its shadow, in m and as a fraction; ACS pixels of 50 mas blur once before the mosaic's
# own do, and charge diffuses between them by an amount that makes stars 0.09 to 0.10 arcsec wide.
DIAMETER, OBSCURATION, STRUTS, STRUT_THICKNESS = 2.4, 0.33, 4, 0.02
DETECTOR_PIXEL, CHARGE_DIFFUSION = 0.05, 0.02

# One per cent of the light may wrap round a Fourier transform: half as long as with GalSim's default of half
# a per cent; the central 10 x 10 pixels of a faint galaxy gain 0.4 per cent by it. All parts must agree.
FOURIER = galsim.GSParams(folding_threshold=0.01)

# De Vaucouleurs' profile never ends; it is cut at this many half-light radii and its total is what is left.
BULGE_END = 5.0
BULGE = galsim.DeVaucouleurs(half_light_radius=1, trunc=BULGE_END, gsparams=FOURIER)
DISC = galsim.Exponential(half_light_radius=1, gsparams=FOURIER)

# Clumps are star clusters and associations, hardly resolved (arcsec), along arms of this pitch.
CLUMP_SIZE = 0.03
ARM_WINDING = 3.0

# A stamp ends where a source's light has sunk to this share of the sky noise of one pixel.
INVISIBLE = 0.02


def point_spread_function(band: str) -> galsim.GSObject:
    """Response to a point, before the mosaic's own pixels; 0.09 to 0.10 arcsec at half maximum with them."""
    pass_band = FILTERS[band]
    optics = galsim.OpticalPSF(
        lam=(pass_band.shortest + pass_band.longest) / 20,  # nm
        diam=DIAMETER,
        obscuration=OBSCURATION,
        nstruts=STRUTS,
        strut_thick=STRUT_THICKNESS,
        strut_angle=45 * galsim.degrees,
        gsparams=FOURIER,
    )
    pixel = galsim.Pixel(DETECTOR_PIXEL, gsparams=FOURIER)
    diffusion = galsim.Gaussian(sigma=CHARGE_DIFFUSION, gsparams=FOURIER)
    return galsim.Convolve(optics, pixel, diffusion)


def draw_objects(sky: Sky, truth: QTable, band: str, progress: Callable = iter) -> np.ndarray:
    """Every object of ``truth``, shape ``(y, x)``, float32, in electron/s; no sky, no noise.

    ``progress`` wraps the rows as they are drawn, such as `tqdm.tqdm`.
    """
    mosaic = sky.mosaic
    image = galsim.ImageF(mosaic.shape, mosaic.shape, scale=mosaic.pixel_scale)
    psf = point_spread_function(band)
    for row in progress(truth):
        flux = 10 ** (0.4 * (FILTERS[band].zero_point - row[f"mag_{band}"].to_value(u.mag)))
        profile = psf if row["type"] == "star" else galsim.Convolve(_galaxy(sky, row, band), psf)
        size = _stamp_size(row, flux, FILTERS[band].sky_noise, mosaic.pixel_scale)
        centre = galsim.PositionD(row["x"].to_value(u.pix), row["y"].to_value(u.pix))
        stamp = profile.withFlux(flux).drawImage(
            nx=size, ny=size, scale=mosaic.pixel_scale, center=centre, method="fft"
        )
        bounds = stamp.bounds & image.bounds
        image[bounds] += stamp[bounds]
    return image.array


def _galaxy(sky: Sky, row: Row, band: str) -> galsim.GSObject:
    """Profile of a galaxy of flux 1: a bulge, a disc, and clumps in the disc."""
    bulge, clumps = row[f"bulge_fraction_{band}"], row[f"clump_fraction_{band}"]
    # GalSim counts angles from x; east is left of north.
    angle = (row["position_angle"].to_value(u.deg) + 90) * galsim.degrees
    parts = []
    if bulge > 0:
        shape = galsim.Shear(q=row["bulge_axis_ratio"], beta=angle)
        parts.append(bulge * BULGE.dilate(row["bulge_radius"].to_value(u.arcsec)).shear(shape))
    if bulge < 1:
        shape = galsim.Shear(q=row["axis_ratio"], beta=angle)
        radius = row["disc_radius"].to_value(u.arcsec)
        parts.append((1 - bulge - clumps) * DISC.dilate(radius).shear(shape))
        parts += _clumps(sky, row, clumps, radius, angle)
    return galsim.Add(parts)


def _clumps(sky: Sky, row: Row, share: float, radius: float, angle: galsim.Angle) -> list[galsim.GSObject]:
    """Clumps of a disc of half-light ``radius`` (arcsec): on two arms, or anywhere if irregular."""
    stream = sky.stream("clumps", row["id"])
    number = 1 + stream.poisson(12 * radius + 15 * radius**2)
    fluxes = stream.dirichlet(np.ones(number)) * share
    distance = radius * np.sqrt(stream.random(number)) * 1.8
    if row["type"] == "disc":
        arms = np.pi * stream.integers(2, size=number) + stream.normal(0, 0.25, number)
        azimuth = arms + ARM_WINDING * stream.choice([-1, 1]) * np.log(0.1 + distance / radius)
    else:
        azimuth = 2 * np.pi * stream.random(number)
    sizes = CLUMP_SIZE * (1 + stream.exponential(1, number)) * np.sqrt(radius / 0.2)
    along, across = distance * np.cos(azimuth), distance * np.sin(azimuth) * row["axis_ratio"]
    cosine, sine = angle.cos(), angle.sin()
    return [
        galsim.Gaussian(half_light_radius=s, flux=f, gsparams=FOURIER).shift(
            cosine * a - sine * c, sine * a + cosine * c
        )
        for s, f, a, c in zip(sizes, fluxes, along, across, strict=True)
    ]


def _stamp_size(row: Row, flux: float, noise: float, pixel_scale: float) -> int:
    """Side of a stamp in pixels: five half-light radii, or as far as the diffraction wings are seen.

    The light of a point beyond r pixels is 0.5 / r of it, so that its surface brightness is 0.08 flux / r^3.
    """
    body = 5 * max(row["disc_radius"], row["bulge_radius"]).to_value(u.arcsec) / pixel_scale
    wings = (0.08 * flux / (INVISIBLE * noise)) ** (1 / 3)
    return 2 * int(8 + body + wings)
