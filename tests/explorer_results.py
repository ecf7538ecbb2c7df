"""What the explorer is made of, small: pictures are flat, of different colours, so that each can be told."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from scripts.artefacts.coccomini2021 import explorer as explorer_script

from mockskies.datasets.galaxies import write_galaxies
from mockskies.sampling.tiles import View
from mockskies.sampling.view import write_view

ROOT = Path(__file__).resolve().parents[1]
PAGE = sorted(
    path
    for path in (ROOT / "workflow/mockskies/artefacts/explorer").iterdir()
    if path.suffix in (".html", ".css", ".js")
)
GALAXIES, REAL, BODIES = 50, 30, 7
SIZE = 160
SEARCHED = (4, 11)


def colour(kind, number):
    """Red, green and blue of a picture."""
    return {
        "galaxies": (5 * number, 250 - 5 * number, 90),
        "real": (60, 8 * number, 250 - 8 * number),
        "bodies": (30 * number, 40, 200 - 25 * number),
    }[kind]


def make_inputs(root, simulated=True):
    """Write every input of the rule into ``root``; returns them by name."""
    for kind, count, size in (("galaxies", GALAXIES, SIZE), ("real", REAL, SIZE), ("bodies", BODIES, 64)):
        images = np.empty((count, 3, size, size), np.uint8)
        images[:] = np.array([colour(kind, number) for number in range(count)])[:, :, None, None]
        about = {"simulated": simulated, "run": kind, "step": 12000 if kind == "galaxies" else 900}
        write_galaxies(root / f"{kind}.npy", count, size, [images], about)
    random = np.random.default_rng(4)
    # None is a star or an artefact.
    votes = random.uniform(0.3, 0.9, (GALAXIES, 37)).astype(np.float32)
    votes[:, 2] = 0.1
    np.save(root / "votes.npy", votes)
    nearest = pd.DataFrame({"image": range(GALAXIES), "real": random.integers(3, REAL, GALAXIES)})
    for name in ("distance", "share", "ssim"):
        nearest[name] = (random.permutation(GALAXIES) + 0.5) / GALAXIES
    nearest.to_csv(root / "nearest.csv", index=False)
    # Its rows stand in no order.
    pairs = [(image, rank, 2 + 3 * rank, 1 - rank / 10) for rank in (3, 1, 2) for image in SEARCHED]
    pd.DataFrame(pairs, columns=["image", "rank", "real", "ssim"]).to_csv(root / "similar.csv", index=False)
    ids = "".join(f"{1000 + 7 * row}\n" for row in range(REAL))
    (root / "solutions.csv").write_text(f"GalaxyID\n{ids}")
    drawn = np.load(root / "galaxies.npy")
    write_view(root / "view", View(3, 4, 100), drawn, drawn[:2], np.array([0, 1]), 1, {}, threads=1)
    for name in ("openseadragon.min.js", "openseadragon.LICENSE.txt"):
        (root / name).write_text(f"/* in place of {name} */\n")
    return {
        "galaxies": root / "galaxies.npy",
        "bodies": root / "bodies.npy",
        "real": root / "real.npy",
        "votes": root / "votes.npy",
        "nearest": root / "nearest.csv",
        "similar": root / "similar.csv",
        "identifiers": root / "solutions.csv",
        "view": root / "view",
        "page": PAGE,
        "library": root / "openseadragon.min.js",
        "licence": root / "openseadragon.LICENSE.txt",
    }


def explore(inputs, folder):
    """Run the rule's script; returns the folder that it made."""
    explorer_script.main(
        SimpleNamespace(
            input=SimpleNamespace(**inputs),
            output=SimpleNamespace(explorer=folder),
            params=SimpleNamespace(paper="An Author (2021)"),
        )
    )
    return folder
