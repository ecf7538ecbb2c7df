"""Catalogues of skies whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from scripts.measurement.catalogue_field import main

from mockskies.datasets.field import write_field
from mockskies.errors import InputError
from mockskies.measurement.catalogue import catalogue
from mockskies.measurement.photometry import APERTURE_TRUNCATED, BLENDED, CROWDED, TRUNCATED
from mockskies.measurement.settings import CatalogueSettings
from mockskies.measurement.table import bands, read_catalogue, write_catalogue

SETTINGS = CatalogueSettings()
ZERO_POINTS = np.array([26.51, 25.69, 25.94])
FLUXES = (1.0, 1.5, 2.5)


def test_position_shape_and_orientation_of_a_gaussian(make_field, make_sky):
    (source,) = catalogue(make_field(make_sky(256, 1e-6, (120.3, 131.8, FLUXES, 6, 3, 30))), SETTINGS)
    assert source["NUMBER"] == 1
    assert (source["X_IMAGE"], source["Y_IMAGE"]) == pytest.approx((121.3, 132.8), abs=0.01)
    # Moments are of the filtered image: the filter adds half a square pixel to either axis.
    assert source["A_IMAGE"] == pytest.approx(np.sqrt(6**2 + 0.5), rel=0.01)
    assert source["B_IMAGE"] == pytest.approx(np.sqrt(3**2 + 0.5), rel=0.01)
    assert source["THETA_IMAGE"] == pytest.approx(30, abs=0.2)
    assert source["ELLIPTICITY"] == pytest.approx(1 - np.sqrt(9.5 / 36.5), abs=0.005)
    assert source["FLAGS"] == 0


def test_flux_colour_and_half_light_radius_of_a_gaussian(make_field, make_sky):
    (source,) = catalogue(make_field(make_sky(256, 1e-6, (128, 128, FLUXES, 4, 4, 0))), SETTINGS)
    truth = ZERO_POINTS - 2.5 * np.log10(FLUXES)
    # 3.5 semi-axes hold exp(-3.5 ** 2 / 2) less than all of a Gaussian: 0.002 mag.
    for band, magnitude in zip(("F606W", "F775W", "F814W"), truth, strict=True):
        assert source[f"MAG_AUTO_{band}"] == pytest.approx(magnitude + 0.002, abs=0.002)
        assert source[f"MAG_ISO_{band}"] == pytest.approx(magnitude, abs=0.005)
    assert source["COLOR_F606W_F775W"] == pytest.approx(truth[0] - truth[1], abs=1e-3)
    assert source["COLOR_F775W_F814W"] == pytest.approx(truth[1] - truth[2], abs=1e-3)
    assert source["KRON_RADIUS"] == 3.5
    assert source["FLUX_RADIUS"] == pytest.approx(4 * np.sqrt(2 * np.log(2)), rel=0.01)


def test_errors_are_the_scatter_of_the_fluxes(make_field, make_sky):
    grid = [(x, y, (0.3, 0.3, 0.3), 2.5, 2.5, 0) for x in range(32, 512, 50) for y in range(32, 512, 50)]
    table = catalogue(make_field(make_sky(530, 5e-4, *grid)), SETTINGS)
    assert len(table) == len(grid)
    for kind in ("AUTO", "ISO"):
        fluxes, error = table[f"FLUX_{kind}_F775W"], np.median(table[f"FLUXERR_{kind}_F775W"])
        assert error == pytest.approx(np.std(fluxes), rel=0.2)
        expected = 2.5 / np.log(10) * table[f"FLUXERR_{kind}_F775W"] / fluxes
        np.testing.assert_allclose(table[f"MAGERR_{kind}_F775W"], expected, rtol=1e-5)


def test_sky_coordinates_are_those_of_the_field(make_field, make_sky):
    field = make_field(make_sky(256, 1e-6, (60, 200, FLUXES, 3, 3, 0)))
    (source,) = catalogue(field, SETTINGS)
    longitude, latitude = field.wcs.all_pix2world(60, 200, 0)
    assert source["ALPHA_J2000"] == pytest.approx(longitude, abs=1e-7)
    assert source["DELTA_J2000"] == pytest.approx(latitude, abs=1e-7)


def test_a_close_pair_is_deblended(make_field, make_sky):
    pair = [(120, 128, FLUXES, 3, 3, 0), (132, 128, FLUXES, 3, 3, 0)]
    table = catalogue(make_field(make_sky(256, 1e-5, *pair)), SETTINGS)
    assert sorted(table["X_IMAGE"]) == pytest.approx([121, 133], abs=0.3)
    assert all(table["FLAGS"] & BLENDED)
    whole = catalogue(make_field(make_sky(256, 1e-5, *pair)), replace(SETTINGS, deblend_contrast=1.0))
    assert len(whole) == 1


def test_the_light_of_a_neighbour_is_replaced(make_field, make_sky):
    """Without replacement the neighbour would brighten the aperture by 2.5 mag."""
    faint, bright = (120, 128, (1, 1, 1), 4, 4, 0), (134, 128, (9, 9, 9), 2, 2, 0)
    (alone,) = catalogue(make_field(make_sky(256, 3e-4, faint)), SETTINGS)
    table = catalogue(make_field(make_sky(256, 3e-4, faint, bright)), SETTINGS)
    beside = table[np.argmin(table["X_IMAGE"])]
    assert len(table) == 2
    assert (alone["FLAGS"], beside["FLAGS"]) == (0, CROWDED | BLENDED)
    assert beside["MAG_AUTO_F775W"] == pytest.approx(alone["MAG_AUTO_F775W"], abs=0.01)


def test_a_source_cut_by_the_edge_is_flagged(make_field, make_sky):
    (source,) = catalogue(make_field(make_sky(256, 1e-5, (1, 128, FLUXES, 3, 3, 0))), SETTINGS)
    assert source["FLAGS"] == TRUNCATED | APERTURE_TRUNCATED


def test_masked_pixels_hold_no_source_and_no_area(make_field, make_sky):
    flux = make_sky(256, 1e-5, (60, 128, FLUXES, 3, 3, 0), (200, 128, FLUXES, 3, 3, 0))
    whole = catalogue(make_field(flux), SETTINGS)
    flux[1, :, 128:] = np.nan
    flux[0, 100:110, :20] = np.inf
    half = catalogue(make_field(flux), SETTINGS)
    assert len(whole) == 2
    assert list(half["X_IMAGE"]) == pytest.approx([61], abs=0.01)
    assert whole.meta["AREA"] == pytest.approx((256 * 0.001) ** 2, rel=1e-6)
    assert half.meta["AREA"] == pytest.approx((256 * 128 - 200) * 1e-6, rel=1e-6)
    assert half.meta["AREALEFT"] == half.meta["AREA"]
    assert half.meta["AREALOW"] == pytest.approx((128 * 128 - 200) * 1e-6, rel=1e-6)
    nearest = whole[np.argmin(whole["X_IMAGE"])]
    assert half["MAG_AUTO_F775W"][0] == pytest.approx(nearest["MAG_AUTO_F775W"], abs=0.002)


def test_a_masked_core_is_flagged_and_mirrored(make_field, make_sky):
    flux = make_sky(256, 1e-5, (128, 128, FLUXES, 5, 5, 0))
    (whole,) = catalogue(make_field(flux), SETTINGS)
    flux[:, 124:133, 131:146] = np.nan
    table = catalogue(make_field(flux), replace(SETTINGS, deblend_contrast=1.0))
    assert table["FLAGS"][0] & CROWDED
    assert table["MAG_AUTO_F775W"][0] == pytest.approx(whole["MAG_AUTO_F775W"], abs=0.15)


def test_an_empty_sky_has_an_empty_catalogue(make_field, make_sky, tmp_path):
    full = catalogue(make_field(make_sky(128, 1e-5, (60, 60, FLUXES, 3, 3, 0))), SETTINGS)
    for flux in (make_sky(128, 1e-4), np.zeros((3, 128, 128), dtype=np.float32)):
        empty = catalogue(make_field(flux), SETTINGS)
        write_catalogue(tmp_path / "empty.fits", empty)
        read = read_catalogue(tmp_path / "empty.fits")
        assert len(empty) == len(read) == 0
        assert read.dtype == full.dtype


def test_no_magnitude_where_the_flux_is_not_positive(make_field, make_sky):
    (source,) = catalogue(make_field(make_sky(256, 1e-5, (128, 128, (3, 3, -1), 3, 3, 0))), SETTINGS)
    assert source["FLUX_AUTO_F814W"] == pytest.approx(-1, abs=0.01)
    for column in ("MAG_AUTO_F814W", "MAGERR_AUTO_F814W", "MAG_ISO_F814W", "COLOR_F775W_F814W"):
        assert np.isnan(source[column])


def test_byte_order_and_memory_layout_do_not_matter(make_field, make_sky):
    flux = make_sky(128, 1e-5, (60, 60, FLUXES, 3, 2, 50))
    expected = catalogue(make_field(flux), SETTINGS)
    other = catalogue(make_field(np.asfortranarray(flux.astype(">f4"))), SETTINGS)
    assert other.as_array().tobytes() == expected.as_array().tobytes()


def test_a_field_that_lies_above_the_threshold_all_over(make_field):
    """A half-trained generator's texture: more pixels and peaks than sep has room for by default."""
    random = np.random.default_rng(1)
    flux = random.lognormal(0, 1, (3, 640, 640)).astype(np.float32)
    settings = CatalogueSettings(threshold=-20, deblend_contrast=1e-5, clean=1.0)
    assert len(catalogue(make_field(flux), settings)) > 0


