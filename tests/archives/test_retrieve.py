"""Downloads: whole and identical, or absent with one clear error."""

import errno
import hashlib
import re

import pytest

from mockskies.archives import retrieve as module
from mockskies.archives.retrieve import retrieve
from mockskies.errors import InputError

QUICK = {"allow_http": True, "first_wait": 0.001, "timeout": 5.0, "progress": False}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def refused(archive, path, message, **settings):
    """Retrieve, expecting ``message`` and nothing under the final name."""
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        retrieve(archive.url, path, **(QUICK | settings))
    assert archive.url in str(caught.value)
    assert not path.exists()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "field.fits"


def test_whole_file(archive, path):
    retrieve(archive.url, path, sha256=archive.sha256.upper(), **QUICK)
    assert sha256(path) == archive.sha256
    assert names(path.parent) == ["field.fits"]
    assert len(archive.behaviour.requests) == 1


def test_cut_three_times_is_identical(archive, path):
    archive.behaviour.cuts = [50_000, 70_000, 30_000]
    retrieve(archive.url, path, sha256=archive.sha256, **QUICK)
    assert sha256(path) == archive.sha256
    assert names(path.parent) == ["field.fits"]
    # Nothing was sent twice.
    total = len(archive.behaviour.body)
    assert archive.behaviour.sent == [(0, 50_000), (50_000, 120_000), (120_000, 150_000), (150_000, total)]
    assert all(request["If-Range"] == '"one"' for request in archive.behaviour.requests[1:])


def test_last_modified_stands_in_for_etag(archive, path, monkeypatch):
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    archive.behaviour.cuts, archive.behaviour.etag = [50_000], date
    send = archive.RequestHandlerClass.send_header
    monkeypatch.setattr(
        archive.RequestHandlerClass,
        "send_header",
        lambda self, key, value: send(self, "Last-Modified" if key == "ETag" else key, value),
    )
    retrieve(archive.url, path, **QUICK)
    assert archive.behaviour.sent[1][0] == 50_000
    assert sha256(path) == archive.sha256


@pytest.mark.parametrize("etag", [None, 'W/"one"'])
def test_starts_anew_where_the_version_is_unknown(archive, path, etag):
    archive.behaviour.cuts, archive.behaviour.etag = [50_000], etag
    retrieve(archive.url, path, **QUICK)
    assert "Range" not in archive.behaviour.requests[1]
    assert sha256(path) == archive.sha256


def test_waits_grow(archive, path, monkeypatch):
    waits = []
    monkeypatch.setattr(module.time, "sleep", waits.append)
    archive.behaviour.statuses = [503, 500, 429, 408]
    retrieve(archive.url, path, **(QUICK | {"first_wait": 2.0}))
    assert waits == [2, 4, 8, 16]
    assert sha256(path) == archive.sha256


def test_server_that_ignores_ranges(archive, path):
    archive.behaviour.cuts, archive.behaviour.ranges = [50_000], False
    retrieve(archive.url, path, **QUICK)
    assert archive.behaviour.requests[1]["Range"] == "bytes=50000-"
    assert sha256(path) == archive.sha256


def test_file_that_changes_between_two_attempts(archive, path, monkeypatch):
    archive.behaviour.cuts = [50_000]

    def replace(_):
        body = bytearray(archive.behaviour.body)
        body[3000:60_000] = bytes(57_000)
        archive.behaviour.body, archive.behaviour.etag = bytes(body), '"two"'

    monkeypatch.setattr(module.time, "sleep", replace)
    retrieve(archive.url, path, **QUICK)
    assert path.read_bytes() == archive.behaviour.body


def test_later_run_continues(archive, path):
    archive.behaviour.cuts = [50_000]
    total = len(archive.behaviour.body)
    refused(
        archive,
        path,
        f"expected {total} bytes, came 50000 before the connection broke, at the last of 1 attempts",
        attempts=1,
    )
    assert names(path.parent) == ["field.fits.part", "field.fits.part.validator"]
    retrieve(archive.url, path, **QUICK)
    assert archive.behaviour.sent[1] == (50_000, total)
    assert sha256(path) == archive.sha256


def test_part_that_was_whole_already(archive, path):
    path.with_name("field.fits.part").write_bytes(archive.behaviour.body)
    path.with_name("field.fits.part.validator").write_text('"one"')
    retrieve(archive.url, path, **QUICK)
    assert archive.behaviour.sent == []
    assert sha256(path) == archive.sha256


def test_part_longer_than_the_file(archive, path):
    path.with_name("field.fits.part").write_bytes(archive.behaviour.body + b"more")
    path.with_name("field.fits.part.validator").write_text('"one"')
    retrieve(archive.url, path, **QUICK)
    assert sha256(path) == archive.sha256


def test_range_that_was_not_asked_for(archive, path):
    archive.behaviour.cuts, archive.behaviour.content_range = [50_000], "bytes 0-9/10"
    refused(
        archive,
        path,
        "expected bytes from 50000 to the end, came Content-Range 'bytes 0-9/10', at the last of 2 attempts",
        attempts=2,
    )
    assert names(path.parent) == []


