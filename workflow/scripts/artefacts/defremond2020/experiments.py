"""Section 3.3: how far the score of a frame moves when its places or its galaxies are drawn anew."""

import numpy as np
from matplotlib.figure import Figure

from mockskies.artefacts.frame_numbers import EXPERIMENTS, GENERATORS, experiment_numbers, short
from mockskies.artefacts.numbers import with_verdicts, write_csv, write_json
from mockskies.artefacts.published import read_published
from mockskies.artefacts.schedule import frame_provenance, read_json
from mockskies.artefacts.style import MUTED, PAGE, ROWS, save
from mockskies.artefacts.tables import read_columns
from mockskies.job import run
from mockskies.provenance import stamped

ARTEFACT = "defremond2020 experiments"
COLUMNS = [
    "frames", "experiment", "images", "sets", "score", "base_score", "std_within", "std_within_error",
]  # fmt: skip
BINS = 40  # or fewer, where so few frames were drawn anew that these would show noise


def main(snakemake):
    """params: published, source, frames (of both generators, the headline's last), runs.

    input: summary (comparison), scores (of each of frames), losses of the runs, method (JSON of table 1).
    """
    files, params, output = snakemake.input, snakemake.params, snakemake.output
    summary = read_columns(files.summary, COLUMNS)
    spreads = {}
    for frames, path in zip(params.frames, files.scores, strict=True):
        table = read_columns(path, ["experiment", "Id", "set", "score"])
        deviation = table.groupby(["experiment", "Id"])["score"].std(ddof=1)
        spreads[frames] = {name: deviation.loc[name].to_numpy() for name in EXPERIMENTS}
    published = read_published(params.published)
    provenance = frame_provenance(ARTEFACT, params.source, params.runs, files.losses)
    figure = draw(spreads, summary, published["shuffled_deviation"].value)
    save(figure, output.pdf, output.png, provenance)

    found = {"experiment_images": int(summary["images"].min()), "experiment_sets": int(summary["sets"].min())}
    settings = read_json(files.method)["settings"] | found
    numbers = with_verdicts(experiment_numbers(summary, params.frames[-1]), published, settings)
    write_csv(output.csv, numbers)
    write_json(output.json, found, numbers)


def draw(spreads, summary, published):
    """A panel for each generator: standard deviations of single frames' scores, one curve an experiment."""
    figure = Figure(figsize=(PAGE, 2.7))
    panels = figure.subplots(1, len(spreads), sharey=True, sharex=True, squeeze=False)[0]
    everything = np.concatenate([values for own in spreads.values() for values in own.values()])
    bins = min(BINS, round((len(everything) / len(spreads) / len(EXPERIMENTS)) ** 0.5) + 1)
    edges = np.linspace(0, max(np.percentile(everything, 99.5), 1.2 * published), bins + 1)
    means = summary.set_index(["frames", "experiment"])["std_within"]
    for axes, (frames, own) in zip(panels, spreads.items(), strict=True):
        for (name, words), colour in zip(EXPERIMENTS.items(), ROWS, strict=False):
            mean = means.loc[(frames, name)]
            label = f"{words}: mean {mean:.3f}"
            axes.stairs(np.histogram(own[name], edges)[0] / len(own[name]), edges, color=colour, label=label)
            axes.plot(mean, 0, "^", color=colour, ms=5, clip_on=False, zorder=3)
        axes.axvline(
            published, ymax=0.65, color=MUTED, lw=0.8, ls="--", label=f"shuffled, published: {published:g}"
        )
        axes.set(xlabel="standard deviation of a frame\u2019s score", xlim=edges[[0, -1]])
        axes.set_title(GENERATORS[short(frames)])
        axes.legend(loc="upper right")
    # Room for the legend above the curves, whose shares end at 1.
    panels[0].set(ylabel="share of frames", ylim=(0, 1.5 * max(axes.dataLim.ymax for axes in panels)))
    panels[0].set_yticks([tick for tick in panels[0].get_yticks() if tick <= 1])
    return figure


if __name__ == "__main__":
    run(stamped(main), snakemake)
