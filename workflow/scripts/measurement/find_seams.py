"""Look for steps in the sky where tiles of a mock field meet."""

import logging

from mockskies.datasets.field_rows import FieldRows
from mockskies.job import run
from mockskies.measurement.columns import write_table
from mockskies.measurement.seams import steps_at_borders


def main(snakemake):
    field = FieldRows(snakemake.input.field)
    steps = steps_at_borders(field, field.primary["TILE"])
    logging.info("steps at borders of tiles and elsewhere:\n%s", steps.to_string(index=False))
    write_table(snakemake.output.seams, steps)


if __name__ == "__main__":
    run(main, snakemake)