def test_not_found_fails_at_once(archive, path):
    archive.behaviour.statuses = [404, 404]
    refused(archive, path, "expected the file, came status 404 Not Found")
    assert len(archive.behaviour.requests) == 1


def test_server_at_fault_for_ever(archive, path):
    archive.behaviour.statuses = [503] * 9
    message = "expected the file, came status 503 Service Unavailable, at the last of 3 attempts"
    refused(archive, path, message, attempts=3)
    assert len(archive.behaviour.requests) == 3


def test_closes_early_for_ever(archive, path):
    archive.behaviour.cuts = [100] * 9
    total = len(archive.behaviour.body)
    refused(
        archive,
        path,
        f"expected {total} bytes, came 400 before the connection broke, at the last of 4 attempts",
        attempts=4,
    )
    assert path.with_name("field.fits.part").read_bytes() == archive.behaviour.body[:400]


def test_silent_server(archive, path, monkeypatch):
    asleep = module.time.sleep
    monkeypatch.setattr(archive.RequestHandlerClass, "do_GET", lambda self: asleep(0.5))
    refused(
        archive,
        path,
        "expected an answer, but the connection failed (ReadTimeout), at the last of 2 attempts",
        attempts=2,
        timeout=0.1,
    )


def test_no_server(archive, path):
    archive.url = "http://127.0.0.1:9/field.fits"
    refused(archive, path, "connection failed (ConnectionError), at the last of 2 attempts", attempts=2)


def test_page_by_its_type(archive, path):
    archive.behaviour.content_type = "text/html; charset=utf-8"
    refused(archive, path, "expected FITS, came content of type text/html")
    assert names(path.parent) == []


def test_page_by_its_first_bytes(archive, path):
    archive.behaviour.body = b"<!DOCTYPE html><p>Please log in</p>"
    refused(archive, path, "expected FITS, which starts with 'SIMPLE  =', came a web page")
    assert names(path.parent) == []


def test_shorter_than_its_own_header(archive, path):
    total = len(archive.behaviour.body)
    archive.behaviour.body = archive.behaviour.body[: 20 * 2880]
    refused(archive, path, f"expected {total} bytes by its FITS header, came 57600")
    assert names(path.parent) == []


def test_shorter_than_announced(archive, path):
    total = len(archive.behaviour.body)
    archive.behaviour.announced = total + 2880
    message = f"expected {total + 2880} bytes, came {total} before the connection broke"
    refused(archive, path, f"{message}, at the last of 1 attempts", attempts=1)


def test_other_checksum(archive, path):
    refused(archive, path, f"expected SHA-256 {'0' * 64}, came {archive.sha256}", sha256="0" * 64)
    assert names(path.parent) == []


@pytest.mark.parametrize(
    ("scheme", "allow_http"), [("http", False), ("ftp", True), ("file", True), ("ftp", False)]
)
def test_other_scheme(archive, path, scheme, allow_http):
    archive.url = archive.url.replace("http", scheme)
    refused(
        archive,
        path,
        "expected a URL that starts with https:// (http:// is taken where the archive's block says "
        "`allow_http: true`)",
        allow_http=allow_http,
    )
    assert archive.behaviour.requests == []


SECURE = {"allow_http": False, "attempts": 2}


def test_https_with_a_certificate_that_is_trusted(secure_archive, path):
    retrieve(secure_archive.url, path, **(QUICK | SECURE))
    assert sha256(path) == secure_archive.sha256


def test_https_with_a_certificate_that_nobody_knows(secure_archive, path, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    message = "expected a certificate that can be verified, came another: self-signed certificate"
    refused(secure_archive, path, message, **SECURE)
    assert secure_archive.behaviour.requests == []


@pytest.mark.parametrize("allow_http", [False, True])
def test_https_that_sends_on_to_http(archive, secure_archive, path, allow_http):
    secure_archive.behaviour.location = archive.url
    message = "expected https throughout, came a redirection to http://"
    refused(secure_archive, path, message, allow_http=allow_http)
    # Nobody who listens saw where it would have gone.
    assert archive.behaviour.requests == []


def test_https_that_sends_on_to_https(secure_archive, path):
    url, secure_archive.behaviour.location = secure_archive.url, "/other.fits"
    retrieve(url, path, **(QUICK | SECURE))
    assert sha256(path) == secure_archive.sha256


def test_full_disk(archive, path, monkeypatch):
    write = module._write

    def fill(file, chunk):
        if file.tell() > 100_000:
            with open("/dev/full", "wb", buffering=0) as full:
                write(full, chunk)
        write(file, chunk)

    path.write_bytes(b"the file of an earlier run")
    monkeypatch.setattr(module, "CHUNK", 50_000)
    monkeypatch.setattr(module, "_write", fill)
    with pytest.raises(OSError, match=re.escape(f"No space left on device: '{path}.part'")) as caught:
        retrieve(archive.url, path, **QUICK)
    assert caught.value.errno == errno.ENOSPC
    assert len(archive.behaviour.requests) == 1
    assert path.read_bytes() == b"the file of an earlier run"
    # What came before is not lost.
    assert path.with_name("field.fits.part").stat().st_size > 100_000
