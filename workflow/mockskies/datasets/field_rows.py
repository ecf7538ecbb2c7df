"""A field that is too large for memory: its FITS file, written and read some rows at a time."""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from mockskies.datasets.field import band_header, primary_header
from mockskies.errors import InputError

BLOCK = 2880  # bytes, of which a FITS file has a whole number
PIXEL = np.dtype(">f4")


class FieldRows:
    """Rows of all bands of a field's file, as `mockskies.datasets.field.write_field` writes it.

    Parameters
    ----------
    path
        The file, which is there.

    Attributes
    ----------
    bands
        Names of the bands.
    shape
        ``(band, y, x)``.
    primary
        Header of the whole.

    Raises
    ------
    InputError
        If it is no such file, or cut short.
    """

    def __init__(self, path: str | Path):
        self.path = Path(path)
        try:
            # Astropy warns of a file that ends early.
            with warnings.catch_warnings(action="ignore"), fits.open(path, memmap=False) as hdus:
                self.primary, images = hdus[0].header, hdus[1:]
                self.bands = tuple(hdu.name for hdu in images)
                shapes = {(hdu.header["NAXIS2"], hdu.header["NAXIS1"]) for hdu in images}
                self._starts = [hdu.fileinfo()["datLoc"] for hdu in images]
                pixels = {hdu.header["BITPIX"] for hdu in images}
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path}: expected a FITS field, but reading it failed: {error}") from error
        if len(shapes) != 1 or pixels != {-32}:
            raise InputError(
                f"{path}: expected bands of one size in float32, found {shapes} of BITPIX {pixels}"
            )
        self.shape = (len(self.bands), *shapes.pop())
        end = self._starts[-1] + PIXEL.itemsize * self.shape[1] * self.shape[2]
        if self.path.stat().st_size < end:
            raise InputError(f"{path}: expected {end} bytes, found {self.path.stat().st_size}")

    @classmethod
    def create(
        cls,
        path: str | Path,
        size: tuple[int, int],
        bands: Sequence[str],
        zero_points: Sequence[float],
        wcs: WCS,
        simulated: bool,
        cards: dict[str, tuple[object, str]],
    ) -> "FieldRows":
        """A file of zeros, ``(y, x)`` pixels a band; the other arguments are those of a `Field`."""
        height, width = size
        with open(path, "wb") as file:
            file.write(fits.PrimaryHDU(header=primary_header(simulated, cards)).header.tostring().encode())
            for band, zero_point in zip(bands, zero_points, strict=True):
                pixel = np.zeros((1, 1), np.float32)
                header = fits.ImageHDU(pixel, band_header(band, zero_point, wcs), name=band).header
                header["NAXIS1"], header["NAXIS2"] = width, height
                file.write(header.tostring().encode())
                file.seek(-(-PIXEL.itemsize * height * width // BLOCK) * BLOCK, 1)
                file.truncate()
        return cls(path)

    def read(self, rows: slice) -> np.ndarray:
        """Flux of some rows, ``(band, y, x)``, float32, in e-/s."""
        _, _, width = self.shape
        read = np.empty((len(self.bands), rows.stop - rows.start, width), np.float32)
        for image, start in zip(read, self._starts, strict=True):
            place = start + PIXEL.itemsize * width * rows.start
            image[:] = np.fromfile(self.path, PIXEL, image.size, offset=place).reshape(image.shape)
        return read

    def write(self, rows: slice, flux: np.ndarray) -> None:
        """Put flux ``(band, y, x)`` in the place of some rows."""
        with open(self.path, "r+b") as file:
            for image, start in zip(flux, self._starts, strict=True):
                file.seek(start + PIXEL.itemsize * self.shape[2] * rows.start)
                file.write(image.astype(PIXEL).tobytes())

    def strips(self, height: int) -> Iterator[slice]:
        """Rows of the whole field, ``height`` at a time."""
        for start in range(0, self.shape[1], height):
            yield slice(start, min(start + height, self.shape[1]))
