"""Small files of every kind that a user may bring, and the scripts that read them, one after another."""

import csv
import gzip
import importlib.util
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from astropy.io import fits
from galaxyzoo_files import IMAGES, SOLUTIONS, jpeg, write_archive
from PIL import Image
from safetensors.torch import save_file

from mockskies.archives.frames import write_frame
from mockskies.archives.population import Sky, draw_truth
from mockskies.archives.simulate import write_truth
from mockskies.archives.vote_table import ANSWERS
from mockskies.archives.xdf import Mosaic
from mockskies.datasets.galaxies import write_galaxies
from mockskies.models import resnet
from mockskies.training.run import build
from mockskies.training.weights import network_tensors, save_tensors

ROOT = Path(__file__).resolve().parents[1]
BANDS = {"f606w": 26.51, "f814w": 25.94}
NAME = "hlsp_xdf_hst_acswfc-60mas_hudf_{}_v1_sci.fits"
GRID = {"bands": [band.upper() for band in BANDS], "zero_points": list(BANDS.values())}
GRID |= {"pixel_scale": 0.06, "position_angle": 43.25, "size": "largest"}
RUN = {
    "name": "mine",
    "seed": 1,
    "model": "dcgan",
    "objective": {"loss": "non_saturating", "label_smoothing": 0.0},
    "generator": {
        "latent_channels": 3,
        "widths": [4, 4, 4, 4],
        "kernel": 4,
        "batch_norm": True,
        "dropout": None,
    },
    "discriminator": {"widths": [4, 4, 4, 4], "kernel": 4, "batch_norm": True, "dropout": None}
    | {"dropout_after": "all"},
    "optimiser": {"generator_rate": 1e-3, "discriminator_rate": 1e-3, "beta1": 0.5, "beta2": 0.999},
    "batch": 4,
    "epochs": 1,
    "sizes": [64],
    "snapshots": [1],
    "preview_every": 9,
    "checkpoint_seconds": 600,
    "tensorboard": False,
}
SCORER = {key: RUN[key] for key in ("name", "seed", "batch", "epochs", "snapshots", "preview_every")}
SCORER |= {"checkpoint_seconds": 600, "tensorboard": False, "model": "resnet", "objective": {"loss": "score"}}
SCORER |= {"optimiser": {"scorer_rate": 1e-3, "beta1": 0.9, "beta2": 0.999}, "images": "scored_64"}
SCORER |= {"fold": 0, "folds": 2, "scorer": {"width": 2, "blocks": [1, 1, 1, 1]}}


@dataclass(frozen=True)
class Victim:
    """What is damaged and who reads it.

    Attributes
    ----------
    write
        Writes good files into a folder; returns the names of those that may be damaged.
    jobs
        Scripts with their namespaces' parts, in order; ``{i}`` is the folder of inputs, ``{o}`` of outputs.
    """

    write: object
    jobs: list


