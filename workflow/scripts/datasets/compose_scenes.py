"""Compose scenes of galaxies in known boxes, for the detector to learn and to be judged on."""

from functools import partial

from tqdm import tqdm

from mockskies.datasets.scenes import SceneSettings, write_scenes
from mockskies.job import run


def main(snakemake):
    """Params: scenes (train, held_out, side in px, galaxies), seed."""
    params, output = snakemake.params, snakemake.output
    settings = SceneSettings(**params.scenes)
    for part, path, table in (
        ("train", output.train, output.train_boxes),
        ("held_out", output.held_out, output.held_out_boxes),
    ):
        count = getattr(settings, part)
        write_scenes(
            snakemake.input.array,
            settings,
            params.seed,
            part,
            path,
            table,
            workers=snakemake.threads,
            progress=partial(tqdm, desc=f"scenes: {part}", total=count, unit=" scenes", disable=None),
        )


if __name__ == "__main__":
    run(main, snakemake)
