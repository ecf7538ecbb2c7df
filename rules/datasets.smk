"""From raw mosaics to arrays ready for training."""


localrules:
    grid_positions,


rule align_xdf:
    """Bring the bands of one sky to one upright grid, cropped to its fully observed part."""
    input:
        sci=[xdf_file(band.lower(), "sci") for band in BANDS],
    output:
        field=f"{RESULTS}/datasets/{{archive}}/field.fits",
    log:
        f"{RESULTS}/logs/align_xdf/{{archive}}.log",
    wildcard_constraints:
        archive=of_survey("xdf"),
    conda:
        "../envs/datasets.yaml"
    resources:
        mem_mb=attempted(6000),
        runtime=attempted(30),
    params:
        code=code("datasets/align_xdf.py"),
        bands=BANDS,
        zero_points=ZERO_POINTS,
        pixel_scale=quantity(config["dataset"]["pixel_scale"], "arcsec"),
        position_angle=quantity(config["dataset"]["position_angle"], "deg"),
        size=config["dataset"]["size"],
    script:
        "../workflow/scripts/datasets/align_xdf.py"


rule scale_xdf:
    """Clip the brightest pixels and scale each band to [0, 1]; and scale it by its sky, unclipped."""
    input:
        field=rules.align_xdf.output.field,
    output:
        array=f"{RESULTS}/datasets/{{archive}}/training.npy",
        constants=f"{RESULTS}/datasets/{{archive}}/training.json",
        sky=f"{RESULTS}/datasets/{{archive}}/sky.npy",
        sky_constants=f"{RESULTS}/datasets/{{archive}}/sky.json",
    log:
        f"{RESULTS}/logs/scale_xdf/{{archive}}.log",
    conda:
        "../envs/datasets.yaml"
    resources:
        mem_mb=attempted(3000),
        runtime=attempted(15),
    params:
        code=code("datasets/scale_xdf.py"),
        clip_percentile=config["dataset"]["clip_percentile"],
        published=published_extremes(),
    script:
        "../workflow/scripts/datasets/scale_xdf.py"


rule map_density:
    """Map the density of an archive's sources, which conditioned runs are told."""
    input:
        catalogue=f"{RESULTS}/measurement/{{archive}}/catalogue.fits",
    output:
        density=f"{RESULTS}/datasets/{{archive}}/density.npy",
    log:
        f"{RESULTS}/logs/map_density/{{archive}}.log",
    wildcard_constraints:
        archive=of_survey("xdf"),
    conda:
        "../envs/datasets.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(15),
    params:
        code=code("datasets/map_density.py"),
    script:
        "../workflow/scripts/datasets/map_density.py"


rule downscale_galaxyzoo:
    """Bring Galaxy Zoo's pictures to one size by nearest neighbours, in one array that is mapped into memory."""
    input:
        images=rules.unpack_galaxyzoo.output.images,
        votes=rules.unpack_galaxyzoo.output.votes,
    output:
        array=f"{RESULTS}/datasets/{{archive}}/{{size}}.npy",
        metadata=f"{RESULTS}/datasets/{{archive}}/{{size}}.json",
    log:
        f"{RESULTS}/logs/downscale_galaxyzoo/{{archive}}_{{size}}.log",
    wildcard_constraints:
        archive=of_survey("galaxyzoo"),
        size="64|128|256",
    conda:
        "../envs/datasets.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("datasets/downscale_galaxyzoo.py"),
        archive="{archive}",
        simulated=lambda wildcards: source(wildcards.archive) == "simulate",
        size="{size}",
    script:
        "../workflow/scripts/datasets/downscale_galaxyzoo.py"


rule square_photographs:
    """Cut the centred square of each photograph, and bring all to one size, in one array."""
    input:
        photographs=archived("photographs"),
    output:
        array=f"{RESULTS}/datasets/{{archive}}/{{size}}.npy",
        metadata=f"{RESULTS}/datasets/{{archive}}/{{size}}.json",
    log:
        f"{RESULTS}/logs/square_photographs/{{archive}}_{{size}}.log",
    wildcard_constraints:
        archive=of_survey("photographs"),
        size="64|128|256",
    conda:
        "../envs/datasets.yaml"
    threads: 8
    resources:
        mem_mb=attempted(8000),
        runtime=attempted(60),
    params:
        code=code("datasets/square_photographs.py"),
        archive="{archive}",
        simulated=lambda wildcards: source(wildcards.archive) == "simulate",
        size="{size}",
    script:
        "../workflow/scripts/datasets/square_photographs.py"


rule compose_scenes:
    """Compose scenes of galaxies in known boxes on empty sky; held-out ones have galaxies of their own."""
    input:
        array=scene_galaxies,
        metadata=lambda wildcards: scene_galaxies(wildcards).replace(".npy", ".json"),
    output:
        train=f"{RESULTS}/datasets/{{run}}/scenes.npy",
        train_about=f"{RESULTS}/datasets/{{run}}/scenes.json",
        train_boxes=f"{RESULTS}/datasets/{{run}}/boxes.csv",
        held_out=f"{RESULTS}/datasets/{{run}}/held_out.npy",
        held_out_about=f"{RESULTS}/datasets/{{run}}/held_out.json",
        held_out_boxes=f"{RESULTS}/datasets/{{run}}/held_out_boxes.csv",
    log:
        f"{RESULTS}/logs/compose_scenes/{{run}}.log",
    wildcard_constraints:
        run=of_model("detector"),
    conda:
        "../envs/datasets.yaml"
    threads: 16
    resources:
        mem_mb=attempted(8000),
        runtime=attempted(60),
    params:
        code=code("datasets/compose_scenes.py"),
        scenes=COCCOMINI2021["scenes"],
        seed=config["seed"],
    script:
        "../workflow/scripts/datasets/compose_scenes.py"


