"""Figure 3: the wide view, and its middle enlarged twice, the second time to full resolution."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from mockskies.artefacts.notation import grouped
from mockskies.artefacts.schedule import StepsProvenance, read_json
from mockskies.artefacts.style import HIGHLIGHT, PAGE, save, scale_bar
from mockskies.job import run
from mockskies.provenance import stamped
from mockskies.sampling.view import read_view

PANEL = 1024  # px of the view in the last panel, at most: a dot of the PNG each
# A smaller view is shown by this part of its width.
PART = 8
BRIGHTER = 4


def main(snakemake):
    """input: view (its folder)."""
    folder = snakemake.input.view
    record = read_json(f"{folder}/view.json")
    height, width = record["height"], record["width"]
    last = min(PANEL, width // PART)
    # The middle panel is as much larger than the first as the last one is than it.
    widths = [width, round((width * last) ** 0.5), last]
    heights = [round(wide * height / width) for wide in widths]
    with Image.open(f"{folder}/overview.png") as overview:
        pictures = [brightened(np.asarray(overview))]
    middle, inmost = (
        read_view(folder, (height - tall) // 2, (width - wide) // 2, tall, wide)
        for tall, wide in zip(heights[1:], widths[1:], strict=True)
    )
    pictures += [brightened(reduced(middle)), inmost]

    tiles = f"{grouped(record['rows'])} by {grouped(record['columns'])} tiles"
    titles = [
        f"{tiles}, {grouped(height)} by {grouped(width)} pixels",
        f"the middle, enlarged {width / widths[1]:.1f} times",
        f"the middle of that, pixel for pixel, enlarged {widths[1] / last:.1f} times",
    ]
    figure = Figure(figsize=(PAGE, 1.5 * PAGE * height / width + 0.6))
    panels = figure.subplot_mosaic("aa;bc", height_ratios=[2, 1]).items()
    for number, (letter, axes) in enumerate(panels):
        wide, tall = widths[number], heights[number]
        # Upwards, as all images of sky are drawn.
        axes.imshow(pictures[number][::-1], extent=(0, wide, 0, tall))
        axes.set_title(f"({letter}) {titles[number]}", loc="left")
        axes.set_axis_off()
        bar = round_length(wide / 6)
        scale_bar(axes, bar, 1, f"{grouped(bar)} px")
    for (_, axes), wide, tall, outer_wide, outer_tall in zip(
        panels, widths[1:], heights[1:], widths, heights, strict=False
    ):
        corner = (outer_wide - wide) / 2, (outer_tall - tall) / 2
        axes.add_patch(Rectangle(corner, wide, tall, fill=False, ec=HIGHLIGHT, lw=0.8))
    provenance = StepsProvenance(
        "coccomini2021 fig3", record["simulated"], {record["run"]: record["step"]}, "galaxies"
    )
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


def reduced(picture):
    """A picture averaged down until the last panel's dots are enough for it."""
    return np.asarray(Image.fromarray(picture).reduce(-(-picture.shape[1] // PANEL)))


def brightened(picture):
    """What is above the sky, brighter where it is faint: averaging has dimmed it. Hues stay.

    Mean levels follow a square root down to where that is a factor of four, and then that factor.
    """
    above = (picture - np.median(picture, axis=(0, 1))).clip(0)
    mean = above.mean(axis=-1, keepdims=True)
    factor = np.sqrt(255 / mean.clip(255 / BRIGHTER**2))
    return (factor * above).clip(0, 255).round().astype(np.uint8)


def round_length(length):
    """The largest of 1, 2 or 5 times a power of ten that is not above a length, but at least 1."""
    length = max(length, 1)
    power = 10 ** int(np.log10(length))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= length)


if __name__ == "__main__":
    run(stamped(main), snakemake)
