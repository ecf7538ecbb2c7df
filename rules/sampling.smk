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
        gpu=1,
        serial=1,
        mem_mb=field_memory,
        runtime=field_time,
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
        gpu=1,
        mem_mb=attempted(4000),
        runtime=attempted(15),
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
        runtime=attempted(30),
    params:
        code=code("sampling/time_painting.py"),
        epoch=lambda wildcards: RUNS[wildcards.run]["epochs"],
        size=202,
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/sampling/time_painting.py"


rule draw_galaxies:
    """Draw single galaxies, or other bodies, with the last weights of a run."""
    input:
        weights=rules.train.output.weights,
        arrays=training_arrays,
    output:
        images=f"{RESULTS}/sampling/{{run}}/images.npy",
        about=f"{RESULTS}/sampling/{{run}}/images.json",
    log:
        f"{RESULTS}/logs/draw_galaxies/{{run}}.log",
    wildcard_constraints:
        run=drawing_runs(),
    conda:
        "../envs/training.yaml"
    resources:
        gpu=1,
        mem_mb=attempted(8000),
        runtime=attempted(30),
    params:
        code=code("sampling/draw_galaxies.py"),
        weights=last_weights,
        drawn=number_drawn,
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
        gpu=1,
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("sampling/enlarge_galaxies.py"),
        weights=last_weights,
        drawn=config["galaxies"]["drawn"],
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/sampling/enlarge_galaxies.py"


rule draw_baseline1:
    """Draw frames of independent galaxies, their sizes and peaks from normal distributions."""
    input:
        clusters=f"{RESULTS}/datasets/{SPARSE}/clusters.csv",
    output:
        images=directory(f"{RESULTS}/sampling/defremond2020_baseline1/images"),
        about=f"{RESULTS}/sampling/defremond2020_baseline1/images.json",
        galaxies=f"{RESULTS}/sampling/defremond2020_baseline1/galaxies.csv",
        patches=f"{RESULTS}/sampling/defremond2020_baseline1/patches.npy",
    log:
        f"{RESULTS}/logs/draw_baseline1.log",
    conda:
        "../envs/scoring.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(15),
    params:
        code=code("sampling/draw_baseline.py"),
        name="defremond2020_baseline1",
        properties="normal",
        large=DEFREMOND2020["classes"][1],
        frame=DEFREMOND2020["frame"],
        drawn=DEFREMOND2020["drawn"],
        seed=config["seed"],
        simulated=source(SPARSE) == "simulate",
    script:
        "../workflow/scripts/sampling/draw_baseline.py"


use rule draw_baseline1 as draw_baseline2 with:
    output:
        images=directory(f"{RESULTS}/sampling/defremond2020_baseline2/images"),
        about=f"{RESULTS}/sampling/defremond2020_baseline2/images.json",
        galaxies=f"{RESULTS}/sampling/defremond2020_baseline2/galaxies.csv",
        patches=f"{RESULTS}/sampling/defremond2020_baseline2/patches.npy",
    log:
        f"{RESULTS}/logs/draw_baseline2.log",
    params:
        code=code("sampling/draw_baseline.py"),
        name="defremond2020_baseline2",
        properties="geometric",
        large=DEFREMOND2020["classes"][1],
        frame=DEFREMOND2020["frame"],
        drawn=DEFREMOND2020["drawn"],
        seed=config["seed"],
        simulated=source(SPARSE) == "simulate",


rule draw_end_to_end:
    """Draw whole frames with one network, and enlarge them."""
    input:
        weights=f"{RESULTS}/training/{DEFREMOND2020['end_to_end']}/weights",
    output:
        images=directory(f"{RESULTS}/sampling/defremond2020_end_to_end/images"),
        about=f"{RESULTS}/sampling/defremond2020_end_to_end/images.json",
    log:
        f"{RESULTS}/logs/draw_end_to_end.log",
    conda:
        "../envs/training.yaml"
    resources:
        gpu=1,
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("sampling/draw_end_to_end.py"),
        name="defremond2020_end_to_end",
        weights=f"{RUNS[DEFREMOND2020['end_to_end']]['epochs']:06d}.safetensors",
        frame=DEFREMOND2020["frame"],
        drawn=DEFREMOND2020["drawn"],
        seed=config["seed"],
        precision=config["compute"]["precision"],
        simulated=source(SPARSE) == "simulate",
    script:
        "../workflow/scripts/sampling/draw_end_to_end.py"


rule draw_two_stage:
    """Draw frames in two stages: places first, then a galaxy for each; without or with classes of size."""
    input:
        positions=lambda wildcards: f"{RESULTS}/training/{two_stages(wildcards.kind)[0]}/weights",
        galaxies=lambda wildcards: f"{RESULTS}/training/{two_stages(wildcards.kind)[1]}/weights",
    output:
        images=directory(f"{RESULTS}/sampling/defremond2020_{{kind}}/images"),
        about=f"{RESULTS}/sampling/defremond2020_{{kind}}/images.json",
        galaxies=f"{RESULTS}/sampling/defremond2020_{{kind}}/galaxies.csv",
        patches=f"{RESULTS}/sampling/defremond2020_{{kind}}/patches.npy",
    log:
        f"{RESULTS}/logs/draw_two_stage/{{kind}}.log",
    wildcard_constraints:
        kind="unconditional|conditional",
    conda:
        "../envs/training.yaml"
    threads: 16
    resources:
        gpu=1,
        mem_mb=attempted(4000),
        runtime=attempted(30),
    params:
        code=code("sampling/draw_two_stage.py"),
        name="defremond2020_{kind}",
        weights=lambda wildcards: [
            f"{RUNS[run]['epochs']:06d}.safetensors" for run in two_stages(wildcards.kind)
        ],
        frame=DEFREMOND2020["frame"],
        drawn=DEFREMOND2020["drawn"],
        seed=config["seed"],
        precision=config["compute"]["precision"],
        simulated=source(SPARSE) == "simulate",
    script:
        "../workflow/scripts/sampling/draw_two_stage.py"


rule choose_blanks:
    """Choose the emptiest of the drawn galaxies as blanks for the wide view."""
    input:
        images=f"{RESULTS}/sampling/{COCCOMINI2021['galaxies']}/images.npy",
        about=f"{RESULTS}/sampling/{COCCOMINI2021['galaxies']}/images.json",
    output:
        images=f"{RESULTS}/sampling/coccomini2021_blanks/images.npy",
        about=f"{RESULTS}/sampling/coccomini2021_blanks/images.json",
    log:
        f"{RESULTS}/logs/choose_blanks.log",
    conda:
        "../envs/training.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(15),
    params:
        code=code("sampling/choose_blanks.py"),
        blanks=COCCOMINI2021["blanks"],
    script:
        "../workflow/scripts/sampling/choose_blanks.py"


rule compose_view:
    """Compose the wide view of drawn galaxies and blanks, as a Deep Zoom pyramid."""
    input:
        images=rules.choose_blanks.input.images,
        about=rules.choose_blanks.input.about,
        blanks=rules.choose_blanks.output.images,
        chosen=rules.choose_blanks.output.about,
    output:
        view=directory(f"{RESULTS}/sampling/coccomini2021_view"),
    log:
        f"{RESULTS}/logs/compose_view.log",
    conda:
        "../envs/training.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(60),
    params:
        code=code("sampling/compose_view.py"),
        view=COCCOMINI2021["view"],
        seed=config["seed"],
    script:
        "../workflow/scripts/sampling/compose_view.py"
