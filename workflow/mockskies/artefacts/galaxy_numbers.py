"""Numbers of single galaxies for the ledger: how real and generated ones differ in shape, flux and size."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

UNITS = {"ellipticity": "", "angle": "deg", "flux": "", "semi_major_axis": "px"}
WORDS = {"semi_major_axis": "semi-major axis"}


def read_table(path: str | Path) -> pd.DataFrame:
    """A table of text and numbers, of which only what is empty is missing: ``null`` is a word in it."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def property_numbers(properties: pd.DataFrame, size: int) -> pd.DataFrame:
    """Differences of medians, Kolmogorov-Smirnov D and p, and failed fits, of images of ``size`` pixels.

    Parameters
    ----------
    properties
        ``comparison/{sample}/properties.csv``.

    Returns
    -------
    DataFrame
        Columns name (as in ``config/published.yaml``), meaning, unit, value, low and high (95 per cent), and
        null_halves, the same number between two halves of the real galaxies.
    """
    return pd.DataFrame(_rows(properties, size))


def brightness(properties: pd.DataFrame, size: int) -> dict[str, str]:
    """Whether generated galaxies are ``brighter``, ``fainter`` or ``alike``; empty where none was fitted."""
    flux = row(properties, "generated", "flux")
    if pd.isna(flux["difference"]):
        return {}
    word = "brighter" if flux["low"] > 0 else "fainter" if flux["high"] < 0 else "alike"
    return {f"flux_{size}": word}


def row(properties: pd.DataFrame, kind: str, name: str) -> pd.Series:
    """The row of one property: ``generated`` against real galaxies, or the ``null`` of real halves."""
    return properties[(properties["kind"] == kind) & (properties["property"] == name)].iloc[0]


def _rows(properties: pd.DataFrame, size: int) -> Iterator[dict]:
    for name, unit in UNITS.items():
        generated, null = (row(properties, kind, name) for kind in ("generated", "null"))
        words = f"{WORDS.get(name, name)}, {size} px"
        yield {
            "name": f"median_difference_{name}_{size}",
            "meaning": f"generated minus real median {words}",
            "unit": unit,
            "value": generated["difference"],
            "low": generated["low"],
            "high": generated["high"],
            "null_halves": null["difference"],
        }
        for key, what in (("ks", "D"), ("p", "p")):
            yield {
                "name": f"ks_{name}_{size}" if key == "ks" else f"ks_p_{name}_{size}",
                "meaning": f"Kolmogorov-Smirnov {what} of {words}",
                "unit": "",
                "value": generated[key],
                "null_halves": null[key],
            }
    shapes = row(properties, "generated", "ellipticity")
    for kind in ("generated", "real"):
        yield {
            "name": f"failures_{kind}_{size}",
            "meaning": f"{kind} galaxies of {size} px to which no ellipse could be fitted",
            "unit": "per cent",
            "value": 100 * shapes[f"failures_{kind}"],
            "low": 100 * shapes[f"failures_{kind}_low"],
            "high": 100 * shapes[f"failures_{kind}_high"],
        }
