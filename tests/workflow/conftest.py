"""The smallest workflow, run once a session."""

import pytest
from smallest import copy_project, run_smallest


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """A copy of the project in which the smallest workflow has been run."""
    folder = copy_project(tmp_path_factory.mktemp("workflow") / "project")
    run_smallest(folder)
    return folder
