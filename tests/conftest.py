"""What all tests share."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def namespace():
    """A stand-in for the object that Snakemake hands to scripts: ``namespace(input={...}, params={...})``."""

    def make(threads=1, log=("job.log",), **parts):
        spaces = {name: SimpleNamespace(**values) for name, values in parts.items()}
        return SimpleNamespace(threads=threads, log=list(log), **spaces)

    return make
