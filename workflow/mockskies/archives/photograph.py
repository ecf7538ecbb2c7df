"""One photograph of the user's, of whatever kind, as 8-bit red, green and blue."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from mockskies.errors import InputError

# Least side in px: of less, nothing can be learnt.
SMALLEST = 16
# Most pixels, 1.4 GB while they are read. A small file can claim any number; Pillow has the same limit.
MOST = 89_478_485
# What to do with a picture that was taken with a turned camera, by the value of this tag of EXIF.
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Level of 8 bits for each of 16.
EIGHT_BITS = np.rint(np.arange(1 << 16) / 257).astype(np.uint8)
# Drawings, not photographs; the first of them is a program that Pillow would have run.
NOT_READ = {"EPS", "WMF"}


def read_photograph(path: str | Path) -> np.ndarray:
    """Read a photograph of any format that Pillow reads: shape ``(y, x, 3)``, uint8, row 0 on top.

    It is turned upright as its EXIF says, what is transparent lies on black, 16 bits are scaled to 8, and
    grey, palettes, CMYK and the like become RGB. Of several pictures in one file, such as an animation's,
    the first is taken.

    Raises
    ------
    InputError
        If the file is missing, none that Pillow reads, damaged or cut short, of pixels that can't be brought
        to 8 bits, smaller than `SMALLEST`, or larger than `MOST`.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: expected a photograph, found no file")
    try:
        with warnings.catch_warnings(action="ignore"):
            return _decode(path)
    except (InputError, MemoryError):
        raise
    except Image.UnidentifiedImageError as error:
        raise InputError(f"{path}: expected a photograph, found none that can be read") from error
    except Image.DecompressionBombError as error:
        raise InputError(f"{path}: expected at most {MOST} px, found more") from error
    # Damage raises what it happens to meet in the code of each format.
    except Exception as error:
        raise InputError(f"{path}: expected a whole photograph, but reading it failed: {error!r}") from error


def holds_several(path: str | Path) -> bool:
    """Whether there are more pictures in a photograph's file than the one that is taken."""
    with warnings.catch_warnings(action="ignore"), Image.open(path, formats=_formats()) as image:
        try:
            return getattr(image, "is_animated", False)
        except Exception:
            return True  # what follows the first is damaged, so something follows


def _decode(path: Path) -> np.ndarray:
    with Image.open(path, formats=_formats()) as image:
        _check_size(path, image)
        # Decoding alone checks no checksum: damaged pixels would pass.
        image.verify()
    with Image.open(path, formats=_formats()) as image:
        image.load()
        turn = UPRIGHT.get(image.getexif().get(ORIENTATION))
        colour = _colour(path, image)
    return np.asarray(colour if turn is None else colour.transpose(turn))


def _formats() -> list[str]:
    Image.init()
    return [name for name in Image.ID if name not in NOT_READ]


def _check_size(path: Path, image: Image.Image) -> None:
    width, height = image.size
    if min(width, height) < SMALLEST:
        raise InputError(f"{path}: expected at least {SMALLEST} px a side, found {width} x {height}")
    if width * height > MOST:
        raise InputError(f"{path}: expected at most {MOST} px, found {width} x {height}")


def _colour(path: Path, image: Image.Image) -> Image.Image:
    """The pixels as RGB of 8 bits a channel."""
    # Only of portable grey maps is it known what white is when their pixels have 32 bits.
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PPM"):
        image = Image.fromarray(EIGHT_BITS[np.asarray(image)])
    elif image.mode[0] in "IF":
        raise InputError(f"{path}: expected 8 or 16 bits a channel, found pixels of mode {image.mode}")
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        image = Image.new("RGB", image.size, "black")
        image.paste(clear, mask=clear)
    return image.convert("RGB")
