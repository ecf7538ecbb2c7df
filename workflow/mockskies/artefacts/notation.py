"""Numbers as a journal sets them."""


def grouped(number: int) -> str:
    """Digits in groups of three, parted by thin spaces: 36 000."""
    return f"{number:,}".replace(",", "\u2009")


def scientific(value: float, digits: int) -> str:
    """TeX for ``value`` to so many significant digits: ``0.16``, ``2.1 \\times 10^{-9}``."""
    text = f"{value:.{digits}g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}"
