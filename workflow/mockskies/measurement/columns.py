"""Tables of numbers, as CSV."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mockskies.atomic import replacing
from mockskies.errors import InputError


def read_columns(path: str | Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a table that has ``columns`` of numbers, ``Id`` among them.

    Raises
    ------
    InputError
        If the file is missing or damaged, a column is missing, or a value is not a finite number.
    """
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: expected a table, but reading it failed: {error}") from error
    for name in columns:
        if name not in table:
            raise InputError(f"{path}: expected the column {name}, found {', '.join(table)[:60]}")
        numbers = pd.to_numeric(table[name], errors="coerce")
        if not np.isfinite(numbers).all():
            line = int(np.flatnonzero(~np.isfinite(numbers))[0]) + 2
            raise InputError(
                f"{path}: line {line}: expected a number in the column {name}, found another value"
            )
    return table


def write_table(path: str | Path, table: pd.DataFrame) -> None:
    """Write CSV, nine significant digits: as many as float32 has."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.9g", lineterminator="\n")
