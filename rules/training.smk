"""From data sets to the weights and losses of runs."""


rule train:
    """Train one run of config/runs.yaml; started again, it goes on from its last checkpoint."""
    input:
        arrays=training_arrays,
        targets=training_targets,
        initial_weights=initial_weights_file,
    output:
        weights=directory(f"{RESULTS}/training/{{run}}/weights"),
        previews=directory(f"{RESULTS}/training/{{run}}/previews"),
        losses=f"{RESULTS}/training/{{run}}/losses.csv",
    log:
        f"{RESULTS}/logs/train/{{run}}.log",
    conda:
        "../envs/training.yaml"
    threads: lambda wildcards: RUNS[wildcards.run]["threads"]
    resources:
        mem_mb=training_memory,
        runtime=lambda wildcards: round(quantity(RUNS[wildcards.run]["walltime"], "h") * 60),
        # Not a param: more GPUs give the same weights, and nothing is trained again for them.
        gpu=training_gpus,
        nodes=1,
    params:
        code=code("training/train.py"),
        run=run_block,
        precision=config["compute"]["precision"],
        compile=config["compute"]["compile"],
        state=f"{RESULTS}/training/{{run}}/state",
    script:
        "../workflow/scripts/training/train.py"


rule describe_run:
    """Describe a run on galaxies by what it left: networks layer by layer, rates, first weights, length."""
    input:
        weights=rules.train.output.weights,
        losses=rules.train.output.losses,
        about=lambda wildcards: training_arrays(wildcards)[-1].replace(".npy", ".json"),
    output:
        json=f"{RESULTS}/training/{{run}}/description.json",
    log:
        f"{RESULTS}/logs/describe_run/{{run}}.log",
    conda:
        "../envs/training.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=attempted(10),
    params:
        code=code("training/describe_run.py"),
        run=run_block,
    script:
        "../workflow/scripts/training/describe_run.py"
