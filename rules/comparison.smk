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


rule compare_features:
    """FID, KID, precision and recall of every drawn set, and their null between two real halves."""
    input:
        real=[f"{RESULTS}/measurement/{real_galaxies(s)}/features.npy" for s in drawn_galaxies()],
        drawn=[f"{RESULTS}/measurement/{s}/features.npy" for s in drawn_galaxies()],
    output:
        quality=f"{RESULTS}/comparison/galaxies/quality.csv",
    log:
        f"{RESULTS}/logs/compare_features.log",
    conda:
        "../envs/quality.yaml"
    resources:
        mem_mb=attempted(8000),
        runtime=30,
    params:
        code=code("comparison/compare_features.py"),
        samples=drawn_galaxies(),
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_features.py"


rule judge_classifier:
    """Error of the classifier's votes on galaxies that it has not seen."""
    input:
        votes=lambda wildcards: f"{RESULTS}/archives/{RUNS[wildcards.run]['dataset']}/votes.csv",
        predicted=lambda wildcards: f"{RESULTS}/measurement/{real_galaxies(wildcards.run)}/votes.npy",
    output:
        error=f"{RESULTS}/comparison/{{run}}/error.csv",
    log:
        f"{RESULTS}/logs/judge_classifier/{{run}}.log",
    conda:
        "../envs/training.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=10,
    params:
        code=code("comparison/judge_classifier.py"),
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/judge_classifier.py"


rule compare_properties:
    """Compare shapes, fluxes and sizes of a set of galaxies with the real ones of its size, and their null."""
    input:
        real=lambda wildcards: f"{RESULTS}/measurement/{real_galaxies(wildcards.sample)}/ellipses.csv",
        generated=f"{RESULTS}/measurement/{{sample}}/ellipses.csv",
    output:
        properties=f"{RESULTS}/comparison/{{sample}}/properties.csv",
    log:
        f"{RESULTS}/logs/compare_properties/{{sample}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(2000),
        runtime=10,
    params:
        code=code("comparison/compare_properties.py"),
        bootstraps=config["galaxies"]["bootstraps"],
        seed=config["seed"],
    script:
        "../workflow/scripts/comparison/compare_properties.py"


rule find_duplicates:
    """Find drawn galaxies that are nearer to a real one, or to one another, than real ones are."""
    input:
        real=[f"{RESULTS}/measurement/{real_galaxies(s)}/closest.csv" for s in drawn_galaxies()],
        generated=[f"{RESULTS}/measurement/{s}/closest.csv" for s in drawn_galaxies()],
    output:
        duplicates=f"{RESULTS}/comparison/galaxies/duplicates.csv",
    log:
        f"{RESULTS}/logs/find_duplicates.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=5,
    params:
        code=code("comparison/find_duplicates.py"),
        samples=drawn_galaxies(),
    script:
        "../workflow/scripts/comparison/find_duplicates.py"
