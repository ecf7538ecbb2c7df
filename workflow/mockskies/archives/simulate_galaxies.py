"""A simulated Galaxy Zoo: pictures and votes as the competition publishes them, and the truth behind them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from astropy import units as u
from astropy.io import fits
from astropy.table import QTable

from mockskies.archives.competition_zip import write_images, write_solutions
from mockskies.archives.galaxies import draw_galaxy
from mockskies.archives.galaxy_image import draw_frame
from mockskies.archives.galaxy_votes import draw_votes
from mockskies.archives.picture import jpeg, picture
from mockskies.archives.vote_tree import COLUMNS, IDENTIFIER
from mockskies.atomic import replacing
from mockskies.randomness import random_generator

FIRST = 100001  # the competition's identifiers have six digits too

UNITS = {
    "magnitude": u.mag,
    "radius": u.arcsec,
    "position_angle": u.deg,
    "bulge_radius": u.arcsec,
    "old_colour": u.mag,
    "young_colour": u.mag,
    "pitch": u.deg,
    "bar_length": u.arcsec,
    "seeing": u.arcsec,
    "petro_r90": u.arcsec,
    "pixel_scale": u.arcsec,
}


def simulate_one(seed: int, archive: str, index: int) -> tuple[bytes, dict, dict]:
    """JPEG, votes and truth of galaxy ``index``, which depend on nothing but the arguments."""
    stream = random_generator(seed, f"galaxyzoo {archive}", index)
    galaxy = draw_galaxy(stream)
    frame, petro_r90 = draw_frame(galaxy, stream)
    identifier = {IDENTIFIER: FIRST + index}
    votes = identifier | draw_votes(galaxy, petro_r90, stream)
    truth = identifier | asdict(galaxy) | {"petro_r90": petro_r90, "pixel_scale": 0.02 * petro_r90}
    return jpeg(picture(frame, petro_r90)), votes, truth


def simulate_galaxies(
    seed: int,
    archive: str,
    galaxies: int,
    images: str | Path,
    solutions: str | Path,
    truth: str | Path,
    *,
    workers: int,
    progress: Callable[[Iterable], Iterable],
) -> None:
    """Draw all ``galaxies`` in ``workers`` processes; write the two zips and the table of the truth.

    ``progress`` wraps what is drawn as it comes, such as `tqdm.tqdm`.
    """
    votes, truths = [], []

    def pictures(drawn: Iterable) -> Iterator[tuple[int, bytes]]:
        for data, vote, row in drawn:
            votes.append(vote)
            truths.append(row)
            yield row[IDENTIFIER], data

    # Forked workers would inherit the parent's threads' locks.
    with get_context("spawn").Pool(workers) as pool:
        drawn = pool.imap(partial(simulate_one, seed, archive), range(galaxies), chunksize=8)
        write_images(images, pictures(progress(drawn)))
    write_solutions(solutions, COLUMNS, votes)
    table = QTable(truths)
    for name, unit in UNITS.items():
        table[name].unit = unit
    hdu = fits.table_to_hdu(table)
    hdu.name = "TRUTH"
    hdu.header["SIMULATE"] = (True, "drawn by mockskies; no telescope saw this")
    hdu.header["SEED"] = (seed, "of the configuration")
    hdu.header["ARCHIVE"] = (archive, "name of the simulated archive")
    with replacing(truth) as temporary:
        fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(temporary)
