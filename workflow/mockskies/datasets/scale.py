"""From a field to a training array in [0, 1] and back, with every constant on record."""

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError

import numpy as np
from numpy.lib.format import open_memmap
from scipy import ndimage

from mockskies.atomic import replacing
from mockskies.datasets.field import Field
from mockskies.datasets.published import compare_with_published
from mockskies.errors import InputError


def sky_mode(image: np.ndarray) -> float:
    """Mode of the histogram of an image's pixels: the brightness of its sky.

    The shortest interval that holds half of the pixels says where the sky is and how wide, whatever
    sources add on one side. The peak is that of the histogram there, in bins of a fiftieth of the sky's
    sigma and smoothed by a quarter of it (so that the levels of 8-bit data leave no comb), refined by a
    parabola through the logarithm of the highest bin and its neighbours.

    Parameters
    ----------
    image
        Any shape; NaN is left out, at least one pixel is not.

    Returns
    -------
    float
        In the image's unit.
    """
    values = np.sort(image[np.isfinite(image)])
    half = len(values) // 2
    start = np.argmin(values[half:] - values[: len(values) - half])
    low, high = float(values[start]), float(values[start + half])
    # The middle half of a Gaussian is 1.349 sigma wide.
    sigma = (high - low) / 1.349
    width = sigma / 50
    if low + width == low:
        return low
    edges = np.arange(low - sigma, high + sigma, width)
    counts = np.diff(np.searchsorted(values, edges.astype(values.dtype))).astype(float)
    density = ndimage.gaussian_filter1d(counts, sigma / 4 / width, mode="constant")
    peak = int(np.clip(density.argmax(), 1, len(density) - 2))
    left, middle, right = (math.log(max(density[i], 1e-300)) for i in (peak - 1, peak, peak + 1))
    curvature = left - 2 * middle + right
    offset = float(np.clip((left - right) / (2 * curvature), -1, 1)) if curvature else 0.0
    return float(edges[peak] + width * (0.5 + offset))


def sky_sigma(image: np.ndarray, mode: float) -> float:
    """Standard deviation of a sky around its ``mode``, from the pixels below it, where no source is.

    In the image's unit; NaN is left out.
    """
    below = image[image < mode]
    return float(np.sqrt(np.mean(np.square(below - mode, dtype=np.float64)))) if below.size else 0.0


@dataclass(frozen=True)
class Scaling:
    """Each band's range, which becomes [0, 1].

    Attributes
    ----------
    minimum, maximum
        For each band, in e-/s.
    """

    minimum: tuple[float, ...]
    maximum: tuple[float, ...]

    @classmethod
    def of(cls, constants: dict) -> "Scaling":
        """From what `scale_field` recorded."""
        return cls(tuple(constants["minimum"]), tuple(constants["maximum"]))

    def apply(self, flux: np.ndarray) -> np.ndarray:
        """Clip the top of ``flux``, shape ``(band, y, x)``, in e-/s; scale it to [0, 1], float32."""
        minimum, maximum = _columns(self.minimum, self.maximum)
        return (np.minimum(flux, maximum) - minimum) / (maximum - minimum)

    def invert(self, scaled: np.ndarray) -> np.ndarray:
        """From ``scaled``, shape ``(band, y, x)``, back to e-/s; float32."""
        minimum, maximum = _columns(self.minimum, self.maximum)
        return scaled * (maximum - minimum) + minimum


@dataclass(frozen=True)
class SkyScaling:
    """Each band's flux in sigmas of its sky, asinh of it: noise and bright sources alike are a few units.

    Attributes
    ----------
    mode, sigma
        Of each band's sky, in e-/s.
    """

    mode: tuple[float, ...]
    sigma: tuple[float, ...]

    @classmethod
    def of(cls, constants: dict) -> "SkyScaling":
        """From what `scale_field` recorded."""
        return cls(tuple(constants["sky_mode"]), tuple(constants["sky_sigma"]))

    def apply(self, flux: np.ndarray) -> np.ndarray:
        """From e-/s, shape ``(band, y, x)``; float32."""
        mode, sigma = _columns(self.mode, self.sigma)
        return np.arcsinh((flux - mode) / sigma)

    def invert(self, scaled: np.ndarray) -> np.ndarray:
        """Back to e-/s; float32."""
        mode, sigma = _columns(self.mode, self.sigma)
        return np.sinh(scaled) * sigma + mode


def _columns(*values: tuple[float, ...]) -> tuple[np.ndarray, ...]:
    """A number a band, as they are laid over images ``(band, y, x)``."""
    return tuple(np.array(of_bands, np.float32)[:, None, None] for of_bands in values)


