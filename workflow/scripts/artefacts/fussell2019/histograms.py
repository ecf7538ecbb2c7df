"""Figures 11 and 12: shapes, fluxes and sizes of real and generated galaxies, and how far they agree."""

import json

import numpy as np
from matplotlib.figure import Figure

from mockskies.artefacts.galaxy_numbers import brightness, property_numbers, read_table, row
from mockskies.artefacts.notation import grouped, scientific
from mockskies.artefacts.numbers import records, with_verdicts
from mockskies.artefacts.published import read_published
from mockskies.artefacts.schedule import galaxy_provenance, read_json
from mockskies.artefacts.style import GENERATED, NULL, PAGE, REAL, origin, save
from mockskies.atomic import replacing
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.randomness import random_generator

LABELS = {
    "ellipticity": "ellipticity, 1 \N{MINUS SIGN} minor/major",
    "angle": "angle of the major axis from the horizontal (deg)",
    "flux": "flux in the outermost ellipse (levels)",
    "semi_major_axis": "semi-major axis of the outermost ellipse (px)",
}
LIMITS = {"ellipticity": (0, 1), "angle": (0, 180)}
WIDEST = 99  # percentile of either kind at which fluxes and sizes are cut off
BINS = 36  # or fewer, where so few galaxies were measured that these would show noise


def main(snakemake):
    """params: artefact, size (px), published, seed, schedules.

    input: real and generated (ellipses), properties, records, method (JSON of table 1).
    """
    files, params = snakemake.input, snakemake.params
    provenance = galaxy_provenance(params.artefact, files.records, params.schedules)
    properties = read_table(files.properties)
    kind = origin(provenance.simulated)
    measured = {kind: read_table(files.real), "generated": read_table(files.generated)}
    fitted = {name: table[table["failure"].isna()] for name, table in measured.items()}
    if len(fitted[kind]) < 2:
        found = f"{len(fitted[kind])} of {len(measured[kind])}"
        raise InputError(f"{files.real}: expected at least 2 fitted ellipses, got {found}")
    order = random_generator(params.seed, f"{params.artefact}: halves").permutation(len(fitted[kind]))

    bins = min(BINS, round(max(2, min(map(len, fitted.values()))) ** 0.5))
    figure = Figure(figsize=(PAGE, 5.0))
    panels = figure.subplots(2, 2)
    for axes, (name, label) in zip(panels.flat, LABELS.items(), strict=True):
        values = {title: table[name].to_numpy() for title, table in fitted.items()}
        edges = np.linspace(*limits(name, values.values()), bins + 1)
        for number, half in enumerate(np.array_split(values[kind][order], 2)):
            label_once = None if number else f"two halves of the {kind}"
            axes.stairs(density(half, edges), edges, color=NULL, lw=0.6, label=label_once)
        axes.stairs(
            density(values[kind], edges), edges, color=REAL, label=counted(kind, properties, measured, "real")
        )
        title = counted("generated", properties, measured, "generated")
        axes.stairs(density(values["generated"], edges), edges, color=GENERATED, label=title)
        axes.set(xlabel=label, xlim=edges[[0, -1]], yticks=[], ylim=(0, 1.45 * axes.dataLim.ymax))
        axes.ticklabel_format(axis="x", scilimits=(-3, 4), useMathText=True)
        axes.text(
            0.03, 0.97, annotation(properties, name, kind), transform=axes.transAxes, va="top", fontsize=7
        )
    for axes in panels[:, 0]:
        axes.set_ylabel("density")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)
    found = {f"measured_{params.size}": len(measured["generated"])} | brightness(properties, params.size)
    write_numbers(snakemake.output.json, properties, read_json(files.method)["settings"], found, params)


def limits(name, values):
    """Ends of the axis: the property's own, or those that hold nearly all of both kinds."""
    return LIMITS.get(name) or (0, max(np.percentile(each, WIDEST) for each in values if len(each)))


def density(values, edges):
    """Share of all galaxies in each bin, over its width; nothing where no galaxy could be fitted."""
    return np.histogram(values, edges)[0] / max(1, len(values)) / np.diff(edges)


def counted(title, properties, measured, kind):
    """Legend: how many were measured, and how many of them in vain."""
    shapes = row(properties, "generated", "ellipticity")
    low, high = (100 * shapes[f"failures_{kind}_{end}"] for end in ("low", "high"))
    failed = f"{100 * shapes[f'failures_{kind}']:.2g} per cent without fit [{low:.2g}, {high:.2g}]"
    return f"{title}: {grouped(len(measured[title]))} galaxies, {failed}"


def annotation(properties, name, kind):
    """Kolmogorov-Smirnov D and p: generated galaxies by fits and by moments, and the real ones' halves."""
    lines = []
    for words, key, column in (
        ("generated", "generated", name),
        ("by moments", "generated", f"moment_{name}"),
        (f"{kind} halves", "null", name),
    ):
        found = row(properties, key, column)
        agreement = f"KS $D = {found['ks']:.3f}$, $p = {scientific(found['p'], 2)}$"
        lines.append(f"{words}: {'too few' if np.isnan(found['ks']) else agreement}")
    return "\n".join(lines)


def write_numbers(path, properties, method, found, params):
    """The same numbers for the ledger, judged by the method as it was run."""
    published = read_published(params.published)
    numbers = with_verdicts(property_numbers(properties, params.size), published, method | found)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps({"settings": found, "values": records(numbers)}, indent=2) + "\n")


if __name__ == "__main__":
    run(stamped(main), snakemake)
