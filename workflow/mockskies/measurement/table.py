"""The FITS file of a catalogue."""

from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table
from astropy.units import Unit

from mockskies.atomic import replacing
from mockskies.errors import InputError

COMMENTS = {
    "AREA": "[arcmin2] area observed in every band",
    "AREALEFT": "[arcmin2] of it in the left half",
    "AREALOW": "[arcmin2] of it in the lower half",
    "XSIZE": "[pix] width of the field",
    "YSIZE": "[pix] height of the field",
    "SIMULATE": "pixels descend from a simulated sky",
    "THRESH": "[sigma] threshold above the background",
    "MINAREA": "[pix] connected pixels that make a source",
    "DEBLEVEL": "deblending thresholds",
    "DEBCONT": "deblending contrast",
    "CLEAN": "cleaning efficiency",
    "BACKMESH": "[pix] background mesh",
    "BACKFILT": "median filter of meshes",
    "KRONFACT": "AUTO aperture in Kron radii",
    "MINRAD": "smallest AUTO aperture in semi-axes",
}


def write_catalogue(path: str | Path, table: Table) -> None:
    """Write a binary table with TUNITs, its ``meta`` as cards of the table's header."""
    # astropy's own units leave out the electron when they become FITS.
    hdu = fits.BinTableHDU(table.as_array(), name="CATALOGUE")
    for column in hdu.columns:
        if (unit := table[column.name].unit) is not None:
            column.unit = unit.to_string().replace(" ", "")
    for keyword, value in table.meta.items():
        hdu.header[keyword] = (value, COMMENTS[keyword])
    with replacing(path) as temporary:
        hdu.writeto(temporary)


def read_catalogue(path: str | Path) -> Table:
    """Read what `write_catalogue` wrote.

    Raises
    ------
    InputError
        If the file is not FITS, is cut short, or holds no catalogue.
    """
    try:
        with fits.open(path, memmap=False) as hdus:
            hdu = hdus["CATALOGUE"]
            native = np.asarray(hdu.data).astype(hdu.data.dtype.newbyteorder("="))
            table = Table(native, meta={keyword: hdu.header[keyword] for keyword in COMMENTS})
            for column in hdu.columns:
                table[column.name].unit = column.unit and Unit(column.unit)
            return table
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: expected a FITS catalogue, but reading it failed: {error}") from error


def bands(table: Table) -> tuple[str, ...]:
    """Names of the bands that a catalogue was measured in, in its order."""
    return tuple(name.removeprefix("MAG_AUTO_") for name in table.colnames if name.startswith("MAG_AUTO_"))
