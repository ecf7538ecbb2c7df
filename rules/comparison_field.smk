"""From fields and catalogues to how far generated skies are from the area learnt from and from that held out."""


rule compare_held_out:
    """Compare generated sources with the area of the training, and with the quadrant that it never saw."""
    input:
        real=lambda wildcards: f"{RESULTS}/measurement/{RUNS[wildcards.run]['dataset']}/catalogue.fits",
        generated=lambda wildcards: ensemble_files("measurement", wildcards.run),
    output:
        statistics=f"{RESULTS}/comparison/{{run}}/held_out.csv",
        counts=f"{RESULTS}/comparison/{{run}}/counts.csv",
    log:
        f"{RESULTS}/logs/compare_held_out/{{run}}.log",
    wildcard_constraints:
        run=holding_out(),
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("comparison/compare_held_out.py"),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
        bootstraps=config["comparison"]["bootstraps"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_held_out.py"


rule compare_planes:
    """Test whether generated and real sources agree in two properties at once."""
    input:
        real=rules.compare_held_out.input.real,
        generated=rules.compare_held_out.input.generated,
    output:
        planes=f"{RESULTS}/comparison/{{run}}/planes.csv",
    log:
        f"{RESULTS}/logs/compare_planes/{{run}}.log",
    wildcard_constraints:
        run=holding_out(),
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("comparison/compare_planes.py"),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_planes.py"


rule classify_sources:
    """Judge a classifier of real and generated sources on the quadrant that nobody learnt from."""
    input:
        real=rules.compare_held_out.input.real,
        generated=rules.compare_held_out.input.generated,
    output:
        classifier=f"{RESULTS}/comparison/{{run}}/classifier.csv",
    log:
        f"{RESULTS}/logs/classify_sources/{{run}}.log",
    wildcard_constraints:
        run=holding_out(),
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("comparison/classify_sources.py"),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/classify_sources.py"


rule compare_clustering:
    """Measure the two-point correlation of real and generated sources."""
    input:
        real=rules.compare_held_out.input.real,
        generated=rules.compare_held_out.input.generated,
    output:
        clustering=f"{RESULTS}/comparison/{{run}}/clustering.csv",
    log:
        f"{RESULTS}/logs/compare_clustering/{{run}}.log",
    wildcard_constraints:
        run=holding_out(),
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("comparison/compare_clustering.py"),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
        pixel_scale=quantity(config["dataset"]["pixel_scale"], "arcsec"),
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_clustering.py"


rule compare_skies:
    """Compare pixels and power spectra of generated and real fields."""
    input:
        real=lambda wildcards: f"{RESULTS}/datasets/{RUNS[wildcards.run]['dataset']}/field.fits",
        generated=lambda wildcards: ensemble_files("sampling", wildcards.run),
    output:
        distances=f"{RESULTS}/comparison/{{run}}/sky.csv",
        pixels=f"{RESULTS}/comparison/{{run}}/pixels.csv",
        spectra=f"{RESULTS}/comparison/{{run}}/spectra.csv",
    log:
        f"{RESULTS}/logs/compare_skies/{{run}}.log",
    wildcard_constraints:
        run=holding_out(),
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=field_memory,
        runtime=field_time,
    params:
        code=code("comparison/compare_skies.py"),
    script:
        "../workflow/scripts/comparison/compare_skies.py"


rule find_nearest_sources:
    """Find the real source that is most like each bright generated one."""
    input:
        real=rules.compare_skies.input.real,
        real_catalogue=rules.compare_held_out.input.real,
        generated=lambda wildcards: ensemble_files("sampling", wildcards.run)[-1],
        generated_catalogue=lambda wildcards: ensemble_files("measurement", wildcards.run)[-1],
    output:
        nearest=f"{RESULTS}/comparison/{{run}}/nearest.csv",
        pictures=f"{RESULTS}/comparison/{{run}}/nearest.npz",
    log:
        f"{RESULTS}/logs/find_nearest_sources/{{run}}.log",
    wildcard_constraints:
        run=holding_out(),
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=field_memory,
        runtime=field_time,
    params:
        code=code("comparison/find_nearest_sources.py"),
        limit=quantity(config["field"]["nearest_limit"], "mag"),
        most=config["field"]["nearest"],
    script:
        "../workflow/scripts/comparison/find_nearest_sources.py"


rule follow_training:
    """Compare fields painted at the milestones of a run with the real one, by the clock."""
    input:
        real=lambda wildcards: f"{RESULTS}/measurement/{RUNS[wildcards.run]['dataset']}/catalogue.fits",
        generated=lambda wildcards: milestone_files("measurement", wildcards.run),
        losses=rules.train.output.losses,
    output:
        progress=f"{RESULTS}/comparison/{{run}}/progress.csv",
    log:
        f"{RESULTS}/logs/follow_training/{{run}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("comparison/follow_training.py"),
        epochs=lambda wildcards: later_milestones(wildcards.run),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
    script:
        "../workflow/scripts/comparison/follow_training.py"


rule compare_asked:
    """Measure whether mock fields are as dense and as deep as was asked."""
    input:
        real=f"{RESULTS}/measurement/{REAL}/catalogue.fits",
        real_field=f"{RESULTS}/datasets/{REAL}/field.fits",
        catalogues=[f"{RESULTS}/mocks/{name}/catalogue.fits" for name in config["field"]["asked"]],
        fields=[f"{RESULTS}/mocks/{name}/field.fits" for name in config["field"]["asked"]],
    output:
        asked=f"{RESULTS}/comparison/asked.csv",
    log:
        f"{RESULTS}/logs/compare_asked.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("comparison/compare_asked.py"),
        mocks={name: mock_block(name) for name in config["field"]["asked"]},
    script:
        "../workflow/scripts/comparison/compare_asked.py"
