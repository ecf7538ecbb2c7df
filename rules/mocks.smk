"""Mock fields of any size, as they are asked for, and whether they are what was asked."""


rule paint_mock:
    """Paint a mock field to disk, strip by strip."""
    input:
        weights=lambda wildcards: f"{RESULTS}/training/{MOCKS[wildcards.mock]['run']}/weights",
        array=mock_array,
        density=mock_density_map,
        response=mock_response,
    output:
        field=f"{RESULTS}/mocks/{{mock}}/field.fits",
    log:
        f"{RESULTS}/logs/paint_mock/{{mock}}.log",
    wildcard_constraints:
        mock="|".join(MOCKS) or "none",
    conda:
        "../envs/training.yaml"
    threads: 16
    resources:
        gpu=1,
        mem_mb=attempted(4000),
        runtime=mock_time,
    params:
        code=code("sampling/paint_mock.py"),
        name=lambda wildcards: wildcards.mock,
        mock=lambda wildcards: mock_block(wildcards.mock),
        seed=config["seed"],
        precision=config["compute"]["precision"],
    script:
        "../workflow/scripts/sampling/paint_mock.py"


rule find_seams:
    """Look for steps in the sky where tiles of a mock field meet."""
    input:
        field=rules.paint_mock.output.field,
    output:
        seams=f"{RESULTS}/mocks/{{mock}}/seams.csv",
    log:
        f"{RESULTS}/logs/find_seams/{{mock}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=mock_time,
    params:
        code=code("measurement/find_seams.py"),
    script:
        "../workflow/scripts/measurement/find_seams.py"


use rule catalogue_observed as catalogue_mock with:
    input:
        field=rules.paint_mock.output.field,
    output:
        catalogue=f"{RESULTS}/mocks/{{mock}}/catalogue.fits",
    log:
        f"{RESULTS}/logs/catalogue_mock/{{mock}}.log",
    resources:
        mem_mb=mock_memory,
        runtime=mock_time,


use rule paint_mock as paint_told with:
    input:
        weights=rules.train.output.weights,
        array=lambda wildcards: training_arrays(wildcards)[0],
    output:
        field=f"{RESULTS}/sampling/{{run}}/told/{{told}}.fits",
    log:
        f"{RESULTS}/logs/paint_told/{{run}}/{{told}}.log",
    wildcard_constraints:
        told="|".join(map(re.escape, TOLD)),
    resources:
        gpu=1,
        serial=1,
        mem_mb=field_memory,
        runtime=field_time,
    params:
        code=code("sampling/paint_mock.py"),
        name=lambda wildcards: f"{wildcards.run} told {wildcards.told}",
        mock=lambda wildcards: told_block(wildcards.run, wildcards.told),
        seed=config["seed"],
        precision=config["compute"]["precision"],


use rule catalogue_observed as catalogue_told with:
    input:
        field=rules.paint_told.output.field,
    output:
        catalogue=f"{RESULTS}/measurement/{{run}}/told/{{told}}.fits",
    log:
        f"{RESULTS}/logs/catalogue_told/{{run}}/{{told}}.log",


rule measure_response:
    """Measure how dense fields are that a run is told are denser or less dense."""
    input:
        real=lambda wildcards: f"{RESULTS}/measurement/{RUNS[wildcards.run]['dataset']}/catalogue.fits",
        catalogues=expand(rules.catalogue_told.output.catalogue, told=TOLD, allow_missing=True),
    output:
        response=f"{RESULTS}/comparison/{{run}}/response.csv",
    log:
        f"{RESULTS}/logs/measure_response/{{run}}.log",
    conda:
        "../envs/measurement.yaml"
    resources:
        mem_mb=attempted(4000),
        runtime=attempted(10),
    params:
        code=code("comparison/measure_response.py"),
        told=[float(told) for told in TOLD],
    script:
        "../workflow/scripts/comparison/measure_response.py"
