"""Sersic galaxies with a known truth, with a survey's seeing (a pixel at 64 px) and noise."""

import galsim
import numpy as np


def sersic(size, radius, ratio, angle, seed=0, index=1.0, peak=180.0, noise=3.0):
    """Picture ``(3, size, size)``, uint8: half-light ``radius`` (px) of the major axis, ``angle`` as seen."""
    galaxy = galsim.Sersic(index, half_light_radius=radius * np.sqrt(ratio), trunc=0)
    galaxy = galaxy.shear(q=ratio, beta=angle * galsim.degrees)
    seen = galsim.Convolve(galaxy, galsim.Kolmogorov(fwhm=size / 64))
    levels = seen.drawImage(nx=size, ny=size, scale=1, method="no_pixel").array[::-1]
    random = np.random.default_rng(seed)
    colours = np.array([1.1, 1.0, 0.9])[:, None, None]
    shown = 4 + peak * colours * levels / levels.max() + random.normal(0, noise, (3, size, size))
    return np.clip(np.round(shown), 0, 255).astype(np.uint8)
