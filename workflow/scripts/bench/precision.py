"""What bfloat16 does to photometry: one latent of the demo's last weights painted in both precisions."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from scipy.spatial import cKDTree

from mockskies.benchmark import Result, write_result
from mockskies.measurement.catalogue import catalogue
from mockskies.measurement.settings import CatalogueSettings
from mockskies.sampling.draw import draw_field, load_generator
from mockskies.sampling.paint import LatentField
from mockskies.training.precision import Compute

DEMO = Path("results/demo")
CELLS = 202  # the paper's field: on a smaller one a few sources at the limit move the median
MATCHED = 1.0  # px


def main() -> None:
    weights = sorted(DEMO.glob("training/smith2019/weights/*.safetensors"))
    if not weights:
        sys.exit(f"{DEMO}/training/smith2019/weights: expected the demo's weights; run `make demo` first")
    constants = json.loads((DEMO / "datasets/xdf/training.json").read_text())
    tables = {}
    for precision in ("float32", "bfloat16"):
        compute = Compute("cpu", precision)
        generator, _ = load_generator(weights[-1], compute)
        channels = generator.latent_channels
        field = draw_field(
            generator, LatentField(0, "precision", (), channels, CELLS, CELLS), constants, compute, {}
        )
        tables[precision] = catalogue(field, CatalogueSettings())

    positions = {name: np.stack([t["X_IMAGE"], t["Y_IMAGE"]], axis=1) for name, t in tables.items()}
    distance, nearest = cKDTree(positions["bfloat16"]).query(positions["float32"])
    matched = distance < MATCHED
    for band in constants["bands"]:
        exact, mixed = (np.asarray(tables[name][f"MAG_AUTO_{band}"]) for name in ("float32", "bfloat16"))
        shift = mixed[nearest[matched]] - exact[matched]
        share = np.mean(np.abs(shift[np.isfinite(shift)]) < 0.05)
        medians = float(np.nanmedian(mixed)), float(np.nanmedian(exact))
        note = (
            f"{matched.sum()} of {len(exact)} sources matched, {100 * share:.1f} per cent within 0.05 mag "
            f"(asked: 95), median shift {np.nanmedian(shift):+.4f}; a difference stands in place of the ratio"
        )
        write_result(
            Path(sys.argv[1]),
            Result(f"precision_{band}", *medians, medians[0] - medians[1], "mag", "within 0.005", note),
        )


if __name__ == "__main__":
    main()
