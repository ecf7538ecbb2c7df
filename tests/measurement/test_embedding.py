"""The classifier in whose features galaxies are compared: what it may be, and what it learns from."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scripts.measurement import embed_galaxies

from mockskies.archives.vote_tree import COLUMNS
from mockskies.datasets.galaxies import write_galaxies
from mockskies.errors import InputError
from mockskies.models import morphology
from mockskies.training.batches import Votes
from mockskies.training.levels import from_levels
from mockskies.training.weights import network_tensors, save_tensors


def save_classifier(folder, answers):
    block = {"widths": [8, 16], "groups": 4, "answers": answers}
    (classifier,) = morphology.build(block, bands=3)
    settings = {"architecture": {"model": "morphology", "classifier": block}, "bands": 3}
    folder.mkdir()
    save_tensors(folder / "w.safetensors", network_tensors("classifier", classifier), settings)
    return folder


def job(namespace, tmp_path, answers, images):
    return namespace(
        input={"weights": save_classifier(tmp_path / f"weights_{answers}", answers), "images": [images]},
        output={"features": [tmp_path / "features.npy"], "votes": [tmp_path / "votes.npy"]},
        params={"weights": "w.safetensors", "size": 64, "precision": "float32"},
    )


def test_galaxies_are_embedded_by_a_classifier_of_galaxy_zoo_s_answers_alone(namespace, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (3, 3, 128, 128), np.uint8)
    write_galaxies(tmp_path / "128.npy", 3, 128, [images], {})
    embed_galaxies.main(job(namespace, tmp_path, len(COLUMNS), tmp_path / "128.npy"))
    assert np.load(tmp_path / "features.npy").shape == (3, 16)
    assert np.load(tmp_path / "votes.npy").shape == (3, 37)
    with pytest.raises(InputError) as found:
        embed_galaxies.main(job(namespace, tmp_path, 3, tmp_path / "128.npy"))
    assert str(found.value) == (
        f"{tmp_path}/weights_3/w.safetensors: expected a classifier of Galaxy Zoo's 37 answers, "
        f"found one of 3 classes"
    )


def test_votes_are_learnt_from_galaxies_in_all_eight_ways_and_shifted():
    image = torch.from_numpy(np.random.default_rng(1).integers(0, 256, (1, 3, 64, 64), np.uint8))
    turned = [image.rot90(k, (2, 3)) for k in range(4)]
    ways = torch.cat([*turned, *(each.flip(3) for each in turned)])
    run = SimpleNamespace(name="run", seed=1, batch=4, accumulate=1, stretch="linear")
    run.networks = {"classifier": {"answers": 1}}
    data = Votes(run, image.expand(4, -1, -1, -1), torch.ones(4, 1))
    shown = from_levels(ways, "linear")
    seen, shifts = set(), set()
    for step in range(80):
        real = data.draw(step, 0).real
        spectrum = torch.fft.fft2(real)[:, None] * torch.fft.fft2(shown).conj()
        peaks = torch.fft.ifft2(spectrum).real.sum(dim=2).flatten(2)
        height, place = peaks.max(dim=2)
        way = height.argmax(dim=1)
        seen |= set(way.tolist())
        shifts |= {divmod(int(place[i, w]), 64) for i, w in enumerate(way)}
    assert seen == set(range(8))
    assert len(shifts) > 20
    assert {y for y, _ in shifts} == {x for _, x in shifts} == {*range(5), *range(60, 64)}
