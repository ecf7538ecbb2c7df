"""Print where files come from: `python workflow/scripts/publication/provenance.py results/.../fig4.png`."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mockskies.provenance import read

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for path in map(Path, sys.argv[1:]):
        if not path.exists():
            sys.exit(f"{path}: found no such file")
        made = read(path)
        if made is None:
            sys.exit(f"{path}: says nothing of where it comes from")
        print(json.dumps(made, indent=2))
