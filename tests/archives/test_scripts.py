"""The scripts of the rules, from parameters to the files that the next stage reads."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from astropy.io import fits

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts" / "archives"


def run(name, *, params=None, wildcards=None, inputs=None, **output):
    """Call a script's main with plain values."""
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(
        SimpleNamespace(
            params=SimpleNamespace(**(params or {})),
            wildcards=SimpleNamespace(**(wildcards or {})),
            input=SimpleNamespace(**(inputs or {})),
            output=SimpleNamespace(**output),
        )
    )


def test_simulated_archive(tmp_path):
    truth = str(tmp_path / "truth.fits")
    sky = {"seed": 1, "archive": "xdf", "shape": 120, "footprint": 60, "faintest": 26.0}
    run("simulate_truth", params=sky | {"position_angle": 43.25, "pixel_scale": 0.06}, truth=truth)
    images = {}
    for kind in ("sci", "wht"):
        path = str(tmp_path / f"{kind}.fits")
        run("simulate_xdf", wildcards={"band": "f814w", "kind": kind}, inputs={"truth": truth}, fits=path)
        images[kind] = fits.getdata(path)
        assert fits.getheader(path)["FILTER"] == "F814W"
    assert images["sci"].shape == (120, 120)
    np.testing.assert_array_equal(images["sci"] == 0, images["wht"] == 0)


def test_linked_file(tmp_path, payload):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "field.fits").write_bytes(payload)
    output = tmp_path / "results" / "field.fits"
    run("link_xdf", params={"folder": str(tmp_path / "mine")}, fits=str(output))
    assert output.read_bytes() == payload


@pytest.mark.parametrize("known", [True, False])
def test_retrieved_file(tmp_path, payload, archive, known):
    params = {"url": archive.url, "allow_http": True, "attempts": 2, "first_wait": 0.01, "timeout": 5.0}
    output = tmp_path / "field.fits"
    run("retrieve_xdf", params=params | {"sha256": archive.sha256 if known else None}, fits=str(output))
    assert output.read_bytes() == payload
