"""Credentials: wherever the user keeps them, and whoever repeats them, no log and no file has them."""

import base64
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mockskies.credentials import redacted

ROOT = Path(__file__).resolve().parents[2]
USER, KEY, TOKEN, PASSWORD = "a.stargazer", "0123456789abcdef", "KGAT_fedcba9876543210", "p@ss/word?7"
BASIC = base64.b64encode(f"{USER}:{KEY}".encode()).decode()
SECRETS = {USER, KEY, TOKEN, PASSWORD, BASIC}

# A script as Snakemake runs it, with Kaggle's client sent to the loopback where a port is given.
JOB = """
import json, sys
from pathlib import Path
from types import SimpleNamespace
script, parts, kaggle = json.loads(sys.argv[1])
if kaggle:
    from kagglesdk import kaggle_env
    kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.LOCAL] = kaggle
spaces = {name: SimpleNamespace(**values) for name, values in parts.items()}
snakemake = SimpleNamespace(log=["job.log"], threads=1, **spaces)
exec(compile(Path(script).read_text(), script, "exec"), {"__name__": "__main__", "snakemake": snakemake})
"""


class Parrot(http.server.BaseHTTPRequestHandler):
    """Refuses, and repeats what authorised the request, plainly and as it came, all over its answer."""

    def do_GET(self):
        kind, _, credential = self.headers.get("Authorization", "none").partition(" ")
        user, _, key = (
            base64.b64decode(credential).decode().partition(":") if kind == "Basic" else (kind,) * 3
        )
        said = f"{kind} {credential} {user} {key} X-Key={credential}"
        self.server.authorised.append((kind, credential))
        body = json.dumps({"code": self.server.status, "message": said}).encode()
        self.send_response(self.server.status, said)
        self.send_header("Content-Type", "application/json")
        self.send_header("Location", f"https://{user}:{key}@127.0.0.1:9/?token={credential}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def parrot():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Parrot) as server:
        server.daemon_threads, server.authorised, server.status = True, [], 404
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def job(tmp_path):
    """Run a script with a home of its own; its stderr, and that no credential is anywhere, are looked at."""
    home, place = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    place.mkdir()

    def go(script, environment, kaggle=None, **parts):
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("KAGGLE")}
        inherited.pop("XDG_CONFIG_HOME", None)
        path = ROOT / "workflow/scripts/archives" / f"{script}.py"
        outcome = subprocess.run(
            [sys.executable, "-c", JOB, json.dumps([str(path), parts, kaggle])],
            cwd=place,
            env=inherited | {"HOME": str(home), "PYTHONPATH": str(ROOT / "workflow")} | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        files = {file.name: file.read_bytes() for file in place.rglob("*") if file.is_file()}
        said = {"stdout": outcome.stdout.encode(), "stderr": outcome.stderr.encode()} | files
        assert outcome.returncode == 1, outcome.stderr
        assert "Traceback" not in outcome.stderr
        for name, content in said.items():
            for secret in SECRETS:
                assert secret.encode() not in content, (name, content)
        assert files.keys() == {"job.log"}
        return (place / "job.log").read_text().splitlines()[-1].partition(" error: ")[2]

    return go, home


def kaggle_files(home):
    """Credentials as Kaggle's pages hand them out."""
    folder = home / ".kaggle"
    folder.mkdir(mode=0o700)
    (folder / "kaggle.json").write_text(json.dumps({"username": USER, "key": KEY}))
    (folder / "kaggle.json").chmod(0o644)  # which makes the client complain
    return {}


WAYS = {
    "the key in the environment": lambda _: {"KAGGLE_USERNAME": USER, "KAGGLE_KEY": KEY},
    "the token in the environment": lambda _: {"KAGGLE_API_TOKEN": TOKEN},
    "the key in kaggle.json": kaggle_files,
}


FILE = "Kaggle: images_training_rev1.zip: expected the file, came status"
SAID = {
    403: f"{FILE} 403: accept the competition's rules at https://www.kaggle.com/competitions/",
    404: f"{FILE} 404 Basic [hidden] [hidden] [hidden] X-Key=[hidden]",
    "token": "Kaggle: expected credentials, found none that Kaggle accepts: make a token at https://",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("status", [403, 404])
def test_kaggle_that_repeats_what_it_was_told(job, parrot, way, status):
    run, home = job
    parrot.status = status
    # Told to be verbose, the client prints headers.
    environment = WAYS[way](home) | {"KAGGLE_API_ENVIRONMENT": "LOCALHOST", "VERBOSE": "1"}
    url = f"http://127.0.0.1:{parrot.server_port}"
    parts = {"params": {"provider": "kaggle", "sha256": None}, "output": {"file": "images_training_rev1.zip"}}
    last = run("retrieve_galaxyzoo", environment, url, **parts)
    assert ("Bearer", TOKEN) in parrot.authorised if "token" in way else ("Basic", BASIC) in parrot.authorised
    assert last.startswith(SAID["token" if "token" in way else status])


def test_server_that_repeats_the_password(job, parrot):
    run, home = job
    (home / ".netrc").write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n")
    (home / ".netrc").chmod(0o600)
    url = f"http://127.0.0.1:{parrot.server_port}/field.fits"
    params = {
        "url": url,
        "sha256": None,
        "allow_http": True,
        "attempts": 1,
        "first_wait": 0.1,
        "timeout": 5.0,
    }
    last = run("retrieve_xdf", {}, params=params, output={"fits": "field.fits"})
    assert parrot.authorised == [("Basic", base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())]
    assert last == (
        f"{url}: expected the file, came status 404 Basic [hidden] [hidden] [hidden] X-Key=[hidden]"
    )


@pytest.fixture
def kaggle_user(monkeypatch, tmp_path):
    for name in ("KAGGLE_API_TOKEN", "XDG_CONFIG_HOME", "KAGGLE_CONFIG_DIR", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KAGGLE_USERNAME", "star")
    monkeypatch.setenv("KAGGLE_KEY", KEY)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("https://user:pass@host/x.fits: no", "https://[hidden]@host/x.fits: no"),
        ("https://user:p@ss@host/x.fits", "https://[hidden]@host/x.fits"),
        ("for url: https://host/a?X-Signature=ab12&b=c now", "for url: https://host/a?[hidden] now"),
        ("{'Authorization': 'Bearer abc'}", "{'Authorization': [hidden]"),
        (f"key={KEY}, token={BASIC}", f"key=[hidden], token={BASIC}"),
        ("star of /home/star/stars by star", "[hidden] of /home/star/stars by [hidden]"),
        ("https://host/a/b.fits: expected FITS", "https://host/a/b.fits: expected FITS"),
        ("unknown key 'x'; did you mean 'y'?", "unknown key 'x'; did you mean 'y'?"),
    ],
)
def test_what_is_hidden(kaggle_user, said, shown):
    assert redacted(said) == shown
