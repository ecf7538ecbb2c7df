"""Catalogue of one field, observed or generated."""

import logging

from mockskies.datasets.field import read_field
from mockskies.job import run
from mockskies.measurement.catalogue import catalogue
from mockskies.measurement.settings import CatalogueSettings
from mockskies.measurement.table import write_catalogue


def main(snakemake):
    """params.settings: the fields of CatalogueSettings."""
    sources = catalogue(read_field(snakemake.input.field), CatalogueSettings(**snakemake.params.settings))
    logging.info("%d sources in %.3f square arcmin", len(sources), sources.meta["AREA"])
    write_catalogue(snakemake.output.catalogue, sources)


if __name__ == "__main__":
    run(main, snakemake)
