"""Several processes that train as one: the same losses and weights as one, the same end whatever happens."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from joint_runs import BLOCK, RUNS, SPATIAL, all_courses, begin, courses, field, lose_a_rank
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from mockskies.datasets.scale import read_training, write_training
from mockskies.errors import InputError, LostRankError
from mockskies.training import ranks
from mockskies.training.joint import JOINT
from mockskies.training.launch import launch
from mockskies.training.run import Run
from mockskies.training.weights import load_tensors

ROOT = Path(__file__).resolve().parents[2]
# Rounding grows from step to step: a long course for one objective, and for others what their losses need.
STEPS = {run.name: 8 for run in RUNS} | {"spatial": 50}
# Weights that change nothing in what networks say: their gradients are 0, of whose rounding Adam makes steps.
IDLE = {
    "spatial": r"discriminator\.judge\.bias",
    "lightweight": r"(generator|average)\."
    r"((first|doublings\.\d+)\.(0\.bias|1\.running_mean)|excitations\.\d+\.weigh\.bias)",
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Courses of one process and of two, and the folder of a whole training by two."""
    state = tmp_path_factory.mktemp("two")
    return courses(STEPS), launch("run test", 2, all_courses, STEPS, state), state


def generator(state):
    tensors, _ = load_tensors(state / "weights/000005.safetensors")
    return tensors


@pytest.mark.parametrize("name", STEPS)
def test_two_ranks_take_the_course_of_one_process(trained, name):
    (one, weights), (two, others) = (course[name] for course in trained[:2])
    assert one.shape == two.shape == (STEPS[name], one.shape[1])
    assert np.abs(one - two).max() < 1e-5
    assert weights.keys() == others.keys()
    idle = re.compile(IDLE.get(name, "(?!)"))
    for key in weights:
        if not idle.fullmatch(key):
            np.testing.assert_allclose(others[key], weights[key], rtol=1e-4, atol=1e-5, err_msg=key)


def test_every_layer_that_looks_beyond_an_image_is_joint():
    beyond = {
        type(module)
        for run in RUNS
        for network in run.build(1 if run.images else 3).values()
        for module in network.modules()
        if isinstance(module, _BatchNorm | _DropoutNd)
    }
    assert beyond == JOINT.keys()


def test_shares_of_a_batch_in_packs(monkeypatch):
    batch = torch.arange(12)
    monkeypatch.setattr(ranks, "count", lambda: 2)
    shares = []
    for rank in range(2):
        monkeypatch.setattr(ranks, "index", lambda rank=rank: rank)
        shares.append(ranks.share(batch, parts=3))
    assert [share.tolist() for share in shares] == [[0, 1, 4, 5, 8, 9], [2, 3, 6, 7, 10, 11]]
    # A pack is one image of each third, as it is for one process.
    packs = [torch.stack(share.chunk(3), dim=1) for share in shares]
    assert torch.cat(packs).tolist() == torch.stack(batch.chunk(3), dim=1).tolist()


def test_a_batch_without_equal_shares(monkeypatch, tmp_path):
    monkeypatch.setattr(ranks, "count", lambda: 3)
    message = "run spatial: a batch of 8 images in packs of 2 has no 3 equal shares"
    with pytest.raises(InputError, match=f"^{message}$"):
        begin(SPATIAL, tmp_path)


def test_fewer_gpus_than_ranks(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(InputError, match=r"^run spatial: gpus: expected 2 GPUs, found 1$"):
        launch("run spatial", 2, print)


def test_a_rank_that_is_killed_ends_all(tmp_path):
    start = time.monotonic()
    with pytest.raises(LostRankError, match=r"^run test: rank 1 of 2 ended without a word, by SIGKILL$"):
        launch("run test", 2, lose_a_rank, tmp_path)
    assert time.monotonic() - start < 30


JOB = """
import runpy, sys
from types import SimpleNamespace as Space
sys.path[:0] = {paths!r}
snakemake = Space(threads=2, resources=Space(gpu=2), log=["train.log"])
snakemake.input = Space(arrays=["training.npy"], targets=[], initial_weights=[])
snakemake.output = Space(weights="weights", previews="previews", losses="losses.csv")
snakemake.params = Space(run={block!r}, precision="float32", compile=False, state="state")
runpy.run_path({script!r}, dict(snakemake=snakemake), "__main__")
"""


class Job:
    """The rule's script for two GPUs where there is none, as Snakemake starts it, in a folder."""

    def __init__(self, folder: Path, **changes):
        self.folder = folder
        sky = field()
        record = {"bands": list("abc"), "size": sky.shape[1]}
        write_training(folder / "training.npy", folder / "training.json", sky, record)
        self.state = folder / "state" / Run.from_block(BLOCK | changes).fingerprint(self.checksum, "float32")
        self.code = JOB.format(
            paths=[str(ROOT / "workflow")],
            block=BLOCK | changes,
            script=str(ROOT / "workflow/scripts/training/train.py"),
        )

    @property
    def checksum(self) -> str:
        return read_training(self.folder / "training.npy")[1]["sha256"]

    def start(self) -> subprocess.Popen:
        command = [sys.executable, "-c", self.code]
        return subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE, text=True)

    def interrupt(self, number: signal.Signals) -> tuple[int, str]:
        """Start it and send it a signal after its next checkpoint; returns its status and what it said."""
        checkpoint = self.state / "checkpoint.safetensors"
        before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else None
        process = self.start()
        while (checkpoint.stat().st_mtime_ns if checkpoint.exists() else None) == before:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.01)
        os.kill(process.pid, number)
        _, said = process.communicate()
        return process.returncode, said


def test_a_job_that_is_killed_and_stopped_ends_in_the_same_bytes(trained, tmp_path):
    job = Job(tmp_path)
    status, _ = job.interrupt(signal.SIGKILL)
    assert status == -signal.SIGKILL
    status, said = job.interrupt(signal.SIGTERM)
    assert status == 1
    (stopped,) = [line for line in said.splitlines() if "stopped: " in line]
    assert re.search(r"stopped: run spatial: got SIG(TERM|INT); saved at step \d+ of 50$", stopped)
    assert "Traceback" not in said
    shutil.copytree(job.state, tmp_path / "alone")
    process = job.start()
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert "goes on from step" in (tmp_path / "train.log").read_text()
    name = "weights/000005.safetensors"
    assert (tmp_path / name).read_bytes() == (trained[2] / name).read_bytes()
    losses = [pd.read_csv(folder / "losses.csv") for folder in (tmp_path, trained[2])]
    pd.testing.assert_frame_equal(*(t.drop(columns="steps_per_second") for t in losses), check_exact=True)
    assert losses[0]["epoch"].tolist() == [1, 2, 3, 4, 5]
    # One process goes on where two were.
    begin(SPATIAL, tmp_path / "alone").go()
    alone, together = generator(tmp_path / "alone"), generator(trained[2])
    for key in alone:
        torch.testing.assert_close(alone[key], together[key], rtol=1e-4, atol=1e-5)


def test_what_ranks_cannot_use_is_one_line(tmp_path):
    process = Job(tmp_path, crops=[128]).start()
    _, said = process.communicate()
    assert process.returncode == 1
    assert [line.partition(" ")[2] for line in said.splitlines()] == [
        "run spatial: 2 processes, by gloo",
        "error: run spatial: crops of 128 px are larger than the training field, 96 x 96 px",
    ]
    assert not (tmp_path / "weights").exists()
