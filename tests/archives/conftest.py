"""A small FITS file, and an archive on the loopback that misbehaves as told."""

import hashlib
import http.server
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

CERTIFICATE = Path(__file__).with_name("loopback.pem")


@pytest.fixture
def payload(tmp_path) -> bytes:
    """Bytes of a whole FITS file of some 260 kB, of pixels that do not repeat."""
    path = tmp_path / "payload.fits"
    fits.PrimaryHDU(np.random.default_rng(1).random((256, 256), dtype=np.float32)).writeto(path)
    data = path.read_bytes()
    path.unlink()
    return data


@dataclass
class Behaviour:
    """How the archive answers.

    Attributes
    ----------
    body
        What it serves.
    cuts
        Bytes after which it breaks off, one a request, until there are none left.
    statuses
        Statuses of the first requests, in place of the file.
    location
        Where it sends everyone who asks for anything else than ``/other.fits``.
    """

    body: bytes
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    content_type: str = "application/fits"
    etag: str | None = '"one"'
    announced: int | None = None
    ranges: bool = True
    content_range: str | None = None
    location: str | None = None
    requests: list[dict[str, str]] = field(default_factory=list)
    sent: list[tuple[int, int]] = field(default_factory=list)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        told = self.server.behaviour
        told.requests.append(dict(self.headers))
        if told.statuses:
            self.send_response(told.statuses.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if told.location and self.path != "/other.fits":
            self.send_response(302)
            self.send_header("Location", told.location)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        total = len(told.body)
        start = 0
        if told.ranges and "Range" in self.headers and self.headers["If-Range"] == told.etag:
            start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        if start >= total:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{total}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", told.content_range or f"bytes {start}-{total - 1}/{total}")
        if told.etag:
            self.send_header("ETag", told.etag)
        self.send_header("Content-Type", told.content_type)
        self.send_header("Content-Length", str((told.announced or total) - start))
        self.end_headers()
        end = min(total, start + told.cuts.pop(0)) if told.cuts else total
        told.sent.append((start, end))
        self.wfile.write(told.body[start:end])
        self.close_connection = True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # clients that refuse the certificate hang up


@contextmanager
def serving(payload, scheme):
    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if scheme == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        # The handshake is left to each request's own thread: whoever refuses it holds up no one else.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.behaviour = Behaviour(payload)
    server.url = f"{scheme}://127.0.0.1:{server.server_port}/field.fits"
    server.sha256 = hashlib.sha256(payload).hexdigest()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def archive(payload):
    """``archive.behaviour`` says what to do; ``archive.url`` is where the file is."""
    with serving(payload, "http") as server:
        yield server


@pytest.fixture
def secure_archive(payload, monkeypatch):
    """As ``archive``, by https, with a certificate that is trusted for the length of the test."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    with serving(payload, "https") as server:
        yield server
