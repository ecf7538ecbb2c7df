"""The loop: exact resume, same bytes, losses, and what must stop it."""

import dataclasses
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from mockskies.errors import DivergenceError, InputError
from mockskies.training.field_batches import Crops
from mockskies.training.loop import Training
from mockskies.training.precision import Compute
from mockskies.training.run import Optimiser, Run

CPU = Compute("cpu", "float32")

SMALL = Run(
    name="small",
    seed=7,
    model="spatial",
    objective={"loss": "relativistic_average"},
    networks={
        "generator": {"latent_channels": 5, "widths": [12, 8, 6, 4], "layers_per_set": 2},
        "discriminator": {"widths": [4, 6, 8], "packing": 2},
    },
    optimiser=Optimiser({"generator": 1e-3, "discriminator": 1e-3}, 0.5, 0.999),
    batch=4,
    crops=(16, 32),
    batches_per_epoch=3,
    epochs=6,
    snapshots=(0, 2, 6),
    preview_every=3,
    checkpoint_seconds=0.0,
    tensorboard=False,
)


@pytest.fixture(scope="module", autouse=True)
def two_threads():
    torch.set_num_threads(2)


@pytest.fixture
def field():
    return torch.from_numpy(np.random.default_rng(0).random((3, 48, 56), np.float32))


def start(run, field, compute, state):
    return Training(run, Crops(run, field), compute, state)


def weights(state: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((state / "weights").iterdir())}


def test_two_runs_with_one_seed_write_the_same_bytes(tmp_path, field):
    for name in "ab":
        start(SMALL, field, CPU, tmp_path / name).go()
    first, second = weights(tmp_path / "a"), weights(tmp_path / "b")
    assert list(first) == ["000000.safetensors", "000002.safetensors", "000006.safetensors"]
    assert first == second
    assert len(set(first.values())) == 3
    other = dataclasses.replace(SMALL, seed=8)
    start(other, field, CPU, tmp_path / "c").go()
    assert weights(tmp_path / "c")["000006.safetensors"] != first["000006.safetensors"]


