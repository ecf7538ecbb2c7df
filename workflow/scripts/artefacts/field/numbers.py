"""Every number by which `field` is judged, beside what real areas differ by."""

import pandas as pd

from mockskies.artefacts.judgement import judgement
from mockskies.artefacts.tables import read_columns, write_table
from mockskies.job import run
from mockskies.provenance import stamped

COLUMNS = {
    "statistics": ["kind", "property", "limit", "difference", "p"],
    "counts": ["band", "low", "trained_number", "held_out_number", "excess"],
    "planes": ["kind", "plane", "distance", "p"],
    "classifier": ["pair", "auc", "low", "high", "p"],
    "clustering": ["set", "chi2", "p"],
    "sky": ["kind", "band", "pixels", "spectrum"],
    "nearest": ["set", "distance"],
}


def main(snakemake):
    """params: limit in AB magnitudes."""
    tables = {
        name: read_columns(getattr(snakemake.input, name), columns, least=0)
        for name, columns in COLUMNS.items()
    }
    rows = judgement(**tables, limit=snakemake.params.limit)
    write_table(snakemake.output.csv, snakemake.output.tex, pd.DataFrame(rows))


if __name__ == "__main__":
    run(stamped(main), snakemake)