def scale_field(
    sky: Field, clip_percentile: float, published: dict[str, dict[str, float]]
) -> tuple[np.ndarray, dict]:
    """Fill masked pixels with the sky's mode, clip the top, scale to [0, 1].

    Only the top is clipped, and each band scaled by its own extremes, as in the authors' code.

    Parameters
    ----------
    sky
        Aligned bands.
    clip_percentile
        Pixels above this percentile of their band are clipped to it.
    published
        The authors' ``minimum`` and ``maximum`` of each band in e-/s, with which those found are
        compared unless the field is simulated.

    Returns
    -------
    scaled
        Shape ``(band, y, x)``, float32 in [0, 1].
    constants
        All that was done, in plain types.

    Raises
    ------
    InputError
        If a band has no finite pixel, or the same value in all of them.
    """
    masked = ~np.isfinite(sky.flux)
    minimum, maximum, modes, sigmas, clipped = [], [], [], [], []
    for band, image, mask in zip(sky.bands, sky.flux, masked, strict=True):
        seen = image[~mask]
        if not seen.size:
            raise InputError(f"{band}: every pixel of the field is masked")
        minimum.append(float(seen.min()))
        maximum.append(float(np.float32(np.percentile(seen, clip_percentile))))
        if minimum[-1] == maximum[-1]:
            raise InputError(
                f"{band}: expected an image, found {minimum[-1]:g} e-/s in every unclipped pixel"
            )
        modes.append(sky_mode(seen))
        sigmas.append(sky_sigma(seen, modes[-1]))
        clipped.append(int((seen > maximum[-1]).sum()))
    scaling = Scaling(tuple(minimum), tuple(maximum))
    filled = np.where(masked, np.array(modes, np.float32)[:, None, None], sky.flux)
    constants = {
        "bands": list(sky.bands),
        "zero_points": list(sky.zero_points),
        "minimum": minimum,
        "maximum": maximum,
        "sky_mode": modes,
        "sky_sigma": sigmas,
        "clip_percentile": clip_percentile,
        "clipped": clipped,
        "masked": [int(mask.sum()) for mask in masked],
        "size": sky.flux.shape[-1],
        "pixel_scale": sky.cards["PIXSCALE"][0],
        "position_angle": sky.cards["POSANGLE"][0],
        "wcs": sky.wcs.to_header_string(),
        "simulated": sky.simulated,
        "archive": [
            {"file": sky.cards[f"FILE{number}"][0], "sha256": sky.cards[f"SHA{number}"][0]}
            for number in range(1, len(sky.bands) + 1)
        ],
        "units": {
            "zero_points": "mag (AB, 1 electron/s)",
            "minimum": "electron/s",
            "maximum": "electron/s",
            "sky_mode": "electron/s",
            "sky_sigma": "electron/s",
            "pixel_scale": "arcsec",
            "position_angle": "deg",
        },
        "check": None if sky.simulated else compare_with_published(sky.bands, minimum, maximum, published),
    }
    return scaling.apply(filled), constants


def scale_by_sky(sky: Field, constants: dict) -> np.ndarray:
    """The same field as `SkyScaling` has it, nothing clipped, masked pixels at the sky's mode.

    Shape ``(band, y, x)``, float32; ``constants`` are those of `scale_field`.
    """
    return np.nan_to_num(SkyScaling.of(constants).apply(sky.flux), nan=0)


def write_training(array: str | Path, constants: str | Path, scaled: np.ndarray, record: dict) -> None:
    """Write the array as ``.npy`` and ``record``, with the array's checksum, as JSON."""
    with replacing(array) as temporary:
        np.save(temporary, np.ascontiguousarray(scaled))
        with open(temporary, "rb") as file:
            record = {**record, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
    with replacing(constants) as temporary:
        temporary.write_text(json.dumps(record, indent=2) + "\n")


def read_training(path: str | Path) -> tuple[np.memmap, dict]:
    """Map a training array into memory, and read the constants from the JSON beside it.

    Returns
    -------
    array
        Shape ``(band, y, x)``, float32, read-only.
    constants
        What `scale_field` recorded, and ``sha256`` of the array's file.

    Raises
    ------
    InputError
        If either file is missing or damaged, or the two do not belong together.
    """
    path = Path(path)
    try:
        array = open_memmap(path, "r")
    except (OSError, ValueError, EOFError, SyntaxError, TokenError) as error:
        raise InputError(f"{path}: expected a training array, but reading it failed: {error}") from error
    beside = path.with_suffix(".json")
    try:
        constants = json.loads(beside.read_text())
        shape = (len(constants["bands"]), constants["size"], constants["size"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{beside}: expected constants, but reading them failed: {error}") from error
    if array.shape != shape or array.dtype != np.float32:
        raise InputError(
            f"{path}: expected float32 of {shape}, as {beside.name} says, "
            f"found {array.dtype} of {array.shape}"
        )
    return array, constants
