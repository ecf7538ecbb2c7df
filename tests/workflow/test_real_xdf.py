"""The real Hubble XDF, retrieved from a server on loopback, to figures."""

import functools
import importlib.util
import json
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from smallest import copy_project, snakemake

from mockskies.measurement.table import read_catalogue

TOOL = Path(__file__).resolve().parents[3] / "shared/tools/make_archives.py"
pytestmark = pytest.mark.skipif(not TOOL.exists(), reason="needs the real XDF pixels in ../shared")

OVERLAY = """
archives:
  xdf: {{source: retrieve, url: "http://127.0.0.1:{port}/", allow_http: true}}
ensemble: {{size: 40}}
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def port(tmp_path):
    """A server of the archive's own files."""
    spec = importlib.util.spec_from_file_location("make_archives", TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.write_xdf(tmp_path / "served")
    handler = functools.partial(Quiet, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_from_the_archive_s_server_to_every_artefact(tmp_path, port):
    project = copy_project(tmp_path / "project")
    (project / "config/real.yaml").write_text(OVERLAY.format(port=port))
    outcome = snakemake(project, "--cores", "2", "smith2019", overlays=("demo", "smallest", "real"))
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    results = project / "results"
    constants = json.loads((results / "datasets/xdf/training.json").read_text())
    assert not constants["simulated"]
    assert constants["size"] > 1700
    real = read_catalogue(results / "measurement/xdf/catalogue.fits")
    assert len(real) > 500
    for name in ("fig1", "fig2", "fig3", "fig4"):
        assert (results / f"artefacts/smith2019/{name}.png").stat().st_size > 10_000
