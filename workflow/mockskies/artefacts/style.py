"""The look of every figure: one type, one palette, a journal's column widths, the same bytes each time."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from mockskies.artefacts.notation import grouped
from mockskies.atomic import replacing

matplotlib.use("Agg")

# Widths of MNRAS's text, in inches.
COLUMN = 3.32
PAGE = 6.97

# Okabe & Ito's colours, which the colour-blind can tell apart: one meaning each, in every figure.
REAL = "#000000"
GENERATED = "#D55E00"
NULL = "#56B4E9"
HIGHLIGHT = "#F0E442"
MUTED = "0.45"
# One colour after another for rows of generated images, where each is another model's.
ROWS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00")

matplotlib.rcParams.update(
    {
        # STIX comes with matplotlib, so figures look the same on every machine.
        "font.family": "STIXGeneral",
        "mathtext.fontset": "stix",
        "font.size": 8,
        "axes.titlesize": 8,
        "axes.labelsize": 8,
        "xtick.labelsize": 7,
        "ytick.labelsize": 7,
        "legend.fontsize": 7,
        "legend.frameon": False,
        "axes.linewidth": 0.5,
        "lines.linewidth": 1,
        "xtick.direction": "in",
        "ytick.direction": "in",
        "xtick.top": True,
        "ytick.right": True,
        "xtick.major.width": 0.5,
        "ytick.major.width": 0.5,
        "xtick.minor.width": 0.4,
        "ytick.minor.width": 0.4,
        "image.cmap": "gray",
        "image.origin": "lower",
        "savefig.dpi": 300,
        # TrueType: journals refuse matplotlib's default, Type 3.
        "pdf.fonttype": 42,
        "figure.constrained_layout.use": True,
    }
)


@dataclass(frozen=True)
class Provenance:
    """Where a figure comes from; written into the file and, where it matters, below the figure.

    Attributes
    ----------
    artefact
        Such as ``smith2019 fig1``.
    simulated
        Whether the run was trained on simulated data.
    run
        Training run.
    epochs, paper_epochs, steps, paper_steps
        Length of this run's training and of the paper's.
    subject
        What was simulated or observed.
    """

    artefact: str
    simulated: bool
    run: str
    epochs: int
    paper_epochs: int
    steps: int
    paper_steps: int
    subject: str = "sky"

    def label(self) -> str:
        """What a reader must know who sees the figure alone; empty for the paper's schedule on real data."""
        parts = [f"simulated {self.subject}"] if self.simulated else []
        if self.steps < self.paper_steps:
            parts.append(
                f"{grouped(self.steps)} of the paper\u2019s {grouped(self.paper_steps)} training steps"
            )
        return ", ".join(parts)


def origin(simulated: bool) -> str:
    """What the field is called that generated ones are compared with."""
    return "simulated" if simulated else "real"


def scale_bar(axes: Axes, angle: float, pixel_scale: float, label: str) -> None:
    """Draw a bar of ``angle`` arcsec with its ``label`` in the lower right corner of an image.

    ``pixel_scale`` is in arcsec; the image's axes are in pixels.
    """
    right, bottom, height = (
        axes.get_xlim()[1],
        axes.get_ylim()[0],
        abs(axes.get_ylim()[1] - axes.get_ylim()[0]),
    )
    end, level = right - 0.05 * height, bottom + 0.06 * height
    start = end - angle / pixel_scale
    # White on a black rim shows on any sky.
    rim = withStroke(linewidth=2, foreground="black")
    axes.plot([start, end], [level, level], color="white", lw=1.2, solid_capstyle="butt", path_effects=[rim])
    axes.text(end, level + 0.03 * height, label, color="white", ha="right", path_effects=[rim])


def save(figure: Figure, pdf: str | Path, png: str | Path, provenance: Provenance) -> None:
    """Write ``figure`` as PDF and PNG with its provenance in both files' metadata, and no dates."""
    if label := provenance.label():
        # Of all texts, constrained layout keeps room for the figure's own title and labels only.
        figure.supxlabel(label, x=0.995, ha="right", fontsize=6, color=MUTED)
    facts = json.dumps(asdict(provenance), sort_keys=True)
    with replacing(pdf) as temporary:
        about = {"Title": provenance.artefact, "Subject": facts, "Creator": "mockskies", "CreationDate": None}
        figure.savefig(temporary, metadata=about)
    with replacing(png) as temporary:
        about = {"Title": provenance.artefact, "Description": facts, "Software": "mockskies"}
        figure.savefig(temporary, metadata=about)
