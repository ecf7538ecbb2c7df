"""Figure 2: a generated field beside the real one, in colour, and a zoom of each."""

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mockskies.artefacts.stretch import colour_composite, sky_noise
from mockskies.artefacts.style import HIGHLIGHT, PAGE, Provenance, origin, save
from mockskies.artefacts.window import centred_window, width_in_arcsec
from mockskies.datasets.field import read_field
from mockskies.job import run
from mockskies.provenance import stamped


def main(snakemake):
    """params: zoom (side of the zoom in arcsec), schedule as `Provenance` takes it."""
    real, generated = read_field(snakemake.input.real), read_field(snakemake.input.generated)
    noise = sky_noise(real)
    zoom = min(snakemake.params.zoom, width_in_arcsec(real) / 2, width_in_arcsec(generated) / 2)
    widest = max(width_in_arcsec(real), width_in_arcsec(generated)) / 2

    figure = Figure(figsize=(PAGE, PAGE + 0.3))
    top, bottom = figure.subplots(2, 2)
    for column, (title, sky) in enumerate([("generated", generated), (origin(real.simulated), real)]):
        image = colour_composite(sky, noise)
        half = width_in_arcsec(sky) / 2
        top[column].imshow(image, extent=(-half, half, -half, half))
        top[column].set(title=title, xlim=(-widest, widest), ylim=(-widest, widest), facecolor="black")
        top[column].add_patch(Rectangle((-zoom / 2, -zoom / 2), zoom, zoom, fill=False, ec=HIGHLIGHT, lw=0.8))
        bottom[column].imshow(
            image[centred_window(sky, zoom)], extent=(-zoom / 2, zoom / 2, -zoom / 2, zoom / 2)
        )
        for axes in (top[column], bottom[column]):
            axes.set_xlabel("offset (arcsec)")
            axes.tick_params(color="white", which="both")
    for axes in (top[0], bottom[0]):
        axes.set_ylabel("offset (arcsec)")
    bottom[0].set_title(f"central {zoom:.3g} arcsec")
    bottom[1].set_title(f"central {zoom:.3g} arcsec")
    provenance = Provenance("smith2019 fig2", generated.simulated, **snakemake.params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
