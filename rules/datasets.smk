"""From raw mosaics to arrays ready for training."""


rule align_xdf:
    """Bring the bands of one sky to one upright grid, cropped to its fully observed part."""
    input:
        sci=[xdf_file(band.lower(), "sci") for band in BANDS],
    output:
        field=f"{RESULTS}/datasets/{{archive}}/field.fits",
    log:
        f"{RESULTS}/logs/align_xdf/{{archive}}.log",
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
