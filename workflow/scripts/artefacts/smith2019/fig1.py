"""Figure 1: what one latent z becomes as training goes on."""

from astropy.io import fits
from matplotlib.figure import Figure

from mockskies.artefacts.notation import grouped
from mockskies.artefacts.stretch import percentile_stretch
from mockskies.artefacts.style import PAGE, Provenance, save, scale_bar
from mockskies.job import run
from mockskies.provenance import stamped

COLUMNS = 4


def main(snakemake):
    """params: band, percentiles [low, high], pixel_scale in arcsec, schedule as `Provenance` takes it."""
    band, percentiles = snakemake.params.band, snakemake.params.percentiles
    with fits.open(snakemake.input.evolution) as hdus:
        header = hdus[0].header
        images = hdus["IMAGES"].data[:, header["BANDS"].split(",").index(band)]
        noise = hdus["LATENT"].data[0]
        epochs = hdus["EPOCHS"].data["EPOCH"].tolist()
    panels = [("the noise $z$, first channel", noise)]
    panels += [
        (f"{grouped(n)} epoch{'s' * (n != 1)}", image) for n, image in zip(epochs, images, strict=True)
    ]

    rows = -(-len(panels) // COLUMNS)
    figure = Figure(figsize=(PAGE, rows * (PAGE / COLUMNS + 0.15)))
    grid = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
    for axes in grid:
        axes.set_axis_off()
    for axes, (title, image) in zip(grid, panels, strict=False):
        axes.imshow(percentile_stretch(image, *percentiles), vmin=0, vmax=1, interpolation="none")
        axes.set_title(title, pad=3)
    scale_bar(grid[len(panels) - 1], 3, snakemake.params.pixel_scale, f"{band}, 3 arcsec")
    provenance = Provenance("smith2019 fig1", header["SIMULATE"], **snakemake.params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
