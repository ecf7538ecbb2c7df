"""Pixels of real and of generated fields: how bright they are, and how the sky varies between them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.fft import rfft2
from scipy.stats import wasserstein_distance

from mockskies.datasets.field import Field
from mockskies.datasets.scale import sky_mode, sky_sigma

WINDOW = 128  # px
CLIP = 5.0  # sigma, beyond which a pixel counts as this much in the power spectrum
BRIGHTNESS = np.linspace(-2.5, 6, 171)  # asinh of the flux in sigmas


def in_sigmas(field: Field, reference: Field) -> np.ndarray:
    """Flux ``(band, y, x)`` from the sky's own mode, in sigmas of the sky of ``reference``."""
    modes = [sky_mode(band) for band in field.flux]
    sigmas = [sky_sigma(band[np.isfinite(band)], sky_mode(band)) for band in reference.flux]
    shift, unit = (np.array(values, np.float32)[:, None, None] for values in (modes, sigmas))
    return (field.flux - shift) / unit


def quarters(flux: np.ndarray) -> dict[str, np.ndarray]:
    """The four quadrants of ``(band, y, x)``, by the names of `mockskies.comparison.held_out.quadrants`."""
    y, x = (length // 2 for length in flux.shape[1:])
    return {
        "lower left": flux[:, :y, :x],
        "lower right": flux[:, :y, x:],
        "upper left": flux[:, y:, :x],
        "upper right": flux[:, y:, x:],
    }


def pixel_shares(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Share of the pixels in each bin of `BRIGHTNESS`, ``(band, bin)``; parts ``(band, y, x)`` in sigmas."""
    counts = sum(
        np.array([np.histogram(np.arcsinh(band[np.isfinite(band)]), BRIGHTNESS)[0] for band in part])
        for part in parts
    )
    return counts / counts.sum(axis=1, keepdims=True)


def power_spectra(parts: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Power of the clipped sky by frequency, in windows that do not overlap.

    Returns
    -------
    frequency
        Cycles a pixel, ``(ring,)``.
    power
        ``(window, band, ring)``, in square sigmas: white noise of deviation 1 has 1 everywhere.
    """
    taper = np.outer(np.hanning(WINDOW), np.hanning(WINDOW)).astype(np.float32)
    taper /= np.sqrt(np.square(taper).sum())
    y, x = np.fft.fftfreq(WINDOW), np.fft.rfftfreq(WINDOW)
    ring = np.rint(np.hypot(y[:, None], x) * WINDOW / 2).astype(int)
    rings = np.arange(1, WINDOW // 4)
    number = np.bincount(ring.ravel())[rings]
    powers = []
    for part in parts:
        sky = np.clip(np.nan_to_num(part), -CLIP, CLIP)
        for row in range(0, part.shape[1] - WINDOW + 1, WINDOW):
            for column in range(0, part.shape[2] - WINDOW + 1, WINDOW):
                window = sky[:, row : row + WINDOW, column : column + WINDOW]
                window = window - window.mean(axis=(1, 2), keepdims=True)
                power = np.abs(rfft2(window * taper)) ** 2
                powers.append([np.bincount(ring.ravel(), band.ravel())[rings] / number for band in power])
    return 2 * rings / WINDOW, np.array(powers)


def compare_skies(real: Field, generated: Sequence[Field]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Distances of pixels and of spectra, and what they are distances of.

    Returns
    -------
    distances
        A row for each band and pair (``kind``: ``trained``, ``held out`` or ``real``, as in
        `mockskies.comparison.held_out`): ``pixels``, Wasserstein's distance of the asinh of the flux in
        sigmas; ``spectrum``, the root mean square over frequencies of the logarithm of the powers' ratio.
    pixels
        ``band``, ``brightness`` (the middle of a bin) and the share of each set.
    spectra
        ``band``, ``frequency`` in cycles a pixel, and the mean power of each set with its error.
    """
    parts = quarters(in_sigmas(real, real))
    fields = [in_sigmas(field, real) for field in generated]
    held_out = parts["upper right"]
    trained = [part for name, part in parts.items() if name != "upper right"]
    sets = {"trained": trained, "held_out": [held_out], "generated": fields}
    pairs = [("trained", trained, fields), ("held out", [held_out], fields)]
    pairs += [("real", [p for n, p in parts.items() if n != name], [part]) for name, part in parts.items()]
    rows = []
    middles = (BRIGHTNESS[1:] + BRIGHTNESS[:-1]) / 2
    for kind, first, second in pairs:
        shares = [pixel_shares(some) for some in (first, second)]
        powers = [power_spectra(some)[1].mean(axis=0) for some in (first, second)]
        for number, band in enumerate(real.bands):
            apart = wasserstein_distance(middles, middles, shares[0][number], shares[1][number])
            ratio = np.log(powers[1][number] / powers[0][number])
            rows.append({"kind": kind, "band": band, "pixels": apart, "spectrum": np.sqrt(np.mean(ratio**2))})
    return pd.DataFrame(rows), _pixel_table(sets, real.bands, middles), _spectrum_table(sets, real.bands)


def _pixel_table(
    sets: Mapping[str, Sequence[np.ndarray]], names: Sequence[str], middles: np.ndarray
) -> pd.DataFrame:
    shares = {name: pixel_shares(parts) for name, parts in sets.items()}
    return pd.concat(
        [
            pd.DataFrame({"band": band, "brightness": middles} | {key: s[i] for key, s in shares.items()})
            for i, band in enumerate(names)
        ],
        ignore_index=True,
    )


def _spectrum_table(sets: Mapping[str, Sequence[np.ndarray]], names: Sequence[str]) -> pd.DataFrame:
    spectra = {name: power_spectra(parts) for name, parts in sets.items()}
    frames = []
    for number, band in enumerate(names):
        columns = {"band": band, "frequency": next(iter(spectra.values()))[0]}
        for name, (_, powers) in spectra.items():
            columns[name] = powers[:, number].mean(axis=0)
            columns[f"{name}_error"] = powers[:, number].std(axis=0) / np.sqrt(len(powers))
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)
