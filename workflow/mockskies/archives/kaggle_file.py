"""Files of a Kaggle competition, through Kaggle's official client and the user's own credentials."""

import contextlib
import io
import logging
import os
import shutil
from pathlib import Path
from typing import Any

import requests

from mockskies.archives.check import Format, check_sha256
from mockskies.errors import InputError

logger = logging.getLogger(__name__)

COMPETITION = "galaxy-zoo-the-galaxy-challenge"

PAGE = f"https://www.kaggle.com/competitions/{COMPETITION}"

NO_CREDENTIALS = (
    "Kaggle: expected credentials, found none that Kaggle accepts: make a token at "
    "https://www.kaggle.com/settings/api and save it as ~/.kaggle/access_token (or as kaggle.json in "
    f"~/.kaggle, or set KAGGLE_API_TOKEN), accept the rules at {PAGE}/rules, and try again; or set "
    "`provider: zenodo` with its `url` and `votes_url` in the archive's block, which needs no account"
)


def retrieve_from_kaggle(name: str, path: str | Path, expected: Format, sha256: str | None = None) -> None:
    """Download file ``name`` of the competition to ``path``; the client resumes a download that was cut.

    What has come so far is kept in ``<path>.part.d`` between runs. What the client prints is not shown: its
    headers and errors may have the user's credentials in them.

    Raises
    ------
    InputError
        If there are no credentials or Kaggle refuses them, if no attempt of the client's gets the whole
        file, or if what came is not what is ``expected``, or of another checksum than ``sha256``.
    """
    path = Path(path)
    arrived = path.with_name(f"{path.name}.part.d")
    logger.info("Kaggle: %s: downloading", name)
    said = io.StringIO()
    try:
        # The client prints its advice and leaves the process where it finds no credentials.
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            client = _client()
            arrived.mkdir(parents=True, exist_ok=True)
            client.competition_download_file(COMPETITION, name, path=str(arrived))
    except requests.HTTPError as error:
        raise InputError(_refusal(name, error)) from error
    except (requests.RequestException, ValueError) as error:
        kind = type(error).__name__
        raise InputError(f"Kaggle: {name}: expected the file, but the download failed ({kind})") from error
    files = [file for file in arrived.iterdir() if not file.name.endswith(".kaggle-partial")]
    if len(files) != 1:
        raise InputError(f"Kaggle: {name}: expected one file, came {len(files)}")
    try:
        expected.check(files[0], f"Kaggle: {name}")
        if sha256:
            check_sha256(files[0], sha256, f"Kaggle: {name}")
    except InputError:
        shutil.rmtree(arrived)
        raise
    os.replace(files[0], path)
    shutil.rmtree(arrived)


def _client() -> Any:
    """The official client, authenticated.

    Imported here only: the package looks for credentials, and may call Kaggle, as soon as it is imported.
    """
    from kaggle.api.kaggle_api_extended import KaggleApi

    client = KaggleApi()
    try:
        client.authenticate()
    except (SystemExit, ValueError) as error:
        raise InputError(NO_CREDENTIALS) from error
    return client


def _refusal(name: str, error: requests.HTTPError) -> str:
    status = error.response.status_code
    if status == 401:
        return NO_CREDENTIALS
    if status == 403:
        return (
            f"Kaggle: {name}: expected the file, came status 403: accept the competition's rules at "
            f"{PAGE}/rules with the account of your credentials; or set `provider: zenodo`"
        )
    return f"Kaggle: {name}: expected the file, came status {status} {error.response.reason}"