def test_losses_previews_and_rates_are_logged(tmp_path, field):
    start(SMALL, field, CPU, tmp_path).go()
    losses = pd.read_csv(tmp_path / "losses.csv")
    assert losses["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert losses["step"].tolist() == [3, 6, 9, 12, 15, 18]
    assert losses["rate_generator"].eq(1e-3).all()
    assert losses[["loss_generator", "loss_discriminator"]].gt(0).all(axis=None)
    assert [p.name for p in sorted((tmp_path / "previews").iterdir())] == ["000003.png", "000006.png"]


def test_a_longer_schedule_goes_on_from_a_shorter_one(tmp_path, field):
    start(SMALL, field, CPU, tmp_path / "whole").go()
    start(dataclasses.replace(SMALL, epochs=4), field, CPU, tmp_path / "parts").go()
    start(SMALL, field, CPU, tmp_path / "parts").go()
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")
    assert pd.read_csv(tmp_path / "parts" / "losses.csv")["epoch"].tolist() == [1, 2, 3, 4, 5, 6]


KILLED = """
import sys
from pathlib import Path
import numpy as np, torch
sys.path[:0] = {paths!r}
from test_loop import CPU, SMALL, start
torch.set_num_threads(2)
field = torch.from_numpy(np.random.default_rng(0).random((3, 48, 56), np.float32))
start(SMALL, field, CPU, Path({state!r})).go()
"""


def test_a_run_killed_again_and_again_ends_in_the_same_bytes(tmp_path, field):
    start(SMALL, field, CPU, tmp_path / "undisturbed").go()
    state = tmp_path / "killed"
    source = Path(__file__).resolve().parents[2] / "workflow"
    script = KILLED.format(paths=[str(source), str(Path(__file__).parent)], state=str(state))
    checkpoint = state / "checkpoint.safetensors"

    def version():
        return checkpoint.stat().st_mtime_ns if checkpoint.exists() else None

    for _ in range(3):
        before = version()
        process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
        # A checkpoint is written after every step here, so a kill right after one lands in the midst of work.
        while version() == before and process.poll() is None:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert weights(state).keys() != weights(tmp_path / "undisturbed").keys()
    subprocess.run([sys.executable, "-c", script], check=True, stderr=subprocess.DEVNULL)
    assert weights(state) == weights(tmp_path / "undisturbed")
    ours, theirs = (pd.read_csv(p / "losses.csv") for p in (state, tmp_path / "undisturbed"))
    pd.testing.assert_frame_equal(
        ours.drop(columns="steps_per_second"), theirs.drop(columns="steps_per_second"), check_exact=True
    )


def test_a_loss_that_is_not_finite_names_step_and_checkpoint(tmp_path, field):
    start(dataclasses.replace(SMALL, epochs=2), field, CPU, tmp_path).go()
    broken = field.clone()
    broken[:] = torch.inf
    with pytest.raises(DivergenceError) as error:
        start(SMALL, broken, CPU, tmp_path).go()
    assert str(error.value) == (
        f"run small: a loss is not finite at step 6; the last good checkpoint is "
        f"{tmp_path / 'checkpoint.safetensors'}"
    )
    start(SMALL, field, CPU, tmp_path).go()


def test_crops_larger_than_the_field(tmp_path, field):
    run = dataclasses.replace(SMALL, crops=(16, 64))
    message = "run small: crops of 64 px are larger than the training field, 56 x 48 px"
    with pytest.raises(InputError, match=re.escape(message)):
        start(run, field, CPU, tmp_path)


def test_a_checkpoint_of_another_architecture_is_refused_and_kept(tmp_path, field):
    start(dataclasses.replace(SMALL, epochs=1), field, CPU, tmp_path).go()
    before = (tmp_path / "checkpoint.safetensors").read_bytes()
    generator = SMALL.networks["generator"] | {"layers_per_set": 3}
    deeper = dataclasses.replace(SMALL, networks=SMALL.networks | {"generator": generator})
    with pytest.raises(
        InputError, match=r"checkpoint.safetensors: weights of another architecture: expected"
    ):
        start(deeper, field, CPU, tmp_path)
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "altered"])
def test_a_damaged_checkpoint_is_refused(tmp_path, field, damage):
    start(dataclasses.replace(SMALL, epochs=1), field, CPU, tmp_path).go()
    path = tmp_path / "checkpoint.safetensors"
    content = bytearray(path.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
        message = "expected whole weights in safetensors, found damage: "
    else:
        content[-100] ^= 1
        message = "damaged: tensors and settings do not give the checksum in its metadata"
    path.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(f"{path}: {message}")):
        start(SMALL, field, CPU, tmp_path)


def test_mixed_precision_trains_and_keeps_weights_in_float32(tmp_path, field):
    run = dataclasses.replace(SMALL, epochs=1, batch=2, crops=(16,))
    training = start(run, field, Compute("cpu", "bfloat16"), tmp_path)
    training.go()
    assert {p.dtype for p in training.networks["generator"].parameters()} == {torch.float32}
    assert np.isfinite(pd.read_csv(tmp_path / "losses.csv")["loss_generator"]).all()


def test_the_fingerprint_ignores_length_and_output_only():
    marked = {
        name: dataclasses.replace(SMALL, **change).fingerprint("data", "auto")
        for name, change in {
            "same": {"epochs": 900, "snapshots": (1,), "preview_every": 9, "checkpoint_seconds": 9.0},
            "batch": {"batch": 6},
            "seed": {"seed": 1},
            "rate": {"optimiser": Optimiser({"generator": 2e-3, "discriminator": 1e-3}, 0.5, 0.999)},
        }.items()
    }
    assert marked.pop("same") == SMALL.fingerprint("data", "auto")
    others = {*marked.values(), SMALL.fingerprint("other data", "auto"), SMALL.fingerprint("data", "float32")}
    assert len(others) == 5
    assert SMALL.fingerprint("data", "auto") not in others


def test_tensorboard_is_written_if_asked(tmp_path, field):
    start(dataclasses.replace(SMALL, epochs=1, tensorboard=True), field, CPU, tmp_path).go()
    assert list((tmp_path / "tensorboard").glob("events.out.tfevents.*"))
