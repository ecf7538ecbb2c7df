"""Figure 2: a generated field beside the real one, in colour, and a zoom of each; and one of our own."""

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mockskies.artefacts.notation import grouped
from mockskies.artefacts.stretch import colour_composite, sky_noise
from mockskies.artefacts.style import HIGHLIGHT, PAGE, Provenance, origin, save
from mockskies.artefacts.window import centred_window, width_in_arcsec
from mockskies.datasets.field import read_field
from mockskies.job import run
from mockskies.provenance import stamped


def main(snakemake):
    """params: zoom (side of the zoom in arcsec), own_steps of training, schedule as `Provenance` takes it."""
    files, params = snakemake.input, snakemake.params
    real, generated, own = map(read_field, (files.real, files.generated, files.own))
    noise = sky_noise(real)
    widths = [width_in_arcsec(sky) for sky in (real, generated, own)]
    zoom = min(params.zoom, *(width / 2 for width in widths))
    widest = max(widths) / 2

    figure = Figure(figsize=(PAGE, 2 / 3 * PAGE + 0.3))
    top, bottom = figure.subplots(2, 3)
    ours = f"our own, {grouped(params.own_steps)} steps"
    panels = [("generated", generated), (ours, own), (origin(real.simulated), real)]
    for column, (title, sky) in enumerate(panels):
        image = colour_composite(sky, noise)
        half = width_in_arcsec(sky) / 2
        top[column].imshow(image, extent=(-half, half, -half, half))
        top[column].set(title=title, xlim=(-widest, widest), ylim=(-widest, widest), facecolor="black")
        top[column].add_patch(Rectangle((-zoom / 2, -zoom / 2), zoom, zoom, fill=False, ec=HIGHLIGHT, lw=0.8))
        bottom[column].imshow(
            image[centred_window(sky, zoom)], extent=(-zoom / 2, zoom / 2, -zoom / 2, zoom / 2)
        )
        bottom[column].set_title(f"central {zoom:.3g} arcsec")
        for axes in (top[column], bottom[column]):
            axes.set_xlabel("offset (arcsec)")
            axes.tick_params(color="white", which="both")
    for axes in (top[0], bottom[0]):
        axes.set_ylabel("offset (arcsec)")
    provenance = Provenance("smith2019 fig2", generated.simulated, **params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
