"""From data sets to the weights and losses of runs."""


rule train:
    """Train one run of config/runs.yaml; started again, it goes on from its last checkpoint."""
    input:
        array=training_array,
    output:
        weights=directory(f"{RESULTS}/training/{{run}}/weights"),
        previews=directory(f"{RESULTS}/training/{{run}}/previews"),
        losses=f"{RESULTS}/training/{{run}}/losses.csv",
    log:
        f"{RESULTS}/logs/train/{{run}}.log",
    conda:
        "../envs/training.yaml"
    threads: 16
    resources:
        mem_mb=attempted(16000),
        runtime=1440,
    params:
        code=code("training/train.py"),
        run=run_block,
        precision=config["compute"]["precision"],
        compile=config["compute"]["compile"],
        state=f"{RESULTS}/training/{{run}}/state",
    script:
        "../workflow/scripts/training/train.py"
