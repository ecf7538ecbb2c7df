"""Ablations differ from their base in their block only, and in nothing but what they are about."""

from pathlib import Path

import pytest
import yaml

from mockskies.run_blocks import resolve_runs

RUNS = yaml.safe_load((Path(__file__).resolve().parents[2] / "config/runs.yaml").read_text())["runs"]
RESOLVED = resolve_runs(RUNS)
DROPOUT = {"before": 0.5, "after": 0.5, "start": 0, "end": 0}

# By the run: what it may change of its base, key by key.
CHANGES = {
    "fussell2019_kernel6": {"generator.kernel": 6, "discriminator.kernel": 6},
    "fussell2019_width32": {
        "generator.widths": [256, 128, 64, 32],
        "discriminator.widths": [32, 64, 128, 256],
        "batch": 128,
    },
    "fussell2019_width64": {
        "generator.widths": [512, 256, 128, 64],
        "discriminator.widths": [64, 128, 256, 512],
        "batch": 128,
    },
    "fussell2019_width128": {"batch": 128},
    "fussell2019_no_batch_norm": {"generator.batch_norm": False, "discriminator.batch_norm": False},
    "fussell2019_label_smoothing": {"objective.label_smoothing": 0.3},
    "fussell2019_dropout_generator": {"generator.dropout": DROPOUT},
    "fussell2019_dropout_discriminator": {"discriminator.dropout": DROPOUT},
    "fussell2019_dropout_both": {"generator.dropout": DROPOUT, "discriminator.dropout": DROPOUT},
}
OF_128 = {
    "fussell2019_dcgan128_late_dropout": {"before": 0, "after": 0.5, "start": 200, "end": 200},
    "fussell2019_dcgan128_annealed_dropout": {"before": 0, "after": 1, "start": 0, "end": 400},
}


def flat(block):
    found = {}
    for key, value in block.items():
        if key in ("generator", "discriminator", "objective", "optimiser"):
            found |= {f"{key}.{inner}": entry for inner, entry in value.items()}
        else:
            found[key] = value
    return found


def differences(name, base):
    ours, theirs = flat(RESOLVED[name]), flat(RESOLVED[base])
    assert ours.keys() == theirs.keys()
    return {key: value for key, value in ours.items() if value != theirs[key]}


@pytest.mark.parametrize("name", CHANGES)
def test_an_ablation_changes_one_thing(name):
    assert RUNS[name]["base"] == "fussell2019_dcgan64"
    assert differences(name, "fussell2019_dcgan64") == CHANGES[name]


@pytest.mark.parametrize("name", OF_128)
def test_dropout_at_128_px_differs_in_its_ramp_only(name):
    assert RUNS[name]["base"] == "fussell2019_dcgan128"
    assert differences(name, "fussell2019_dcgan128") == {"discriminator.dropout": OF_128[name]}


def test_every_run_with_a_base_is_named_here():
    ablations = {name for name, block in RUNS.items() if "base" in block and name.startswith("fussell2019")}
    assert ablations == {*CHANGES, *OF_128, "fussell2019_dcgan128"}


def test_no_code_knows_an_ablation_by_name():
    sources = (Path(__file__).resolve().parents[2] / "workflow/mockskies").rglob("*.py")
    assert not [path for path in sources if any(name in path.read_text() for name in {*CHANGES, *OF_128})]