rule list_real_frames:
    """List the sparse frames that count as real, and their clusters: labelled so or scored high, on a sky of 0."""
    input:
        labeled=archived("labeled"),
        scored=archived("scored"),
        labeled_table=archived("labeled.csv"),
        scored_table=archived("scored.csv"),
    output:
        real=f"{RESULTS}/datasets/{{archive}}/real.csv",
        clusters=f"{RESULTS}/datasets/{{archive}}/clusters.csv",
    log:
        f"{RESULTS}/logs/list_real_frames/{{archive}}.log",
    wildcard_constraints:
        archive=of_survey("sparse"),
    conda:
        "../envs/datasets.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("datasets/list_real_frames.py"),
        threshold=DEFREMOND2020["threshold"],
        real_above=DEFREMOND2020["real_above"],
    script:
        "../workflow/scripts/datasets/list_real_frames.py"


rule cut_patches:
    """Cut every galaxy of the real sparse frames out as a patch of 32 px, with its class of size."""
    input:
        labeled=archived("labeled"),
        scored=archived("scored"),
        real=rules.list_real_frames.output.real,
        clusters=rules.list_real_frames.output.clusters,
    output:
        array=f"{RESULTS}/datasets/{{archive}}/patches.npy",
        metadata=f"{RESULTS}/datasets/{{archive}}/patches.json",
        table=f"{RESULTS}/datasets/{{archive}}/patches.csv",
    log:
        f"{RESULTS}/logs/cut_patches/{{archive}}.log",
    wildcard_constraints:
        archive=of_survey("sparse"),
    conda:
        "../envs/datasets.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(30),
    params:
        code=code("datasets/cut_patches.py"),
        archive="{archive}",
        simulated=lambda wildcards: source(wildcards.archive) == "simulate",
        threshold=DEFREMOND2020["threshold"],
        classes=DEFREMOND2020["classes"],
    script:
        "../workflow/scripts/datasets/cut_patches.py"


rule grid_positions:
    """Put the positions of the real frames' galaxies on grids, without and with their classes of size."""
    input:
        real=rules.list_real_frames.output.real,
        clusters=rules.list_real_frames.output.clusters,
    output:
        grids=f"{RESULTS}/datasets/{{archive}}/grids.npy",
        metadata=f"{RESULTS}/datasets/{{archive}}/grids.json",
        class_grids=f"{RESULTS}/datasets/{{archive}}/class_grids.npy",
        class_metadata=f"{RESULTS}/datasets/{{archive}}/class_grids.json",
    log:
        f"{RESULTS}/logs/grid_positions/{{archive}}.log",
    wildcard_constraints:
        archive=of_survey("sparse"),
    conda:
        "../envs/datasets.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=attempted(10),
    params:
        code=code("datasets/grid_positions.py"),
        archive="{archive}",
        simulated=lambda wildcards: source(wildcards.archive) == "simulate",
        classes=DEFREMOND2020["classes"],
    script:
        "../workflow/scripts/datasets/grid_positions.py"


rule reduce_real:
    """Reduce the real sparse frames to the size that the end-to-end GAN draws."""
    input:
        labeled=archived("labeled"),
        scored=archived("scored"),
        real=rules.list_real_frames.output.real,
    output:
        array=f"{RESULTS}/datasets/{{archive}}/frames_128.npy",
        metadata=f"{RESULTS}/datasets/{{archive}}/frames_128.json",
    log:
        f"{RESULTS}/logs/reduce_real/{{archive}}.log",
    wildcard_constraints:
        archive=of_survey("sparse"),
    conda:
        "../envs/datasets.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("datasets/reduce_real.py"),
        archive="{archive}",
        simulated=lambda wildcards: source(wildcards.archive) == "simulate",
        size=128,
    script:
        "../workflow/scripts/datasets/reduce_real.py"


rule reduce_scored:
    """Reduce the scored sparse frames to the size that a network reads."""
    input:
        scored=archived("scored"),
    output:
        array=f"{RESULTS}/datasets/{{archive}}/scored_{{size}}.npy",
        metadata=f"{RESULTS}/datasets/{{archive}}/scored_{{size}}.json",
    log:
        f"{RESULTS}/logs/reduce_scored/{{archive}}_{{size}}.log",
    wildcard_constraints:
        archive=of_survey("sparse"),
        size=r"[1-9]\d+",
    conda:
        "../envs/datasets.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("datasets/reduce_scored.py"),
        archive="{archive}",
        simulated=lambda wildcards: source(wildcards.archive) == "simulate",
        size="{size}",
    script:
        "../workflow/scripts/datasets/reduce_scored.py"
