"""One cluster for all tests, and a training that nobody disturbed."""

import json
import shutil
from pathlib import Path

import pytest
from cluster import Cluster, missing
from heads import TARGET, Head, project_in, weights
from smallest import snakemake

INSTALLED = "(Debian: slurm-wlm munge slurmdbd mariadb-server), as `make test-slurm` installs them for root"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slurm)


@pytest.fixture(scope="session")
def cluster():
    if absent := missing():
        pytest.skip(
            f"needs {', '.join(absent)} (Debian: slurm-wlm, munge); `make test-slurm` as root installs them"
        )
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def accounted():
    if absent := missing(accounting=True):
        pytest.skip(f"needs {', '.join(absent)} {INSTALLED}")
    with Cluster(accounting=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A project in which everything is there that the training reads."""
    project = project_in(tmp_path_factory.mktemp("slurm") / "prepared")
    data = "results/datasets/xdf/training.npy"
    outcome = snakemake(project, "--cores", "2", data, overlays=("demo", "smallest", "faults"))
    assert outcome.returncode == 0, outcome.stderr[-4000:]
    return project


@pytest.fixture
def project(prepared, tmp_path):
    return Path(shutil.copytree(prepared, tmp_path / "project", symlinks=True))


@pytest.fixture(scope="session")
def undisturbed(cluster, prepared, tmp_path_factory):
    """The weights of a training that had all the time in the world."""
    project = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("undisturbed") / "project"))
    head = Head(cluster, project, "--", TARGET)
    assert head.wait() == 0, head.said()[-4000:]
    return weights(project)


@pytest.fixture(scope="session")
def report():
    """Figures that tests measure: shown at the end, and kept in results/slurm.json."""
    figures = {}
    yield figures
    path = Path("results/slurm.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=1))
    print("\n" + "\n".join(f"{name}: {value}" for name, value in figures.items()))