def script(name):
    """The ``main`` of a script."""
    path = ROOT / "workflow/scripts" / f"{name}.py"
    specification = importlib.util.spec_from_file_location(name.replace("/", "_"), path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.main


def filled(part, inputs, outputs):
    """A part of a namespace with its paths."""
    if isinstance(part, dict):
        return {key: filled(value, inputs, outputs) for key, value in part.items()}
    if isinstance(part, list):
        return [filled(value, inputs, outputs) for value in part]
    return part.replace("{i}", str(inputs)).replace("{o}", str(outputs)) if isinstance(part, str) else part


def namespace(parts, log, inputs, outputs):
    spaces = {name: SimpleNamespace(**values) for name, values in filled(parts, inputs, outputs).items()}
    rest = {"threads": 1, "log": [str(log)], "resources": SimpleNamespace(gpu=1)}
    return SimpleNamespace(**rest, **spaces)


def mosaics(folder):
    sky = Mosaic(60, 34, 43.25, 0.06)
    random = np.random.default_rng(3)
    for band in BANDS:
        image = np.where(sky.observed(), random.normal(0, 1e-3, (60, 60)), 0).astype(np.float32)
        header = sky.header(band.upper(), "sci")
        fits.PrimaryHDU(image, header).writeto(folder / NAME.format(band))
    return [NAME.format("f606w")]


def truth(folder):
    sky = Sky(1, "xdf", Mosaic(40, 24, 43.25, 0.06), 24.0)
    write_truth(folder / "truth.fits", draw_truth(sky), sky)
    return ["truth.fits"]


def zips(folder):
    write_archive(folder, [100008, 100023])
    return [IMAGES, SOLUTIONS]


def gz2(folder):
    names = [f"t01_x_a{answer:02d}_y_debiased" for answer in ANSWERS]
    rows = [[objid, *np.full(37, 0.5)] for objid in (587, 588, 589)]
    text = "".join(",".join(map(str, line)) + "\n" for line in [["dr7objid", *names], *rows])
    (folder / "votes.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    (folder / "mapping.csv").write_text(
        "objid,sample,asset_id\n587,original,1\n588,original,2\n589,original,3\n"
    )
    with zipfile.ZipFile(folder / "images.zip", "w") as file:
        for asset in (1, 2, 3):
            file.writestr(zipfile.ZipInfo(f"images/{asset}.jpg"), jpeg(asset))
    return ["votes.csv.gz", "mapping.csv", "images.zip"]


def frames(folder):
    y, x = np.mgrid[:1000, :1000]
    names = []
    for number, part in enumerate(("labeled", "scored", "query")):
        (folder / part).mkdir()
        spot = 200 * np.exp(-((y - 300) ** 2 + (x - 400 - 50 * number) ** 2) / 20)
        write_frame(folder / part / f"{number}.png", spot.astype(np.uint8))
        names.append(f"{part}/{number}.png")
    for number, part in enumerate(("labeled", "scored")):
        (folder / f"{part}.csv").write_text(f"Id,Actual\n{number},1.0\n")
        names.append(f"{part}.csv")
    return names


def photographs(folder):
    random = np.random.default_rng(2)
    smooth = random.integers(0, 255, (4, 5, 3)).astype(np.uint8)
    picture = Image.fromarray(smooth).resize((40, 32))
    names = [
        f"a.{ending}" for ending in ("png", "jpg", "tif", "bmp", "gif", "webp", "ppm", "jp2", "tga", "pcx")
    ]
    for name in names:
        picture.save(folder / name)
    picture.save(folder / "b.tif", compression="tiff_lzw")
    Image.fromarray(random.integers(0, 60000, (20, 20)).astype(np.uint16)).save(folder / "c.png")
    return [*names, "b.tif", "c.png"]


def data_set(folder, bands=3, name="64"):
    random = np.random.default_rng(5)
    blocks = [random.integers(0, 255, (8, bands, 64, 64)).astype(np.uint8)]
    colours = ("red", "green", "blue")[:bands]
    write_galaxies(folder / f"{name}.npy", 8, 64, blocks, {"archive": "a", "simulated": True}, colours)


def weights(folder):
    data_set(folder)
    architecture = {name: RUN[name] for name in ("model", "generator", "discriminator")}
    torch.manual_seed(1)
    generator = build(architecture, 3)["generator"]
    settings = {
        "architecture": architecture,
        "run": "mine",
        "epoch": 1,
        "step": 2,
        "bands": 3,
        "stretch": "linear",
    }
    save_tensors(folder / "000001.safetensors", network_tensors("generator", generator), settings)
    return ["000001.safetensors", "64.npy", "64.json"]


def checkpoint(folder):
    """A run that has ended, whose checkpoint and log it would go on from."""
    data_set(folder)
    parts = TRAIN[0][1]
    script("training/train")(namespace(parts, folder / "log", folder, folder))
    for made in ("previews", "weights"):
        shutil.rmtree(folder / made)
    (folder / "losses.csv").unlink()
    (file,) = (folder / "state").glob("*/checkpoint.safetensors")
    return [str(file.relative_to(folder)), "64.npy", "64.json"]


def first_weights(folder):
    data_set(folder, bands=1)
    with open(folder / "scores.csv", "w", newline="") as file:
        csv.writer(file).writerows([["Id", "Actual"], *([i, i / 2] for i in range(8))])
    torch.manual_seed(2)
    (network,) = resnet.build(SCORER["scorer"], 1)
    save_file(network.state_dict(), folder / "first.safetensors")
    return ["first.safetensors"]


TRAIN = [
    (
        "training/train",
        {
            "input": {"arrays": ["{i}/64.npy"], "targets": [], "initial_weights": []},
            "output": {"previews": "{o}/previews", "weights": "{o}/weights", "losses": "{o}/losses.csv"},
            "params": {"run": RUN, "precision": "float32", "compile": False, "state": "{i}/state"},
        },
    )
]

FRAMES = {part: f"{{o}}/{part}" for part in ("labeled", "scored", "query")}
TABLES = {f"{part}_table": f"{{o}}/{part}.csv" for part in ("labeled", "scored")}

VICTIMS = {
    "mosaic": Victim(
        mosaics,
        [
            *(
                (
                    "archives/link_xdf",
                    {"params": {"folder": "{i}"}, "output": {"fits": f"{{o}}/{NAME.format(band)}"}},
                )
                for band in BANDS
            ),
            (
                "datasets/align_xdf",
                {
                    "input": {"sci": [f"{{o}}/{NAME.format(band)}" for band in BANDS]},
                    "params": GRID,
                    "output": {"field": "{o}/field.fits"},
                },
            ),
            (
                "datasets/scale_xdf",
                {
                    "input": {"field": "{o}/field.fits"},
                    "params": {
                        "clip_percentile": 99.9,
                        "published": {b.upper(): {"minimum": 0.0, "maximum": 1.0} for b in BANDS},
                    },
                    "output": {
                        "array": "{o}/training.npy",
                        "constants": "{o}/training.json",
                        "sky": "{o}/sky.npy",
                        "sky_constants": "{o}/sky.json",
                    },
                },
            ),
        ],
    ),
    "truth": Victim(
        truth,
        [
            (
                "archives/simulate_xdf",
                {
                    "wildcards": {"band": "f606w", "kind": "sci"},
                    "input": {"truth": "{i}/truth.fits"},
                    "output": {"fits": "{o}/sci.fits"},
                },
            )
        ],
    ),
    "galaxyzoo": Victim(
        zips,
        [
            (
                "archives/link_galaxyzoo",
                {
                    "params": {"folder": "{i}"},
                    "output": {"images": f"{{o}}/{IMAGES}", "solutions": f"{{o}}/{SOLUTIONS}"},
                },
            ),
            (
                "archives/unpack_galaxyzoo",
                {
                    "input": {"images": f"{{o}}/{IMAGES}", "solutions": f"{{o}}/{SOLUTIONS}"},
                    "output": {
                        "images": "{o}/images",
                        "votes": "{o}/votes.csv",
                        "left_out": "{o}/left_out.csv",
                    },
                },
            ),
            (
                "datasets/downscale_galaxyzoo",
                {
                    "input": {"images": "{o}/images", "votes": "{o}/votes.csv"},
                    "params": {"archive": "galaxyzoo", "simulated": False, "size": "64"},
                    "output": {"array": "{o}/64.npy", "metadata": "{o}/64.json"},
                },
            ),
        ],
    ),
    "gz2": Victim(
        gz2,
        [
            (
                "archives/translate_gz2",
                {
                    "input": {
                        "pictures": "{i}/images.zip",
                        "mapping": "{i}/mapping.csv",
                        "votes": "{i}/votes.csv.gz",
                    },
                    "output": {"images": f"{{o}}/{IMAGES}", "solutions": f"{{o}}/{SOLUTIONS}"},
                },
            ),
            (
                "archives/unpack_galaxyzoo",
                {
                    "input": {"images": f"{{o}}/{IMAGES}", "solutions": f"{{o}}/{SOLUTIONS}"},
                    "output": {
                        "images": "{o}/images",
                        "votes": "{o}/votes.csv",
                        "left_out": "{o}/left_out.csv",
                    },
                },
            ),
        ],
    ),
    "frames": Victim(
        frames,
        [
            (
                "archives/link_sparse",
                {
                    "params": {"folder": "{i}", "images": {"labeled": 1, "scored": 1, "query": 1}},
                    "output": FRAMES | TABLES,
                },
            ),
            (
                "datasets/list_real_frames",
                {
                    "input": {key: path for key, path in (FRAMES | TABLES).items() if key != "query"},
                    "params": {"threshold": 5, "real_above": 0.5},
                    "output": {"real": "{o}/real.csv", "clusters": "{o}/clusters.csv"},
                },
            ),
        ],
    ),
    "photographs": Victim(
        photographs,
        [
            (
                "archives/link_photographs",
                {
                    "params": {"folder": "{i}"},
                    "output": {"photographs": "{o}/photographs", "left_out": "{o}/left_out.csv"},
                },
            ),
            (
                "datasets/square_photographs",
                {
                    "input": {"photographs": "{o}/photographs"},
                    "params": {"archive": "space", "simulated": False, "size": "64"},
                    "output": {"array": "{o}/64.npy", "metadata": "{o}/64.json"},
                },
            ),
        ],
    ),
    "weights": Victim(
        weights,
        [
            (
                "sampling/draw_galaxies",
                {
                    "wildcards": {"run": "mine"},
                    "input": {"weights": "{i}", "arrays": ["{i}/64.npy"]},
                    "params": {
                        "weights": "000001.safetensors",
                        "drawn": 2,
                        "seed": 1,
                        "precision": "float32",
                    },
                    "output": {"images": "{o}/images.npy"},
                },
            )
        ],
    ),
    "checkpoint": Victim(checkpoint, TRAIN),
    "first weights": Victim(
        first_weights,
        [
            (
                "training/train",
                {
                    "input": {
                        "arrays": ["{i}/64.npy"],
                        "targets": ["{i}/scores.csv"],
                        "initial_weights": ["{i}/first.safetensors"],
                    },
                    "output": TRAIN[0][1]["output"],
                    "params": TRAIN[0][1]["params"]
                    | {"run": SCORER | {"initial_weights": "{i}/first.safetensors"}},
                },
            )
        ],
    ),
}
