"""The wide view as a page takes it: its pyramid checked tile for tile, and where its galaxies lie."""

import json
import os
import shutil
from pathlib import Path

import pandas as pd

from mockskies.errors import InputError
from mockskies.sampling.pyramid import TILE, level_count


def read_deep_zoom(folder: str | Path) -> tuple[dict, pd.DataFrame]:
    """Read what belongs to the wide view in ``folder``, and see that every tile of its pyramid is there.

    Returns
    -------
    dict
        What ``view.json`` says.
    pandas.DataFrame
        What ``tiles.csv`` says: which galaxy lies where.

    Raises
    ------
    InputError
        If one of the two cannot be read, or if tiles are missing.
    """
    folder = Path(folder)
    try:
        record = json.loads((folder / "view.json").read_text())
        height, width = record["height"], record["width"]
        tiles = pd.read_csv(folder / "tiles.csv")
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{folder}: expected a wide view, but reading it failed: {error}") from error
    levels = level_count((height, width))
    for level in range(levels):
        columns, rows = (-(-side // (TILE * 2 ** (levels - 1 - level))) for side in (width, height))
        expected = {f"{column}_{row}.jpg" for row in range(rows) for column in range(columns)}
        level_folder = folder / "view_files" / str(level)
        missing = expected - {file.name for file in level_folder.glob("*")}
        if missing:
            raise InputError(
                f"{level_folder}: expected {len(expected)} tiles, of which {len(missing)} are missing: "
                f"{min(missing)} and so on"
            )
    return record, tiles


def link_tiles(folder: str | Path, target: str | Path) -> None:
    """Put the pyramid of the wide view in ``folder`` into ``target``, which then stands by itself.

    Tiles are hard links, which take no room, or copies where the disk has no links.
    """
    shutil.copytree(Path(folder) / "view_files", target, copy_function=_link)


def places(tiles: pd.DataFrame, size: int) -> list[int]:
    """Which galaxy lies where, tile after tile: image (-1 for a blank), x, y (centre), side, all in px.

    ``size`` is the side of the galaxies' pictures.
    """
    image = tiles["image"].where(tiles["blank"] == 0, -1)
    columns = image, tiles["x"], tiles["y"], tiles["scale"] * size
    return pd.concat(columns, axis=1).round().astype(int).to_numpy().ravel().tolist()


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
