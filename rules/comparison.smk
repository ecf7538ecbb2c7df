"""From catalogues of real and generated skies to statistics."""


rule compare_catalogues:
    """Medians, Kolmogorov-Smirnov tests and their null for one run's ensemble against its real field."""
    input:
        real=f"{RESULTS}/measurement/{REAL}/catalogue.fits",
        generated=lambda wildcards: ensemble_files("measurement", wildcards.run),
        null_a=f"{RESULTS}/measurement/null_a/catalogue.fits",
        null_b=f"{RESULTS}/measurement/null_b/catalogue.fits",
    output:
        statistics=f"{RESULTS}/comparison/{{run}}/statistics.csv",
    log:
        f"{RESULTS}/logs/compare_catalogues/{{run}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=30,
    params:
        code=code("comparison/compare_catalogues.py"),
        limit=quantity(config["comparison"]["magnitude_limit"], "mag"),
        bootstraps=config["comparison"]["bootstraps"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_catalogues.py"