def test_a_field_without_an_observed_pixel_is_refused(make_field):
    flux = np.ones((3, 64, 64), dtype=np.float32)
    flux[0, :32], flux[2, 32:] = np.nan, np.nan
    with pytest.raises(InputError, match=r"^field: expected pixels observed in every band, found none$"):
        catalogue(make_field(flux), SETTINGS)


def test_units_and_header_of_the_file(make_field, make_sky, tmp_path):
    table = catalogue(make_field(make_sky(128, 1e-5, (60, 60, FLUXES, 3, 3, 0))), SETTINGS)
    write_catalogue(tmp_path / "catalogue.fits", table)
    header = fits.getheader(tmp_path / "catalogue.fits", "CATALOGUE")
    unit = {header[f"TTYPE{i}"]: header.get(f"TUNIT{i}") for i in range(1, header["TFIELDS"] + 1)}
    assert unit["X_IMAGE"] == unit["A_IMAGE"] == unit["FLUX_RADIUS"] == "pix"
    assert unit["ALPHA_J2000"] == unit["THETA_IMAGE"] == "deg"
    assert unit["ISOAREA_IMAGE"] == "pix2"
    assert unit["FLUX_AUTO_F814W"] == unit["FLUXERR_ISO_F606W"] == "electron/s"
    assert unit["MAG_AUTO_F606W"] == unit["MAGERR_ISO_F814W"] == unit["COLOR_F606W_F775W"] == "mag"
    assert [name for name, text in unit.items() if text is None] == [
        "NUMBER", "ELLIPTICITY", "KRON_RADIUS", "FLAGS"]  # fmt: skip
    assert header["SIMULATE"] is True
    assert (header["THRESH"], header["MINAREA"], header["DEBLEVEL"], header["DEBCONT"]) == (5, 5, 32, 0.005)
    assert (header["BACKMESH"], header["KRONFACT"], header["MINRAD"]) == (64, 2.5, 3.5)
    assert header["AREA"] == pytest.approx(0.128**2, rel=1e-6)


