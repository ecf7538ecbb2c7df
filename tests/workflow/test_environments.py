"""The conda environments: held against what their rules' scripts import, then made and worked in.

Making them needs an index of packages and no channel of conda: `make test-environments` does it, with a
stand-in for conda (tests/stand_in_conda) that makes each a virtual environment. `make test` leaves that out.
"""

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from environment_files import (
    ENVIRONMENTS,
    FROM_CONDA,
    environment_of,
    import_statements,
    lock,
    needed,
    packages,
    requirements,
    scripts_of,
)
from rule_files import rules, script
from smallest import ROOT, copy_project

WORKING = {name: text for name, text in rules().items() if "script:" in text}
STAND_IN = ROOT / "tests/stand_in_conda/bin"
each_environment = pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
# The viewer's has none.
each_pip_part = pytest.mark.parametrize(
    "path", [path for path in ENVIRONMENTS if requirements(path)[1]], ids=lambda path: path.stem
)


@pytest.mark.parametrize("name", WORKING)
def test_every_rule_finds_its_imports_in_its_environment(name):
    path = ROOT / "envs" / f"{environment_of(WORKING[name])}.yaml"
    assert needed(ROOT / "workflow/scripts" / script(WORKING[name])) - packages(path).keys() == set()


@each_environment
def test_environments_hold_what_their_rules_import_at_the_locked_versions(path):
    held = packages(path)
    assert held.keys() - FROM_CONDA == set().union(*map(needed, scripts_of(path)))
    locked = lock()
    assert {name: locked[name] for name in held if name in locked} == {
        name: version for name, version in held.items() if name not in FROM_CONDA
    }


@each_environment
def test_environments_are_of_one_form(path):
    content = yaml.safe_load(path.read_text())
    assert content.keys() == {"channels", "dependencies"}
    assert content["channels"] == ["conda-forge", "nodefaults"]
    conda, pip = requirements(path)
    names = [line.partition("=")[0].lower() for line in [*conda, *pip]]
    assert sorted(names) == sorted(set(names))
    assert set(names[: len(conda)]) <= FROM_CONDA
    # pip comes along where something is to be installed with it, and there only.
    assert ("pip" in names) == bool(pip)


def test_environments_have_the_same_python_and_pip():
    held = [packages(path) for path in ENVIRONMENTS]
    for name in ("python", "pip"):
        assert len({versions[name] for versions in held if name in versions}) == 1
    assert all("python" in versions for versions in held)


def test_the_lock_is_exact_and_installed():
    """The tests run with what the lock says."""

    # A build for one kind of processor or GPU says so after a plus sign.
    differ = {
        name: version(name) for name, exact in lock().items() if version(name).partition("+")[0] != exact
    }
    assert differ == {}


def test_what_scripts_need_of_snakemake_is_python_alone():
    """A script takes them from where Snakemake was launched, whose Python may be another than its own."""
    # As in Snakemake's preamble of a script.
    program = (
        "import sys\n"
        "from snakemake.iocontainers import Snakemake\n"
        "from snakemake.logging import logger\n"
        "files = [getattr(module, '__file__', None) or '' for module in list(sys.modules.values())]\n"
        "print([file for file in files if 'site-packages' in file and not file.endswith('.py')])\n"
    )
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert outcome.stdout.strip() == "[]"


