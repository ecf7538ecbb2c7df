"""The numbers of a paper's text, and others beside them: rows of value, interval, null and verdict."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from mockskies.artefacts.notation import scientific
from mockskies.artefacts.published import Published, Value, departures, verdict
from mockskies.atomic import replacing

MEANINGS = {
    "FLUX_RADIUS": ("half-light radius", "pix"),
    "ELLIPTICITY": ("ellipticity", ""),
    "DENSITY": ("sources per square arcmin", "arcmin-2"),
}
COLUMNS = [
    "name", "meaning", "unit", "value", "low", "high", "null_halves", "null_simulated",
    "published", "place", "asked", "verdict", "because",
]  # fmt: skip


def comparison_numbers(statistics: pd.DataFrame) -> pd.DataFrame:
    """Differences of medians and KS p values of the ensemble against the real field.

    Names are those of ``config/published.yaml`` where the paper has the number: medians of all sources in
    each band, and p of those brighter than the limit. Beyond it stand the medians at the limit, and both
    for colours, sizes, ellipticities and the number of sources.

    Parameters
    ----------
    statistics
        What `mockskies.comparison.statistics.statistics` returns.

    Returns
    -------
    DataFrame
        Columns name, meaning, unit, value, low and high (95 per cent, differences only), and the null:
        null_halves and null_simulated are the same number between two real halves (the farther of the two
        ways to halve the field) and between two simulated skies.
    """
    return pd.DataFrame(_comparison_rows(statistics))


def _comparison_rows(statistics: pd.DataFrame) -> Iterator[dict]:
    limit = statistics["limit"].dropna().unique().item()
    for name in statistics["property"].unique():
        words_of, unit = meaning(name)
        for limited in (False, True):
            chosen = statistics["limit"].notna() == limited
            rows = statistics[chosen & (statistics["property"] == name)].set_index("kind")
            generated = rows.loc["generated"]
            brightness = f"brighter than {limit:g} mag" if limited else "all sources"
            suffix = f"{name.removeprefix('MAG_AUTO_')}{'_at_limit' if limited else ''}"
            what = "difference" if name == "DENSITY" else "median_difference"
            words = words_of if name == "DENSITY" else f"median {words_of}"
            yield {
                "name": f"{what}_{suffix}",
                "meaning": f"generated minus real {words}, {brightness}",
                "unit": unit,
                "value": generated["difference"],
                "low": generated["low"],
                "high": generated["high"],
                "null_halves": _farthest(rows.loc[["halves"], "difference"]),
                "null_simulated": _farthest(rows.loc[["simulated"], "difference"]),
            }
            if limited and name != "DENSITY":
                yield {
                    "name": f"ks_p_{name.removeprefix('MAG_AUTO_')}",
                    "meaning": f"two-sided Kolmogorov-Smirnov p of {words_of}, {brightness}",
                    "unit": "",
                    "value": generated["p"],
                    "null_halves": rows.loc[["halves"], "p"].min(),
                    "null_simulated": rows.loc[["simulated"], "p"].min(),
                }


def timing_numbers(timing: Mapping, losses: pd.DataFrame, batches_per_epoch: int) -> pd.DataFrame:
    """Times of painting (3232 x 3232 px and 3 gigapixels, three bands) and of training, as measured here.

    Parameters
    ----------
    timing
        ``nanoseconds_per_pixel`` of painting.
    losses
        A row per epoch, with ``steps_per_second``.
    """
    per_pixel = timing["nanoseconds_per_pixel"] * 1e-9
    epochs = batches_per_epoch / losses["steps_per_second"]
    rows = [
        ("seconds_per_realisation", "time for one field of 3232 x 3232 px", "s", per_pixel * 3232**2),
        ("hours_per_3_gigapixel", "time for an image of 3 gigapixels", "h", per_pixel * 3e9 / 3600),
        ("seconds_per_epoch", "median time for an epoch of training", "s", float(epochs.median())),
        ("training_hours", "time for this run's training", "h", float(epochs.sum()) / 3600),
    ]
    return pd.DataFrame(rows, columns=["name", "meaning", "unit", "value"])


def with_verdicts(
    numbers: pd.DataFrame, published: Mapping[str, Published], settings: Mapping[str, Value]
) -> pd.DataFrame:
    """``numbers`` beside the published values: adds published, place, asked, verdict and because.

    Parameters
    ----------
    settings
        Values of the method as it was run, by their names in ``config/published.yaml``.
    """
    rebuilt = {**settings, **dict(zip(numbers["name"], numbers["value"], strict=True))}
    departed = departures(published, rebuilt)
    rows = []
    for row in numbers.to_dict("records"):
        if known := published.get(row["name"]):
            judgement, obstacles = verdict(known, rebuilt, departed)
            row |= {"published": known.value, "place": known.place, "asked": known.describe_nearness()}
            row |= {"verdict": judgement, "because": " ".join(obstacles)}
        rows.append(row)
    return pd.DataFrame(rows).reindex(columns=COLUMNS)


def write_csv(path: str | Path, numbers: pd.DataFrame) -> None:
    """Write six significant digits, empty where there is no value."""
    with replacing(path) as temporary:
        numbers.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def write_json(path: str | Path, settings: Mapping[str, Value], numbers: pd.DataFrame) -> None:
    """Write ``settings`` and the rows of ``numbers`` for the ledger."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps({"settings": settings, "values": records(numbers)}, indent=2) + "\n")


def records(numbers: pd.DataFrame) -> list[dict]:
    """Rows for JSON: no key where there is no value, so no NaN, which JSON does not know."""
    return [{k: v for k, v in row.items() if not pd.isna(v)} for row in numbers.to_dict("records")]


def latex_table(numbers: pd.DataFrame) -> str:
    """A ``tabular`` of the rows: value, 95 per cent interval, null between real halves, published value."""
    head = r"Quantity & Rebuilt & 95 per cent & Real halves & Published \\"
    lines = [r"\begin{tabular}{lrrrr}", r"\hline", head, r"\hline"]
    for row in numbers.itertuples():
        unit = row.unit.replace("arcmin-2", "arcmin$^{-2}$")
        quantity = row.meaning[0].upper() + row.meaning[1:] + (f" ({unit})" if unit else "")
        interval = "--" if pd.isna(row.low) else f"{_latex(row.low)} to {_latex(row.high)}"
        cells = [quantity, _latex(row.value), interval, _latex(row.null_halves), _latex(row.published)]
        lines.append(" & ".join(cells) + r" \\")
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"


def _latex(value: float) -> str:
    return "--" if pd.isna(value) else f"${scientific(value, 3)}$"


def meaning(name: str) -> tuple[str, str]:
    """A property in words, and its unit."""
    if name.startswith("MAG_AUTO_"):
        return f"{name.removeprefix('MAG_AUTO_')} magnitude", "mag"
    if name.startswith("COLOR_"):
        return " - ".join(name.removeprefix("COLOR_").split("_")) + " colour", "mag"
    return MEANINGS[name]


def _farthest(differences: pd.Series) -> float:
    return max(differences, key=abs)