def test_a_catalogue_is_read_as_it_was_written_and_written_alike(make_field, make_sky, tmp_path):
    field = make_field(make_sky(128, 1e-5, (60, 60, FLUXES, 3, 3, 0), (90, 90, FLUXES, 3, 2, 9)))
    for name in ("first.fits", "second.fits"):
        write_catalogue(tmp_path / name, catalogue(field, SETTINGS))
    assert (tmp_path / "first.fits").read_bytes() == (tmp_path / "second.fits").read_bytes()
    table, read = catalogue(field, SETTINGS), read_catalogue(tmp_path / "first.fits")
    assert bands(read) == ("F606W", "F775W", "F814W")
    assert read.meta == table.meta
    for name in table.colnames:
        assert read[name].unit == table[name].unit
        np.testing.assert_array_equal(read[name], table[name])


@pytest.mark.parametrize("content", [b"<html>not found</html>", None])
def test_what_is_no_catalogue_is_refused(content, make_field, make_sky, tmp_path):
    path = tmp_path / "catalogue.fits"
    if content is None:
        write_field(path, make_field(make_sky(32, 1e-5)))
    else:
        path.write_bytes(content)
    with pytest.raises(
        InputError, match=r"catalogue\.fits: expected a FITS catalogue, but reading it failed: "
    ):
        read_catalogue(path)


def test_the_script_writes_the_catalogue_of_a_field(make_field, make_sky, namespace, tmp_path):
    field = make_field(make_sky(128, 1e-5, (60, 60, FLUXES, 3, 3, 0)))
    write_field(tmp_path / "field.fits", field)
    main(
        namespace(
            input={"field": tmp_path / "field.fits"},
            output={"catalogue": tmp_path / "catalogue.fits"},
            params={"settings": vars(SETTINGS)},
        )
    )
    read = read_catalogue(tmp_path / "catalogue.fits")
    assert read["MAG_AUTO_F775W"][0] == catalogue(field, SETTINGS)["MAG_AUTO_F775W"][0]