def snakemake(folder, launcher, *arguments):
    """Run Snakemake of the folder ``launcher`` with conda environments, at the smallest."""
    sizes = ["--configfile", "config/demo.yaml", "config/smallest.yaml"]
    return subprocess.run(
        [launcher / "snakemake", *sizes, "--software-deployment-method", "conda", *arguments],
        cwd=folder,
        env={**os.environ, "PATH": os.pathsep.join([str(STAND_IN), str(launcher), os.environ["PATH"]])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_plan_names_every_environment(tmp_path):
    folder = copy_project(tmp_path / "project")
    outcome = snakemake(folder, Path(sys.executable).parent, "--dry-run", "all")
    assert outcome.returncode == 0, outcome.stderr
    planned = re.findall(r"Conda environment (\S+) will be created", outcome.stdout + outcome.stderr)
    assert sorted(planned) == [path.relative_to(ROOT).as_posix() for path in ENVIRONMENTS]


@pytest.fixture(scope="module")
def launcher():
    """Folder of a Python that has Snakemake, and nothing else of what scripts import."""
    with TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        launcher = Path(folder) / "bin"
        command = [launcher / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*command, "--constraint", ROOT / "requirements.lock", "snakemake"], check=True)
        yield launcher


@pytest.fixture(scope="module")
def project(launcher):
    """A copy of the project in which everything has been made, each rule in its environment."""
    with TemporaryDirectory() as folder:
        project = copy_project(Path(folder) / "project")
        outcome = snakemake(project, launcher, "--cores", "2", "all")
        assert outcome.returncode == 0, outcome.stderr[-6000:]
        (project / "said").write_text(outcome.stdout + outcome.stderr)
        yield project


def environment_folder(project, path):
    """Where Snakemake has made an environment: beside a copy of its file."""
    copies = (project / ".snakemake/conda").glob("*.yaml")
    return next(copy.with_suffix("") for copy in copies if copy.read_bytes() == path.read_bytes())


# Only files of the user's or of an archive's server set these to work.
NOT_RUN = {
    *("retrieve_xdf", "link_xdf", "retrieve_galaxyzoo", "retrieve_gz2", "translate_gz2", "link_galaxyzoo"),
    *("link_sparse", "link_photographs"),
}


@pytest.mark.environments
def test_every_rule_runs_in_its_environment(project, launcher):
    """The launcher's Python has none of the libraries: what a script found, it found in its environment."""
    ran = set(re.findall(r"^(?:local)?rule (\w+):", (project / "said").read_text(), re.MULTILINE))
    assert WORKING.keys() - ran == NOT_RUN
    outcome = subprocess.run([launcher / "python", "-c", "import numpy"], capture_output=True, check=False)
    assert b"ModuleNotFoundError" in outcome.stderr


@pytest.mark.environments
@each_environment
def test_an_environment_imports_all_that_its_scripts_do(project, path):
    """Every import statement of the scripts and of what they reach, in a fresh interpreter."""
    statements = sorted(set().union(*map(import_statements, scripts_of(path))))
    program = "\n".join([f"import sys; sys.path.insert(0, {str(project / 'workflow')!r})", *statements])
    python = environment_folder(project, path) / "bin/python"
    outcome = subprocess.run(
        [python, "-I", "-c", program], cwd=project, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.environments
@each_pip_part
def test_an_environment_is_consistent_and_as_pinned(project, path):
    made = environment_folder(project, path)
    pip = [made / "bin/python", "-m", "pip"]
    outcome = subprocess.run([*pip, "check"], capture_output=True, text=True, check=False)
    assert outcome.stdout == "No broken requirements found.\n"
    listed = subprocess.run([*pip, "list", "--format=freeze"], capture_output=True, text=True, check=True)
    # A build for one kind of processor says so after a plus sign.
    held = dict(line.lower().partition("+")[0].split("==") for line in listed.stdout.splitlines())
    pinned = {name: exact for name, exact in packages(path).items() if name not in ("python", "nodejs")}
    assert {name: held.get(name) for name in pinned} == pinned
    seconds = made.with_suffix(".env_setup_done").stat().st_mtime - (made / "pyvenv.cfg").stat().st_mtime
    size = sum(file.lstat().st_size for file in made.rglob("*")) / 1e6
    print(f"\n{path.name}: {len(held)} packages in {seconds:.0f} s, {size:.0f} MB", end=" ")


@pytest.mark.environments
@each_pip_part
def test_a_pip_part_has_wheels_for_the_pinned_python(launcher, path, tmp_path):
    """Whatever Python makes the environments here, conda's would find all packages built."""
    pinned = packages(path)["python"].rpartition(".")[0]
    only = ["--python-version", pinned, "--only-binary", ":all:", "--target", tmp_path]
    command = [launcher / "python", "-m", "pip", "install", "--dry-run", *only, *requirements(path)[1]]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
