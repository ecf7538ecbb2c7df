"""Our catalogues against SExtractor's own."""

import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import ascii, fits
from astropy.table import Table
from scipy.spatial import cKDTree
from scripts.bench.catalogue import BANDS, ZERO_POINTS, main, synthetic_field

from mockskies.measurement.catalogue import catalogue
from mockskies.measurement.detection import detect, subtract_background
from mockskies.measurement.photometry import auto_flux, kron_apertures
from mockskies.measurement.settings import CatalogueSettings
from mockskies.measurement.source_extractor import installed, run_source_extractor, write_images

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "sextractor-reference"


def nearest(x, y, reference):
    """Distance in pixels and row of the source nearest to each of ``reference``."""
    return cKDTree(np.c_[x, y]).query(np.c_[reference["X_IMAGE"], reference["Y_IMAGE"]])


@pytest.mark.skipif(not REFERENCE.exists(), reason="no ../shared/data/sextractor-reference")
def test_reference_catalogue():
    """By its default.sex: 1.5 sigma, no deblending, no smallest aperture, neighbours left in."""
    settings = CatalogueSettings(threshold=1.5, deblend_contrast=1.0, minimum_radius=0.0)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The following header keyword is invalid")
        image = subtract_background(fits.getdata(REFERENCE / "image.fits"), settings)
    reference = ascii.read(REFERENCE / "image.cat", format="sextractor")
    detections = detect(image, settings)
    alone = replace(detections, segmentation=np.zeros_like(detections.segmentation))
    apertures = kron_apertures(image, alone, settings)
    flux, error = auto_flux(image, apertures)

    distance, row = nearest(apertures.x + 1, apertures.y + 1, reference)
    assert len(flux) == len(reference) == 65
    assert np.mean(distance < 0.01) >= 0.999
    measured = (reference["FLAGS"] == 0) & (reference["FLUX_AUTO"] > 0)
    difference = 2.5 * np.log10(flux[row][measured] / reference["FLUX_AUTO"][measured])
    assert np.count_nonzero(measured) == 52
    assert np.mean(np.abs(difference) < 0.001) >= 0.95
    np.testing.assert_allclose(error[row][measured], reference["FLUXERR_AUTO"][measured], rtol=1e-5)


@pytest.mark.skipif(not installed(), reason="source-extractor is not installed")
def test_program_in_dual_image_mode(tmp_path):
    """A three-band field at our own settings, of which SExtractor's defaults are part."""
    field = synthetic_field(size=1600, sources=2200, seed=2)
    write_images(tmp_path, field)
    ours = catalogue(field, CatalogueSettings())
    for band, zero_point in zip(BANDS, ZERO_POINTS, strict=True):
        run_source_extractor(tmp_path, band, zero_point, CatalogueSettings())
        theirs = Table(fits.getdata(tmp_path / f"{band}.cat"))
        distance, row = nearest(ours["X_IMAGE"], ours["Y_IMAGE"], theirs)
        assert len(theirs) > 1500
        assert abs(len(ours) - len(theirs)) <= 0.001 * len(theirs)
        assert np.mean(distance < 0.01) >= 0.999

        mates = ours[row]
        alone = (distance < 0.01) & (theirs["FLAGS"] == 0) & (theirs["FLUX_AUTO"] > 0)
        for kind in ("AUTO", "ISO"):
            difference = (mates[f"MAG_{kind}_{band}"] - theirs[f"MAG_{kind}"])[alone]
            assert np.mean(np.abs(difference) < 0.001) >= 0.95
            ratio = mates[f"FLUXERR_{kind}_{band}"][alone] / theirs[f"FLUXERR_{kind}"][alone]
            assert np.mean(np.abs(ratio - 1) < 0.001) >= 0.95
        assert np.mean(mates["FLAGS"] == theirs["FLAGS"]) >= 0.95
        for shape, tolerance in (("A_IMAGE", 0.001), ("ELLIPTICITY", 0.001), ("KRON_RADIUS", 0.01)):
            assert np.mean(np.abs(mates[shape] - theirs[shape])[alone] < tolerance) >= 0.95
        assert np.mean(np.abs(mates["ALPHA_J2000"] - theirs["ALPHA_J2000"])[alone] < 1e-6) >= 0.95


def test_benchmark_says_so_where_the_program_is_absent(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda program: None)
    main(tmp_path, size=256, sources=40, repeats=1)
    result = json.loads((tmp_path / "catalogue.json").read_text())
    assert result["ours"] > 0
    assert (result["reference"], result["ratio"]) == (None, None)
    assert result["note"].endswith("; source-extractor is not installed: no reference")
