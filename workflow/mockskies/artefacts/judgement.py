"""What is measured of a generated field, in one table: against training, the area held out, and the null."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mockskies.artefacts.numbers import meaning

ENOUGH = 30  # real sources of a bin of magnitude that counts


def judgement(
    statistics: pd.DataFrame,
    counts: pd.DataFrame,
    planes: pd.DataFrame,
    classifier: pd.DataFrame,
    clustering: pd.DataFrame,
    sky: pd.DataFrame,
    nearest: pd.DataFrame,
    limit: float,
) -> Iterator[dict[str, object]]:
    """Rows of ``measure``, ``unit``, ``trained``, ``held_out`` and ``real``: the farthest of real from real.

    The tables are those of `mockskies.comparison`, of `held_out`, `planes`, `source_classifier`,
    `clustering`, `skies` and `nearest`; ``limit`` is the AB magnitude that statistics are limited to.
    """
    everything, limited = statistics[statistics["limit"].isna()], statistics[statistics["limit"] == limit]
    for name, of_property in everything.groupby("property", sort=False):
        words, unit = meaning(name)
        differences = of_property.groupby("kind")["difference"]
        yield _row(f"{words}: difference of the medians", unit, differences, _farthest)
    for name, of_property in limited.groupby("property", sort=False):
        if of_property["p"].notna().any():
            words, _ = meaning(name)
            yield _row(f"{words}: KS p to {limit:g} mag", "", of_property.groupby("kind")["p"], min)
    yield from _counts(counts)
    for name, of_plane in planes.groupby("plane", sort=False):
        yield _row(f"{name.replace('MAG_AUTO_', '')}: energy test p", "", of_plane.groupby("kind")["p"], min)
    auc = classifier.set_index("pair")["auc"]
    yield {
        "measure": "classifier of sources, judged on the area held out: area under the curve",
        "unit": "",
        "held_out": auc["generated"],
        "real": max(auc.drop("generated")),
    }
    pairs = clustering.groupby("set")["p"].first().reindex(["generated", "held_out"])
    yield {
        "measure": "two-point correlation: p against the trained area",
        "unit": "",
        "trained": pairs["generated"],
        "real": pairs["held_out"],
    }
    for band, of_band in sky.groupby("band", sort=False):
        kinds = of_band.groupby("kind")
        yield _row(f"{band} pixels: Wasserstein distance", "asinh sigma", kinds["pixels"], max)
        yield _row(f"{band} power spectrum: rms ln ratio", "", kinds["spectrum"], max)
    median = nearest.groupby("set")["distance"].median().reindex(["generated", "held out"])
    yield {
        "measure": "nearest trained source of a bright one: median distance",
        "unit": "",
        "trained": median["generated"],
        "real": median["held out"],
    }


def _counts(counts: pd.DataFrame) -> Iterator[dict[str, object]]:
    """The farthest bin of each band among those that count."""
    for band, of_band in counts.groupby("band", sort=False):
        bins = of_band[of_band["trained_number"] > ENOUGH]
        real = bins["held_out_density"] / bins["trained_density"] - 1
        unseen = bins[bins["held_out_number"] > ENOUGH]
        yield {
            "measure": f"{band} counts: farthest of {len(bins)} bins with over {ENOUGH} sources",
            "unit": "",
            "trained": _farthest(bins["excess"]),
            "held_out": _farthest(unseen["generated_density"] / unseen["held_out_density"] - 1),
            "real": _farthest(real),
        }


def _row(measure: str, unit: str, kinds, worst) -> dict[str, object]:
    values = {kind: group for kind, group in kinds}
    return {
        "measure": measure,
        "unit": unit,
        "trained": values["trained"].iloc[0],
        "held_out": values["held out"].iloc[0],
        "real": worst(values["real"]),
    }


def _farthest(differences: pd.Series) -> float:
    return max(differences, key=abs) if len(differences) else np.nan
