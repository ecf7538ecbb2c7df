"""One file from a web archive: resumed after cuts, checked, and there only when whole."""

import logging
import os
import re
import ssl
import time
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from tqdm import tqdm
from urllib3.exceptions import HTTPError

from mockskies.archives.check import FITS, Format, check_sha256
from mockskies.errors import InputError

CHUNK = 1 << 20

# Types that servers give to error pages, never to an archive's files, whatever else they call those.
PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/json", "application/xml", "text/xml")

# Answers that may differ next time: too slow, too many requests, and every fault of the server's own.
PASSING_STATUS = (408, 425, 429)


class _TransferError(Exception):
    """A transfer that failed in a way that another attempt may mend."""


@dataclass(frozen=True)
class _Part:
    """What has arrived so far, kept through failures, and which version of the remote file it is of."""

    data: Path
    validator: Path

    @classmethod
    def beside(cls, path: Path) -> "_Part":
        return cls(path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.part.validator"))

    def bytes_to_keep(self) -> int:
        """Bytes to resume after: none unless the server can say whether they are still current."""
        return self.data.stat().st_size if self.data.exists() and self.validator.exists() else 0

    def discard(self) -> None:
        self.data.unlink(missing_ok=True)
        self.validator.unlink(missing_ok=True)


def retrieve(
    url: str,
    path: str | Path,
    *,
    expected: Format = FITS,
    sha256: str | None = None,
    allow_http: bool = False,
    attempts: int = 6,
    first_wait: float = 2.0,
    timeout: float = 60.0,
    progress: bool = True,
) -> None:
    """Download a file to ``path``.

    The bytes arrive in ``<path>.part``. After a cut the next attempt, or the next run, asks for the
    rest by a Range request, on the condition that the remote file is the same (its ETag, or else its
    date of modification, stands in ``<path>.part.validator``); where the server has neither, or
    ignores ranges, or the file has changed, the transfer starts anew.

    Parameters
    ----------
    url
        Starts with ``https://``; the server's certificate is verified.
    expected
        What the file should be; its check sees the whole file before it gets its name.
    sha256
        Hexadecimal checksum, where known.
    allow_http
        Whether ``http://`` will do, since the user says so; a redirection from https to it is never followed.
    attempts, first_wait
        Attempts in all; seconds before the second, doubled before each further one.
    timeout
        Seconds of silence after which an attempt has failed.
    progress
        Show a progress bar on a terminal.

    Raises
    ------
    InputError
        If the server refuses (4xx: at once), has no certificate that can be verified or sends on from https
        to something else, if no attempt gets the whole file, or if what came is a web page, not whole by its
        own account, or of another checksum. Nothing is left at ``path``.
    OSError
        If it cannot be written, such as on a full disk; ``filename`` is set.
    """
    path = Path(path)
    if urlsplit(url).scheme not in (("https", "http") if allow_http else ("https",)):
        raise InputError(
            f"{url}: expected a URL that starts with https:// (http:// is taken where the archive's block "
            "says `allow_http: true`)"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _Part.beside(path)
    for attempt in range(1, attempts + 1):
        try:
            _attempt(url, part, expected, timeout, progress)
            break
        except _TransferError as error:
            if attempt == attempts:
                raise InputError(f"{url}: {error}, at the last of {attempts} attempts") from error
            wait = first_wait * 2 ** (attempt - 1)
            logging.warning("%s: %s; attempt %d of %d in %g s", url, error, attempt + 1, attempts, wait)
            time.sleep(wait)
        except OSError as error:
            # A failed write does not say of which file.
            raise OSError(error.errno, error.strerror, error.filename or str(part.data)) from error
    try:
        expected.check(part.data, url)
        if sha256:
            check_sha256(part.data, sha256, url)
    except InputError:
        part.discard()
        raise
    os.replace(part.data, path)
    part.validator.unlink(missing_ok=True)


def _attempt(url: str, part: _Part, expected: Format, timeout: float, progress: bool) -> None:
    """Fetch what is missing of ``part``; return when it has the announced length."""
    kept = part.bytes_to_keep()
    headers = {"Accept-Encoding": "identity"}
    if kept:
        headers |= {"Range": f"bytes={kept}-", "If-Range": part.validator.read_text()}
    try:
        hooks = {"response": _stay_on_https}  # which sees every answer before a redirection is followed
        with requests.get(url, headers=headers, stream=True, timeout=timeout, hooks=hooks) as response:
            _refuse(url, response, expected)
            if response.status_code == 416:
                if response.headers.get("Content-Range") == f"bytes */{kept}":
                    return  # whole since a run that ended before it could rename it
                part.discard()
                raise _TransferError(f"expected more than the {kept} bytes of an earlier run, came none")
            if kept and response.status_code == 206:
                length = _length_of_resumed(response, kept, part)
            else:
                kept, length = 0, _announced(response)
                _begin(part, response)
            _receive(url, response, part.data, kept, length, progress)
    except requests.RequestException as error:
        if refused := _certificate_error(error):
            raise InputError(
                f"{url}: expected a certificate that can be verified, came another: {refused.verify_message}"
            ) from error
        cause = type(error).__name__  # its text is full of addresses
        raise _TransferError(f"expected an answer, but the connection failed ({cause})") from error


def _refuse(url: str, response: requests.Response, expected: Format) -> None:
    """Raise for every answer that is not the file."""
    status = f"{response.status_code} {response.reason}"
    if response.status_code >= 500 or response.status_code in PASSING_STATUS:
        raise _TransferError(f"expected the file, came status {status}")
    if response.status_code not in (200, 206, 416):  # 416 answers our own Range
        raise InputError(f"{url}: expected the file, came status {status}")
    content_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if content_type in PAGE_TYPES:
        raise InputError(f"{url}: expected {expected.name}, came content of type {content_type}")


def _stay_on_https(response: requests.Response, **_: object) -> None:
    """Raise for an answer by https that sends on to something else."""
    target = response.headers.get("Location", "") if response.is_redirect else ""
    scheme = urlsplit(urljoin(response.url, target)).scheme
    if response.url.startswith("https:") and scheme != "https":
        response.close()
        raise InputError(f"{response.url}: expected https throughout, came a redirection to {scheme}://")


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """The refusal of a server's certificate among the causes of an error, if there is one."""
    while error and not isinstance(error, ssl.SSLCertVerificationError):
        reasons = [*error.args, getattr(error, "reason", None)]
        error = next((e for e in reasons if isinstance(e, Exception)), None) or error.__cause__
    return error


def _length_of_resumed(response: requests.Response, kept: int, part: _Part) -> int:
    """Bytes of the whole file, if the answer continues where ``part`` ends."""
    content_range = response.headers.get("Content-Range", "")
    match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", content_range)
    if match and int(match[1]) == kept and int(match[2]) + 1 == int(match[3]):
        return int(match[3])
    part.discard()
    raise _TransferError(f"expected bytes from {kept} to the end, came Content-Range {content_range!r}")


def _announced(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Length")
    return int(length) if length is not None else None


def _begin(part: _Part, response: requests.Response) -> None:
    """Forget what was there and note which version of the remote file is about to come."""
    part.discard()
    etag = response.headers.get("ETag", "")
    # A weak ETag promises the same meaning, not the same bytes.
    validator = response.headers.get("Last-Modified") if etag.startswith("W/") or not etag else etag
    if validator:
        part.validator.write_text(validator)


def _receive(
    url: str, response: requests.Response, data: Path, kept: int, length: int | None, progress: bool
) -> None:
    """Append the answer's body to ``data``."""
    bar = tqdm(
        total=length,
        initial=kept,
        unit="B",
        unit_scale=True,
        desc=url.rsplit("/", 1)[-1],
        disable=None if progress else True,
    )
    # Without a buffer, nothing is left to be written when the file is closed on a full disk.
    with bar, open(data, "ab", buffering=0) as file:
        try:
            # `iter_content` would lose up to a chunk at a cut; `read1` hands over what there is.
            while chunk := response.raw.read1(CHUNK):
                _write(file, chunk)
                bar.update(len(chunk))
        except HTTPError as error:
            came = file.tell()
            raise _TransferError(
                f"expected {length} bytes, came {came} before the connection broke"
            ) from error
        os.fsync(file.fileno())
    came = data.stat().st_size
    if length is not None and came != length:
        raise _TransferError(f"expected {length} bytes, came {came}")


def _write(file: FileIO, chunk: bytes) -> None:
    """Write all of ``chunk``: without a buffer, a nearly full disk takes a part of it."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]
