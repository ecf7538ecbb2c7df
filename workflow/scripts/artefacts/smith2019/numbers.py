"""The numbers of the text: medians, Kolmogorov-Smirnov p values and times, beside the published ones."""

import json

import pandas as pd

from mockskies.artefacts.numbers import (
    comparison_numbers,
    latex_table,
    records,
    timing_numbers,
    with_verdicts,
    write_csv,
)
from mockskies.artefacts.published import read_published
from mockskies.atomic import replacing
from mockskies.job import run
from mockskies.provenance import stamped


def main(snakemake):
    """params: published (the paper's block of config/published.yaml), settings (the method as it was run,
    under the same names)."""
    files, published = snakemake.input, read_published(snakemake.params.published)
    kinds = pd.read_csv(files.key)["kind"].value_counts()
    settings = snakemake.params.settings | {f"thumbnails_{kind}": int(n) for kind, n in kinds.items()}
    with open(files.constants) as file:
        constants = json.load(file)
    settings |= {"field_size": constants["size"]} | {
        k: constants[k] for k in ("pixel_scale", "clip_percentile")
    }
    settings["sky"] = "simulator" if constants["simulated"] else "telescope"
    for end in ("minimum", "maximum"):
        settings |= {f"{end}_{band}": v for band, v in zip(constants["bands"], constants[end], strict=True)}

    numbers = with_verdicts(comparison_numbers(pd.read_csv(files.statistics)), published, settings)
    write_csv(snakemake.output.csv, numbers)
    write_json(snakemake.output.json, {"settings": settings, "values": records(numbers)})
    with replacing(snakemake.output.tex) as temporary:
        temporary.write_text(latex_table(numbers))

    with open(files.timing) as file:
        timing = json.load(file)
    times = timing_numbers(timing, pd.read_csv(files.losses), settings["batches_per_epoch"])
    times = with_verdicts(times, published, settings)
    write_json(snakemake.output.timings, {"machine": timing, "values": records(times)})


def write_json(path, content):
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    run(stamped(main), snakemake)
