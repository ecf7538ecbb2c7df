"""The table of `make bench`, from the JSON files that the benches wrote.

python workflow/scripts/bench/table.py FOLDER
"""

import json
import sys
from pathlib import Path

COLUMNS = ["name", "ours", "reference", "ratio", "unit", "goal", "note"]


def main(folder: Path) -> None:
    results = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    rows = [COLUMNS, *([_cell(result[column]) for column in COLUMNS] for result in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: str | float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
