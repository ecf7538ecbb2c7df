"""Tables: what an artefact reads of those of earlier stages, and how it writes its own."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from mockskies.artefacts.learning import csv_cells, latex
from mockskies.atomic import replacing
from mockskies.errors import InputError


def read_columns(path: str | Path, columns: Sequence[str], least: int = 1) -> pd.DataFrame:
    """A table of at ``least`` so many rows that has ``columns``, and whatever others.

    Text that is empty stays so; empty numbers are NaN.

    Raises
    ------
    InputError
        If the file is missing or damaged, a column is missing, or there are too few rows.
    """
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: expected a table, but reading it failed: {error}") from error
    if missing := [name for name in columns if name not in table]:
        raise InputError(f"{path}: expected the column {missing[0]}, found {', '.join(table)[:60]}")
    if len(table) < least:
        raise InputError(f"{path}: expected at least {least} row{'s' * (least > 1)}, found {len(table)}")
    return table


def rows_of(table: pd.DataFrame, column: str, names: Sequence[str], path: str | Path) -> pd.DataFrame:
    """The row of each of ``names``, in their order and indexed by them.

    Raises
    ------
    InputError
        If one has no row.
    """
    indexed = table.set_index(column)
    if missing := [name for name in names if name not in indexed.index]:
        raise InputError(
            f"{path}: expected a row of {column} {missing[0]}, found {', '.join(indexed.index)[:60]}"
        )
    return indexed.loc[list(names)]


def write_table(csv: str | Path, tex: str | Path, table: pd.DataFrame) -> None:
    """Write ``table`` of words and numbers as CSV and as a LaTeX ``tabular``."""
    with replacing(csv) as temporary:
        csv_cells(table).to_csv(temporary, index=False, lineterminator="\n")
    with replacing(tex) as temporary:
        temporary.write_text(latex(table, digits=3))
