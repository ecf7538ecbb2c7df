"""Galaxy Zoo 2's own files, from Zenodo and from its table of votes, put into the competition's form."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from mockskies.archives import safe_zip
from mockskies.archives.competition_zip import write_images, write_solutions
from mockskies.archives.unpack import LARGEST, TOTAL
from mockskies.archives.vote_table import competition_votes, read_mapping
from mockskies.archives.vote_tree import COLUMNS, IDENTIFIER
from mockskies.errors import InputError

logger = logging.getLogger(__name__)


def translate(
    pictures: str | Path,
    mapping: str | Path,
    votes: str | Path,
    images: str | Path,
    solutions: str | Path,
    progress: Callable[[Iterable], Iterable] = iter,
) -> None:
    """Write the competition's two zips, ``images`` and ``solutions``, with ``dr7objid`` as GalaxyID.

    Parameters
    ----------
    pictures, mapping, votes
        ``images_gz2.zip``, ``gz2_filename_mapping.csv``, and ``gz2_hart16.csv.gz`` (Hart et al. 2016).
        A picture is named by the ``asset_id`` of its ``objid``, which is the table's ``dr7objid``.
    progress
        Wraps the pictures as they are copied.

    Raises
    ------
    InputError
        If a file is not what it should be, or no picture belongs to a galaxy with votes.
    """
    fractions = competition_votes(votes)
    galaxies = {asset: galaxy for galaxy, asset in read_mapping(mapping) if galaxy in fractions}
    with safe_zip.opened(pictures) as archive:
        members = {}
        for info in safe_zip.files(archive, LARGEST, TOTAL):
            asset = _asset(info.filename)
            if asset in members and asset is not None:
                raise InputError(f"{pictures}: {info.filename!r}: a second picture of asset {asset}")
            members[asset] = info
        chosen = sorted(
            ((galaxies[asset], info) for asset, info in members.items() if asset in galaxies),
            key=lambda pair: pair[0],
        )
        if not chosen:
            raise InputError(f"{pictures}: expected pictures of galaxies in {votes}, found none of them")
        missing = len(fractions) - len(chosen)
        logger.info("%d galaxies with picture and votes; %d votes without a picture", len(chosen), missing)

        def copied() -> Iterator[tuple[int, bytes]]:
            for galaxy, info in progress(chosen):
                try:
                    yield galaxy, safe_zip.read(archive, info, LARGEST)
                except ValueError as error:
                    logger.warning("%s: %s: left out: %s", pictures, info.filename, error)

        write_images(images, copied())
    write_solutions(
        solutions, COLUMNS, ({IDENTIFIER: galaxy} | row for galaxy, row in sorted(fractions.items()))
    )


def _asset(name: str) -> int | None:
    match = re.fullmatch(r"(?:.*/)?([0-9]{1,18})(?:\.jpg)?", name)
    return int(match[1]) if match else None
