"""How each paper is run here, under the names of config/published.yaml."""


def smith2019_settings():
    """The method of smith2019 as it is run here, under the names of config/published.yaml."""
    run = RUNS[SMITH2019]
    # Of one's own generator, which may take the place of the paper's.
    absent = {key: "none" for key in ("layers_per_set", "packing")}
    networks = absent | run["generator"] | run["discriminator"]
    return {
        "recipe": run["model"],
        "latent_channels": networks["latent_channels"],
        "layers_per_set": networks["layers_per_set"],
        "generator_widths": run["generator"]["widths"],
        "discriminator_layers": len(run["discriminator"]["widths"]),
        "packing": networks["packing"],
        "epochs": run["epochs"],
        "batches_per_epoch": run["batches_per_epoch"],
        "batch": run["batch"],
        "crops": run["crops"],
        "generator_rate": run["optimiser"]["generator_rate"],
        "discriminator_rate": run["optimiser"]["discriminator_rate"],
        "milestones": run["milestones"],
        "ensemble_models": len(ensemble_epochs(SMITH2019)),
        "ensemble_fields": len(ensemble_files("sampling", SMITH2019)),
        "generated_size": 16 * config["ensemble"]["size"],
        "threshold": config["catalogue"]["threshold"],
        "minimum_area": config["catalogue"]["minimum_area"],
        "magnitude_limit": quantity(config["comparison"]["magnitude_limit"], "mag"),
        "thumbnail_size": 7.2,
        "thumbnail_magnitudes": [21.0, 26.0],
        "zoom_size": 45.0,
    }


def fussell2019_settings():
    """What the experiments of fussell2019 change as run here, under the names of config/published.yaml."""
    dcgan, stackgan = (RUNS[FUSSELL2019[name]] for name in ("dcgan", "stackgan"))
    experiments = {
        name: RUNS[f"fussell2019_{name}"]
        for name in ("kernel6", "label_smoothing", "dropout_both", "dcgan128", "dcgan128_late_dropout")
    }
    widths = [RUNS[f"fussell2019_width{width}"] for width in (32, 64, 128)]
    return {
        "size": dcgan["sizes"][-1],
        "large_size": stackgan["sizes"][-1],
        "generative_weight": stackgan["objective"]["generative"],
        "pixel_weight": stackgan["objective"]["pixel"],
        "pixel_channels": stackgan["objective"]["channels"],
        "kernel": experiments["kernel6"]["generator"]["kernel"],
        "channel_scales": [run["discriminator"]["widths"][0] for run in widths],
        "channel_batch": widths[-1]["batch"],
        "label_smoothing": experiments["label_smoothing"]["objective"]["label_smoothing"],
        "dropout": experiments["dropout_both"]["generator"]["dropout"]["after"],
        "dcgan128_epochs": experiments["dcgan128"]["epochs"],
        "dcgan128_width": experiments["dcgan128"]["discriminator"]["widths"][0],
        "dropout_epoch": experiments["dcgan128_late_dropout"]["discriminator"]["dropout"]["start"],
    }


def defremond2020_settings():
    """The method of defremond2020 as it is run here, under the names of config/published.yaml."""
    cnn, resnet = (RUNS[f"{DEFREMOND2020['scorers'][name]['run']}_fold0"] for name in ("cnn", "resnet50"))
    return {
        "frames": "simulator" if source(SPARSE) == "simulate" else "course",
        "scored": config["archives"][SPARSE]["images"]["scored"],
        "size": DEFREMOND2020["frame"],
        "real_above": DEFREMOND2020["real_above"],
        "cells": 32,
        "patch": 32,
        "classes": len(DEFREMOND2020["classes"]) + 1,
        "drawn": DEFREMOND2020["drawn"],
        "histogram": 256,
        "cnn_size": int(cnn["images"].removeprefix("scored_")),
        "cnn_layers": len(cnn["scorer"]["widths"]),
        # What is in a user's file is theirs to know.
        "resnet50_weights": "a_file" if resnet["initial_weights"] else "random",
        "experiment_images": DEFREMOND2020["experiments"]["images"],
        "experiment_sets": DEFREMOND2020["experiments"]["sets"],
    }


def defremond2020_notes():
    """What must be said of a scorer: the weights that a network starts from, where its paper had ImageNet's."""
    notes = {}
    for name, scorer in DEFREMOND2020["scorers"].items():
        run = RUNS[f"{scorer['run']}_fold0"] if scorer["model"] == "network" else {}
        if "initial_weights" in run:
            given = run["initial_weights"]
            notes[name] = (
                "weights of a file at first" if given else "random weights at first (paper: ImageNet)"
            )
    return notes


def coccomini2021_settings():
    """The method of coccomini2021 as it is run here, under the names of config/published.yaml."""
    run, bodies = RUNS[COCCOMINI2021["galaxies"]], RUNS[COCCOMINI2021["bodies"]]
    return {
        "galaxies": "simulator" if source(run["dataset"]) == "simulate" else "telescope",
        "galaxy_size": run["sizes"][-1],
        "photographs_origin": "simulator" if source(bodies["dataset"]) == "simulate" else "folder",
        "body_size": bodies["sizes"][-1],
        "latent": run["generator"]["latent_channels"],
        "attention": run["generator"]["attention"]["sizes"],
        "batch": run["batch"],
        "accumulation": run.get("accumulate", 1),
        "generator_rate": run["optimiser"]["generator_rate"],
        "discriminator_rate": run["optimiser"]["discriminator_rate"],
        "colour": 100 * run["objective"]["colour"],
        "view_galaxies": COCCOMINI2021["drawn"],
        "blanks": COCCOMINI2021["blanks"],
        "tiles": COCCOMINI2021["view"]["rows"] * COCCOMINI2021["view"]["columns"],
        # The paper's was another project's download; ours learns the same votes.
        "classifier": "own",
        "similar": COCCOMINI2021["similar"],
        "similar_shown": min(10, COCCOMINI2021["similar"]),
        "neighbours": COCCOMINI2021["neighbours"],
    }
