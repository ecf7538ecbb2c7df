"""Table 1 of coccomini2021: classes of galaxies in both sets, under our names and the paper's."""

from collections.abc import Iterator

import pandas as pd

from mockskies.comparison.classes import CLASSES

# What volunteers were asked, and what the paper calls it.
WORDS = {
    "features": ("features or disc", "Spiral"),
    "smooth": ("smooth", "Elliptical"),
    "star": ("star or artefact", "Irregular"),
}
SETS = {
    "volunteers": "training, by volunteers",
    "real": "training, by the classifier",
    "drawn": "generated, by the classifier",
    "paper_training": "training, paper",
    "paper_generated": "generated, paper",
}


def class_table(fractions: pd.DataFrame, tests: pd.DataFrame) -> pd.DataFrame:
    """A row for each set, with its classes and, for a generated set, the test against its training set.

    Parameters
    ----------
    fractions, tests
        What `mockskies.comparison.classes` returns.
    """
    by_set = fractions.set_index(["set", "class"])
    by_second = tests.set_index("second")
    rows = []
    for name, words in SETS.items():
        own = by_set.loc[name]
        row = {"set": words, "galaxies": int(own["images"].iloc[0])}
        for kind, (ours, theirs) in WORDS.items():
            share, low, high = (100 * own.loc[kind, column] for column in ("fraction", "low", "high"))
            row[f"{ours} (paper: {theirs})"] = int(own.loc[kind, "count"])
            row[f"{theirs}, per cent"] = f"{share:.2f} [{low:.2f}, {high:.2f}]"
        test = by_second.loc[name] if name in by_second.index else {}
        row |= {"chi2": test.get("chi2"), "dof": int(test["dof"]) if len(test) else None}
        rows.append(row | {"p": test.get("p"), "p (exact)": test.get("p_exact")})
    return pd.DataFrame(rows, dtype=object)


def class_numbers(fractions: pd.DataFrame, tests: pd.DataFrame) -> pd.DataFrame:
    """Counts and shares under the names of ``config/published.yaml``, and what tests say of the sets.

    The training set is classed by its volunteers, as the sum of the paper's row has it, the generated one by
    the classifier. The null of a generated share is that of real galaxies by the classifier.
    """
    return pd.DataFrame([*_shares(fractions), *_tests(tests), *_names(fractions)])


def _shares(fractions: pd.DataFrame) -> Iterator[dict]:
    by_set = fractions.set_index(["set", "class"])
    for part, name in (("training", "volunteers"), ("generated", "drawn")):
        for kind, (ours, theirs) in WORDS.items():
            row, words = by_set.loc[(name, kind)], f"{ours} (paper: {theirs})"
            key = f"{part}_{theirs.lower()}"
            yield {
                "name": key,
                "meaning": f"{part} galaxies: {words}",
                "unit": "",
                "value": int(row["count"]),
            }
            share = {
                "name": f"{key}_share",
                "meaning": f"share of {part} galaxies: {words}",
                "unit": "per cent",
            }
            share |= {
                key: 100 * row[column]
                for key, column in (("value", "fraction"), ("low", "low"), ("high", "high"))
            }
            if part == "generated":
                share["null_halves"] = 100 * by_set.loc[("real", kind), "fraction"]
            yield share


def _tests(tests: pd.DataFrame) -> Iterator[dict]:
    for row in tests.to_dict("records"):
        suffix, whose = (
            ("_paper", "the paper\u2019s own counts") if row["second"] == "paper_generated" else ("", "ours")
        )
        for key, column, words in (
            ("classes_chi2", "chi2", f"chi-square ({row['dof']} degrees of freedom)"),
            ("classes_p", "p", "p of chi-square"),
            ("classes_p_exact", "p_exact", "p of the exact test"),
        ):
            meaning = f"classes of generated against training galaxies, {whose}: {words}"
            yield {"name": f"{key}{suffix}", "meaning": meaning, "unit": "", "value": row[column]}


def _names(fractions: pd.DataFrame) -> Iterator[dict]:
    """How far the paper's training row is from the volunteers' with its names read in either way."""
    shares = fractions.pivot(index="set", columns="class", values="fraction")[list(CLASSES)]
    paper, ours = shares.loc["paper_training"], shares.loc["volunteers"]
    readings = {
        "features or disc": ours,
        "smooth": ours.rename({"features": "smooth", "smooth": "features"})[list(CLASSES)],
    }
    for words, reading in readings.items():
        yield {
            "name": f"names_{words.split()[0]}",
            "meaning": f"training galaxies in another class than in the paper, its Spiral read as {words}",
            "unit": "per cent",
            "value": 50 * (reading - paper).abs().sum(),
        }
