"""FID, KID, precision and recall of every drawn set, and the same between two halves of the real one."""

import numpy as np
import pandas as pd

from mockskies.atomic import replacing
from mockskies.comparison.quality import quality_rows
from mockskies.job import run


def main(snakemake):
    """Params: samples (names of the drawn sets), seed."""
    tables = []
    files = zip(snakemake.params.samples, snakemake.input.real, snakemake.input.drawn, strict=True)
    for sample, real, drawn in files:
        rows = quality_rows(np.load(real), np.load(drawn), snakemake.params.seed)
        rows.insert(0, "sample", sample)
        tables.append(rows)
    with replacing(snakemake.output.quality) as temporary:
        pd.concat(tables).to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


if __name__ == "__main__":
    run(main, snakemake)
