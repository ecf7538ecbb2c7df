"""From images to catalogues."""


rule catalogue_observed:
    """Detect and measure the sources of an archive's field."""
    input:
        field=rules.align_xdf.output.field,
    output:
        catalogue=f"{RESULTS}/measurement/{{archive}}/catalogue.fits",
    log:
        f"{RESULTS}/logs/catalogue_observed/{{archive}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(3000),
        runtime=15,
    params:
        code=code("measurement/catalogue_field.py"),
        settings=config["catalogue"],
    script:
        "../workflow/scripts/measurement/catalogue_field.py"


use rule catalogue_observed as catalogue_generated with:
    input:
        field=rules.draw_field.output.field,
    output:
        catalogue=f"{RESULTS}/measurement/{{run}}/{{epoch}}_{{index}}.fits",
    log:
        f"{RESULTS}/logs/catalogue_generated/{{run}}/{{epoch}}_{{index}}.log",


rule embed_galaxies:
    """Features of every set of galaxies, and the votes that the classifier expects of them."""
    input:
        weights=f"{RESULTS}/training/{FUSSELL2019['classifier']}/weights",
        images=[galaxy_images(sample) for sample in galaxy_sets()],
    output:
        features=[f"{RESULTS}/measurement/{sample}/features.npy" for sample in galaxy_sets()],
        votes=[f"{RESULTS}/measurement/{sample}/votes.npy" for sample in galaxy_sets()],
    log:
        f"{RESULTS}/logs/embed_galaxies.log",
    conda:
        "../envs/training.yaml"
    threads: 16
    resources:
        mem_mb=attempted(4000),
        runtime=60,
    params:
        code=code("measurement/embed_galaxies.py"),
        weights=f"{RUNS[FUSSELL2019['classifier']]['epochs']:06d}.safetensors",
        size=RUNS[FUSSELL2019["classifier"]]["sizes"][0],
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/measurement/embed_galaxies.py"


scattergather:
    ellipses=config["galaxies"]["chunks"],


rule fit_ellipses:
    """Fit isophotes to one chunk of the measured galaxies, and take their moments."""
    input:
        images=lambda wildcards: galaxy_images(wildcards.sample),
    output:
        ellipses=temp(f"{RESULTS}/measurement/{{sample}}/ellipses/{{scatteritem}}.csv"),
    log:
        f"{RESULTS}/logs/fit_ellipses/{{sample}}/{{scatteritem}}.log",
    conda:
        "../envs/measurement.yaml"
    threads: 16
    resources:
        mem_mb=attempted(6000),
        runtime=60,
    params:
        code=code("measurement/fit_ellipses.py"),
        measured=config["galaxies"]["measured"],
        real=lambda wildcards: is_real(wildcards.sample),
        chunk=lambda wildcards: wildcards.scatteritem,
        seed=config["seed"],
    script:
        "../workflow/scripts/measurement/fit_ellipses.py"


rule gather_ellipses:
    """Join the chunks of a set's ellipses."""
    input:
        chunks=lambda wildcards: gather.ellipses(
            f"{RESULTS}/measurement/{wildcards.sample}/ellipses/{{scatteritem}}.csv"
        ),
    output:
        ellipses=f"{RESULTS}/measurement/{{sample}}/ellipses.csv",
    log:
        f"{RESULTS}/logs/gather_ellipses/{{sample}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(1000),
        runtime=5,
    params:
        code=code("measurement/gather_ellipses.py"),
    script:
        "../workflow/scripts/measurement/gather_ellipses.py"


rule match_closest:
    """Find the real galaxy that is closest to each of a set, in L1 over the central half."""
    input:
        images=lambda wildcards: galaxy_images(wildcards.sample),
        real=lambda wildcards: galaxy_images(real_galaxies(wildcards.sample)),
    output:
        closest=f"{RESULTS}/measurement/{{sample}}/closest.csv",
    log:
        f"{RESULTS}/logs/match_closest/{{sample}}.log",
    conda:
        "../envs/measurement.yaml"
    threads: 16
    resources:
        mem_mb=attempted(6000),
        runtime=30,
    params:
        code=code("measurement/match_closest.py"),
        measured=config["galaxies"]["measured"],
        closest=config["galaxies"]["closest"],
        real=lambda wildcards: is_real(wildcards.sample),
        seed=config["seed"],
    script:
        "../workflow/scripts/measurement/match_closest.py"
