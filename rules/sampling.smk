"""From weights to images."""


rule draw_field:
    """Paint one field of a run's self-ensemble, in e-/s."""
    input:
        weights=rules.train.output.weights,
        array=training_arrays,
    output:
        field=f"{RESULTS}/sampling/{{run}}/{{epoch}}_{{index}}.fits",
    log:
        f"{RESULTS}/logs/draw_field/{{run}}/{{epoch}}_{{index}}.log",
    conda:
        "../envs/training.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=30,
    params:
        code=code("sampling/draw_field.py"),
        seed=config["seed"],
        size=config["ensemble"]["size"],
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/sampling/draw_field.py"


rule draw_evolution:
    """Paint one latent with the weights of every milestone of a run."""
    input:
        weights=rules.train.output.weights,
        array=training_arrays,
    output:
        evolution=f"{RESULTS}/sampling/{{run}}/evolution.fits",
    log:
        f"{RESULTS}/logs/draw_evolution/{{run}}.log",
    conda:
        "../envs/training.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=15,
    params:
        code=code("sampling/draw_evolution.py"),
        seed=config["seed"],
        size=256,
        milestones=lambda wildcards: RUNS[wildcards.run]["milestones"],
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/sampling/draw_evolution.py"


rule time_painting:
    """Time one realisation of the paper's 3232 x 3232 px on this machine."""
    input:
        weights=rules.train.output.weights,
    output:
        timing=f"{RESULTS}/sampling/{{run}}/timing.json",
    log:
        f"{RESULTS}/logs/time_painting/{{run}}.log",
    conda:
        "../envs/training.yaml"
    # All cores: other work beside it would spoil the figure.
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=30,
    params:
        code=code("sampling/time_painting.py"),
        epoch=lambda wildcards: RUNS[wildcards.run]["epochs"],
        size=202,
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/sampling/time_painting.py"


rule draw_galaxies:
    """Draw single galaxies with the last weights of a run."""
    input:
        weights=rules.train.output.weights,
        arrays=training_arrays,
    output:
        images=f"{RESULTS}/sampling/{{run}}/images.npy",
        about=f"{RESULTS}/sampling/{{run}}/images.json",
    log:
        f"{RESULTS}/logs/draw_galaxies/{{run}}.log",
    conda:
        "../envs/training.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=30,
    params:
        code=code("sampling/draw_galaxies.py"),
        weights=last_weights,
        drawn=config["galaxies"]["drawn"],
        seed=config["seed"],
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/sampling/draw_galaxies.py"


rule enlarge_galaxies:
    """Enlarge galaxies, real or drawn, with the last weights of a Stage II run."""
    input:
        weights=rules.train.output.weights,
        images=lambda wildcards: galaxy_images(wildcards.sample),
    output:
        images=f"{RESULTS}/sampling/{{run}}_of_{{sample}}/images.npy",
        about=f"{RESULTS}/sampling/{{run}}_of_{{sample}}/images.json",
    log:
        f"{RESULTS}/logs/enlarge_galaxies/{{run}}_of_{{sample}}.log",
    conda:
        "../envs/training.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=60,
    params:
        code=code("sampling/enlarge_galaxies.py"),
        weights=last_weights,
        drawn=config["galaxies"]["drawn"],
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/sampling/enlarge_galaxies.py"
