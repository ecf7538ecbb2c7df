"""Pixels, power spectrum and clustering: generated against trained and held-out areas."""

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from mockskies.artefacts.style import GENERATED, NULL, PAGE, REAL, Provenance, save
from mockskies.artefacts.tables import read_columns
from mockskies.job import run
from mockskies.provenance import stamped

SETS = {
    "trained": (REAL, "trained on"),
    "held_out": (NULL, "held out"),
    "generated": (GENERATED, "generated"),
}


def main(snakemake):
    """params: source, schedule as `Provenance` takes it."""
    files = snakemake.input
    figure = draw(
        read_columns(files.pixels, ["band", "brightness", *SETS]),
        read_columns(files.spectra, ["band", "frequency", *SETS]),
        read_columns(files.clustering, ["set", "separation", "xi", "error"]),
    )
    provenance = Provenance("field sky", snakemake.params.source == "simulate", **snakemake.params.schedule)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


def draw(pixels, spectra, clustering):
    """The middle band's pixels and spectrum, and the correlation of sources."""
    names = list(dict.fromkeys(pixels["band"]))
    band = names[len(names) // 2]
    figure = Figure(figsize=(PAGE, 2.4))
    left, middle, right = figure.subplots(1, 3)
    own = pixels[pixels["band"] == band]
    rings = spectra[spectra["band"] == band]
    for shift, (name, (colour, label)) in enumerate(SETS.items()):
        left.plot(own["brightness"], own[name], color=colour, label=label)
        middle.plot(rings["frequency"], rings[name], color=colour)
        low, high = rings[name] - rings[f"{name}_error"], rings[name] + rings[f"{name}_error"]
        middle.fill_between(rings["frequency"], low, high, color=colour, alpha=0.25, lw=0)
        pairs = clustering[clustering["set"] == name]
        right.errorbar(
            # Side by side, so that bars can be told apart.
            pairs["separation"] * (1 + 0.05 * (shift - 1)), pairs["xi"], pairs["error"],
            fmt="o-", ms=3, lw=0.8, color=colour,
        )  # fmt: skip
    shares = own[list(SETS)].to_numpy()
    left.set(
        xlabel=f"asinh(flux / $\\sigma$ of the sky), {band}", ylabel="share of pixels a bin", yscale="log"
    )
    left.set_ylim(shares[shares > 0].min(), 3 * shares.max())
    left.legend()
    middle.set(xlabel=f"frequency (cycles a pixel), {band}", ylabel="power ($\\sigma^2$)", yscale="log")
    middle.set_xlim(0, 0.5)
    right.axhline(0, color="0.6", lw=0.6)
    right.set(xlabel="separation (arcsec)", ylabel="$w(\\theta)$", xscale="log")
    right.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    right.xaxis.set_minor_locator(NullLocator())
    right.xaxis.set_major_formatter("{x:g}")
    return figure


if __name__ == "__main__":
    run(stamped(main), snakemake)
