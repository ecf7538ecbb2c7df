"""From trained weights to fields in physical units."""

from pathlib import Path

import numpy as np
from astropy.wcs import WCS
from torch import nn

from mockskies.datasets.field import Field
from mockskies.datasets.scale import Scaling, SkyScaling, sky_mode
from mockskies.errors import InputError
from mockskies.models import field, spatial
from mockskies.models.spatial import PIXELS_PER_CELL
from mockskies.sampling.paint import LatentField, paint_field
from mockskies.training.precision import Compute
from mockskies.training.run import build
from mockskies.training.weights import load_network, load_tensors


def load_generator(path: Path, compute: Compute) -> tuple[nn.Module, dict]:
    """A snapshot's generator on its device, and the settings that came with its weights.

    It generates as it was evaluated in training's previews: means and deviations of batch normalisation are
    the running ones, and nothing is dropped.

    Raises
    ------
    InputError
        If the file is damaged or its weights are those of another architecture than it says.
    """
    return load_kept(path, "generator", compute)


def load_kept(path: Path, name: str, compute: Compute) -> tuple[nn.Module, dict]:
    """The network ``name`` that a snapshot holds, as `load_generator` has it.

    Raises
    ------
    InputError
        If the file is damaged, or its weights are those of another network or architecture.
    """
    tensors, settings = load_tensors(path)
    if name not in settings["architecture"]:
        model = settings["architecture"]["model"]
        raise InputError(f"{path}: expected weights of a {name}, found those of model {model!r}")
    network = build(settings["architecture"], settings["bands"])[name]
    load_network(path, name, network, tensors)
    return compute.place(network).eval(), settings


def scaling_of(generator: nn.Module, constants: dict) -> Scaling | SkyScaling:
    """How the images of a generator are scaled, with the training set's own constants."""
    return (SkyScaling if isinstance(generator, field.Generator) else Scaling).of(constants)


def to_flux(scaled: np.ndarray, scaling: Scaling | SkyScaling) -> np.ndarray:
    """From a generator's images back to e-/s, and the sky's mode to zero."""
    flux = scaling.invert(scaled)
    sky = np.array([sky_mode(band) for band in flux], np.float32)
    return flux - sky[:, None, None]


def draw_field(
    generator: spatial.Generator | field.Generator,
    latent: LatentField,
    constants: dict,
    compute: Compute,
    cards: dict,
    progress: bool = False,
) -> Field:
    """Paint one field and calibrate it.

    Parameters
    ----------
    constants
        What ``training.json`` says of the training set.
    cards
        FITS cards that say how the field came to be.
    """
    scaled = paint_field(generator, latent, compute, progress=progress)
    return Field(
        flux=to_flux(scaled, scaling_of(generator, constants)),
        bands=tuple(constants["bands"]),
        zero_points=tuple(constants["zero_points"]),
        wcs=tangent_plane(constants, latent),
        simulated=constants["simulated"],
        cards=cards,
    )


def tangent_plane(constants: dict, latent: LatentField) -> WCS:
    """The training field's pixel scale and orientation, its centre put at the painted field's centre."""
    wcs = WCS(constants["wcs"])
    middle = (constants["size"] + 1) / 2
    wcs.wcs.crval = wcs.all_pix2world([[middle, middle]], 1)[0]
    wcs.wcs.crpix = [(PIXELS_PER_CELL * n + 1) / 2 for n in (latent.width, latent.height)]
    return wcs
