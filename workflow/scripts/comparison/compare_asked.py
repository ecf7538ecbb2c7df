"""Whether mock fields are as dense and as deep as was asked."""

import numpy as np

from mockskies.comparison.asked import Asked, compare_asked
from mockskies.comparison.statistics import write_statistics
from mockskies.datasets.field_rows import FieldRows
from mockskies.datasets.scale import sky_mode, sky_sigma
from mockskies.job import run
from mockskies.measurement.table import read_catalogue

ROWS = 1024  # of a field, from which the scatter of its sky is taken


def main(snakemake):
    """params.mocks: what was asked of each, in the order of the input."""
    files, asked = snakemake.input, snakemake.params.mocks
    mocks = {}
    for (name, mock), catalogue, field in zip(asked.items(), files.catalogues, files.fields, strict=True):
        density = np.nan if isinstance(mock["density"], str) else mock["density"]
        mocks[name] = Asked(density, mock["depth"], read_catalogue(catalogue), scatter(field))
    table = compare_asked(read_catalogue(files.real), scatter(files.real_field), mocks)
    write_statistics(snakemake.output.asked, table)


def scatter(path):
    field = FieldRows(path)
    flux = field.read(slice(0, min(ROWS, field.shape[1])))
    seen = [band[np.isfinite(band)] for band in flux]
    return np.array([sky_sigma(band, sky_mode(band)) for band in seen])


if __name__ == "__main__":
    run(main, snakemake)
