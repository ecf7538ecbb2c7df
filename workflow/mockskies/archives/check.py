"""Whether a file is a whole FITS file, before anything is computed from it."""

import math
import warnings
from pathlib import Path

from astropy.io import fits
from astropy.utils.exceptions import AstropyUserWarning

from mockskies.errors import InputError

BLOCK = 2880


def check_fits(path: str | Path, name: str | None = None) -> None:
    """Return if ``path`` is FITS and holds exactly the bytes that its headers announce.

    Parameters
    ----------
    path
        File to be read; headers only, so this is quick for any size.
    name
        What errors call it, such as the URL that it came from; by default ``path``.

    Raises
    ------
    InputError
        If it starts otherwise than FITS does (a web page does), if a header cannot be read, or if
        it is shorter or longer than header and data together.
    """
    name = name or str(path)
    size = Path(path).stat().st_size
    with open(path, "rb") as file:
        start = file.read(9)
        if start != b"SIMPLE  =":
            came = "a web page" if start.lstrip().startswith(b"<") else repr(start) if start else "nothing"
            raise InputError(f"{name}: expected FITS, which starts with 'SIMPLE  =', came {came}")
        file.seek(0)
        end = 0
        # After the last complete unit there is nothing, or the header of one more.
        while end < size:
            file.seek(end)
            try:
                # astropy only warns of bytes that are no header.
                with warnings.catch_warnings(action="error"):
                    header = fits.Header.fromfile(file)
                end = file.tell() + _data_bytes(header)
            except (OSError, ValueError, KeyError, AstropyUserWarning) as error:
                raise InputError(
                    f"{name}: expected a FITS header at byte {end}, but it is damaged"
                ) from error
        if end != size:
            raise InputError(f"{name}: expected {end} bytes by its FITS header, came {size}")


def _data_bytes(header: fits.Header) -> int:
    """Bytes of the data after ``header``, whole blocks (FITS standard 4.0, section 4.4.1)."""
    axes = [header[f"NAXIS{i + 1}"] for i in range(header["NAXIS"])]
    values = header.get("GCOUNT", 1) * (header.get("PCOUNT", 0) + math.prod(axes)) if axes else 0
    return -(-abs(header["BITPIX"]) // 8 * values // BLOCK) * BLOCK
