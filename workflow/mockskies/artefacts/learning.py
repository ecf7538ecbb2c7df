"""Learning parameters and shapes of networks as runs were made, from their descriptions."""

from collections.abc import Mapping

import pandas as pd

from mockskies.artefacts.notation import scientific
from mockskies.artefacts.published import Published, Value

COLUMNS = ["parameter", "DCGAN", "DCGAN published", "StackGAN", "StackGAN published"]
# Rows of the table: words, and the value's name after the run's.
ROWS = {
    "learning rate of the generator": "generator_rate",
    "learning rate of the discriminator": "discriminator_rate",
    "epochs between halvings": "halve_every",
    "beta 1": "beta1",
    "beta 2": "beta2",
    "standard deviation of the first weights": "first_deviation",
    "batch": "batch",
    "epochs": "epochs",
    "steps": "steps",
}


def learning(prefix: str, description: Mapping) -> dict[str, Value]:
    """Learning parameters of one run, by their names in ``config/published.yaml``.

    Rates are those that the optimisers began with. Where a rate was halved, the time between halvings is
    that seen in the log; where the run ended before, it is the one that was set.
    """
    rates = description["rates"]
    seen = [epoch - 1 for epoch, _ in rates["generator"][1:2]]
    found = {
        "generator_rate": rates["generator"][0][1],
        "discriminator_rate": rates["discriminator"][0][1],
        "beta1": description["beta1"],
        "beta2": description["beta2"],
        "first_deviation": description["first_deviation"],
        "batch": description["batch"],
        "epochs": description["epochs"],
        "steps": description["step"],
    }
    if halved := (*seen, description["halve_every"])[0]:
        found["halve_every"] = halved
    return {f"{prefix}_{name}": value for name, value in found.items()}


def shape(prefix: str, description: Mapping) -> dict[str, Value]:
    """What the networks' own layers say: kernels, channels, number of convolutions and of sums."""
    found = {}
    for name, network in description["networks"].items():
        convolutions = [layer for layer in network["layers"] if layer["name"].startswith("Conv")]
        found[f"{name}_layers"] = len(convolutions)
        found[f"{name}_widths"] = [layer["shape"][0] for layer in convolutions[:-1]]
        found[f"{name}_sums"] = len(network["skips"])
        found[f"{name}_kernels"] = sorted({layer["settings"]["kernel_size"] for layer in convolutions})
        found[f"{name}_input"] = network["input"][0]
    return {f"{prefix}_{name}": value for name, value in found.items()}


def learning_table(rebuilt: Mapping[str, Value], published: Mapping[str, Published]) -> pd.DataFrame:
    """Rows of `ROWS`; empty where a paper or a run has no such value."""
    rows = []
    for words, name in ROWS.items():
        row = {"parameter": words}
        for title, prefix in (("DCGAN", "dcgan"), ("StackGAN", "stackgan")):
            key = f"{prefix}_{name}"
            row[title] = rebuilt.get(key)
            row[f"{title} published"] = published[key].value if key in published else None
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def latex(table: pd.DataFrame, digits: int) -> str:
    """A ``tabular`` with the first column in words and numbers to so many significant digits."""
    head = " & ".join(str(column) for column in table.columns)
    lines = [rf"\begin{{tabular}}{{l{'r' * (table.shape[1] - 1)}}}", r"\hline", rf"{head} \\", r"\hline"]
    for words, *values in table.itertuples(index=False):
        lines.append(" & ".join([_plain(words), *(_number(value, digits) for value in values)]) + r" \\")
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"


def csv_cells(table: pd.DataFrame) -> pd.DataFrame:
    """The table as text: six significant digits, counts whole, and nothing where there is nothing."""
    return table.map(_cell)


def _cell(value) -> str:
    if isinstance(value, str | int):
        return str(value)
    return "" if pd.isna(value) else f"{value:.6g}"


def _number(value, digits: int) -> str:
    if pd.isna(value):
        return "--"
    if isinstance(value, str):
        return _plain(value)
    return f"${value}$" if isinstance(value, int) else f"${scientific(value, digits)}$"


def _plain(words: str) -> str:
    return words.replace("_", r"\_")
