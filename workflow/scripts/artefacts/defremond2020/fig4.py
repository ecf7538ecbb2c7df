"""Figure 4: frames with a low, a middling and a high score, their histograms and power spectra."""

from pathlib import Path

import numpy as np

from mockskies.archives.frames import read_frame
from mockskies.artefacts.frame_features import draw_features, groups_by_score
from mockskies.artefacts.schedule import frame_provenance
from mockskies.artefacts.style import save
from mockskies.artefacts.tables import read_columns
from mockskies.errors import InputError
from mockskies.job import run
from mockskies.provenance import stamped

ARTEFACT = "defremond2020 fig4"


def main(snakemake):
    """params: source. input: frames (folder) and scores of the scored frames, their histogram and power."""
    files = snakemake.input
    table = read_columns(files.scores, ["Id", "Actual"]).sort_values("Id", ignore_index=True)
    features = {name: np.load(getattr(files, name), mmap_mode="r") for name in ("histogram", "power")}
    for name, values in features.items():
        if len(values) != len(table):
            expected = f"expected a row for each of {len(table)} scored frames"
            raise InputError(f"{getattr(files, name)}: {expected}, found {len(values)}")
    scores = table["Actual"].to_numpy()
    groups = groups_by_score(scores, files.scores)
    frames = [read_frame(Path(files.frames) / f"{table['Id'][group.frame]}.png") for group in groups]
    figure = draw_features(groups, scores, frames, features)
    provenance = frame_provenance(ARTEFACT, snakemake.params.source)
    save(figure, snakemake.output.pdf, snakemake.output.png, provenance)


if __name__ == "__main__":
    run(stamped(main), snakemake)
