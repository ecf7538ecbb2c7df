"""Properties and scores of simulated frames beside those of the real ones: a figure, and KS distances.

python workflow/scripts/bench/simulated_frames.py OUT_FOLDER

Needs the measured table of the real frames in ../shared; without it, says so and writes nothing.
"""

import sys
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.stats import ks_2samp, spearmanr

from mockskies.archives.simulate_sparse import simulate_one
from mockskies.artefacts.style import GENERATED, PAGE, REAL, Provenance, save
from mockskies.benchmark import Result, write_result
from mockskies.measurement.cluster_properties import PROPERTIES, cluster_properties
from mockskies.measurement.columns import write_table

TABLES = Path(__file__).resolve().parents[4] / "shared/data/sparse"
SEED, FRAMES, CORES = 1, 2000, 2


def measure(number: int) -> dict[str, float]:
    """Properties and score of one simulated frame."""
    frame, truth = simulate_one(SEED, "bench", "scored", number)
    return cluster_properties(frame) | {"score": truth["score"]}


def compare(real: pd.DataFrame, simulated: pd.DataFrame) -> pd.DataFrame:
    """KS distance and, for properties, the rank correlation with the score of both, a row for each column."""
    rows = []
    for name in real:
        # The least number of levels is 1 on every frame but a few.
        ranks = [
            spearmanr(table[name], table["score"]).statistic if table[name].nunique() > 1 else np.nan
            for table in (real, simulated)
        ]
        distance = ks_2samp(real[name], simulated[name]).statistic
        rows.append({"property": name, "ks": distance, "rank_real": ranks[0], "rank_simulated": ranks[1]})
    return pd.DataFrame(rows)


def draw(real: pd.DataFrame, simulated: pd.DataFrame, distances: pd.DataFrame) -> Figure:
    """Cumulative distributions, so that no choice of bins hides a difference."""
    figure = Figure(figsize=(PAGE, 1.25 * 6))
    panels = figure.subplots(6, 5, sharey=True)
    for axes, row in zip(panels.flat, distances.to_dict("records"), strict=True):
        name = row["property"]
        for table, colour, label in ((real, REAL, "real"), (simulated, GENERATED, "simulated")):
            values = np.sort(table[name])
            axes.plot(values, np.linspace(0, 1, len(values)), color=colour, lw=0.9, label=label)
        # Counts and sizes reach over decades; what is negative nowhere may be drawn so.
        if real[name].max() > 100 * max(real[name].median(), 1):
            axes.set_xscale("symlog", linthresh=1)
        axes.set_title(f"{name.replace('_', ' ')}", fontsize=6)
        axes.text(
            0.96, 0.1, f"KS {row['ks']:.2f}", transform=axes.transAxes, ha="right", fontsize=6,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
        axes.tick_params(labelsize=5)
        axes.minorticks_off()
    panels[0, 0].legend(fontsize=5, loc="center right")
    figure.supylabel("share of frames below", fontsize=7)
    return figure


def main() -> None:
    if not TABLES.exists():
        print("simulated_frames: needs the table of real frames in ../shared, which is absent")
        return
    scores = pd.read_csv(TABLES / "train_y.csv")
    real = pd.read_csv(TABLES / "train_X.csv")[list(PROPERTIES)].assign(score=scores["score"])
    # One real frame has no cluster, and its row holds whatever stood in memory.
    real = real[real["cluster_num"] > 0]
    with get_context("spawn").Pool(CORES) as pool:
        simulated = pd.DataFrame(pool.map(measure, range(FRAMES), chunksize=20))
    distances = compare(real, simulated)
    folder = Path(sys.argv[1])
    write_table(folder / "simulated_frames.csv", distances)
    provenance = Provenance("simulated sparse frames beside real ones", False, "", 0, 0, 0, 0)
    save(
        draw(real, simulated, distances),
        folder / "simulated_frames.pdf",
        folder / "simulated_frames.png",
        provenance,
    )
    print(distances.round(3).to_string(index=False))
    for label, table in (("real", real), ("simulated", simulated)):
        print(label, "score quartiles", np.percentile(table["score"], [0, 25, 50, 75, 100]).round(3))
    own, theirs = (np.percentile(t["score"], [25, 50, 75]) for t in (simulated, real))
    off = float(np.abs(own - theirs).max())
    note = f"largest difference of a quartile, {FRAMES} simulated frames against {len(real)} real ones"
    write_result(folder, Result("simulated_scores", off, 0.1, off / 0.1, "", "at most 0.1", note))
    median = float(distances["ks"][:-1].median())
    note = f"median KS distance of {len(PROPERTIES)} properties; the largest is {distances['ks'].max():.2f}"
    write_result(folder, Result("simulated_frames", median, 0.1, median / 0.1, "", "at most 0.1", note))


if __name__ == "__main__":
    main()
