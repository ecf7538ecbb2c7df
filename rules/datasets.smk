"""From raw mosaics to arrays ready for training."""


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
        runtime=30,
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
    """Clip the brightest pixels and scale each band to [0, 1]."""
    input:
        field=rules.align_xdf.output.field,
    output:
        array=f"{RESULTS}/datasets/{{archive}}/training.npy",
        constants=f"{RESULTS}/datasets/{{archive}}/training.json",
    log:
        f"{RESULTS}/logs/scale_xdf/{{archive}}.log",
    conda:
        "../envs/datasets.yaml"
    resources:
        mem_mb=attempted(3000),
        runtime=15,
    params:
        code=code("datasets/scale_xdf.py"),
        clip_percentile=config["dataset"]["clip_percentile"],
        published=published_extremes(),
    script:
        "../workflow/scripts/datasets/scale_xdf.py"


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
        runtime=60,
    params:
        code=code("datasets/downscale_galaxyzoo.py"),
        archive="{archive}",
        simulated=lambda wildcards: source(wildcards.archive) == "simulate",
        size="{size}",
    script:
        "../workflow/scripts/datasets/downscale_galaxyzoo.py"
